/**
 * The scheduler's shell: keeps the picture of nodes and pods, takes pods from its queue, binds them through the API and
 * tells why it cannot. Every decision is the model's.
 */
@NullMarked
package dev.troupe.actors.scheduler;

import org.jspecify.annotations.NullMarked;
