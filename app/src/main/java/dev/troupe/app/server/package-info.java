/**
 * Puts the parts together: what runs in a control-plane process and in a node process, in which order it starts and
 * stops. Decides nothing else.
 */
@NullMarked
package dev.troupe.app.server;

import org.jspecify.annotations.NullMarked;
