/**
 * The binary, versioned form of messages between members. No message is defined here.
 */
@NullMarked
package dev.troupe.actors.serialization;

import org.jspecify.annotations.NullMarked;
