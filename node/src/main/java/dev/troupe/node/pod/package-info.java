/**
 * What to do next for one pod, and what its status is: pure functions over the pod, what the runtime has and what the
 * worker remembers. No I/O, no clock and no actor lives here.
 */
@NullMarked
package dev.troupe.node.pod;

import org.jspecify.annotations.NullMarked;
