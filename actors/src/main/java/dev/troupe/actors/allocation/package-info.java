/**
 * What is given out once in the whole cluster: service addresses and node ports. Each is reserved by creating an object of
 * its name, whose entity is the only writer, so that no two services can get the same. What a service needs is decided in the model.
 */
@NullMarked
package dev.troupe.actors.allocation;

import org.jspecify.annotations.NullMarked;
