/**
 * What a request says, read once into values: its path, query options and the form of answer it accepts. Nothing here
 * touches objects or sockets.
 */
@NullMarked
package dev.troupe.http.request;

import org.jspecify.annotations.NullMarked;
