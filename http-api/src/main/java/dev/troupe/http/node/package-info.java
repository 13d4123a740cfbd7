/**
 * What the API server passes on to nodes: logs of containers and commands in them. Bytes go through unread and with
 * back-pressure; whom the server talks to is decided and checked here.
 */
@NullMarked
package dev.troupe.http.node;

import org.jspecify.annotations.NullMarked;
