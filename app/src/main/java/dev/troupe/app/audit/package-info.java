/**
 * The {@code audit} commands: questions to a journal and how their answers look. They read a data folder, whether its
 * server runs or not; only {@code verify} may also ask a running server.
 */
@NullMarked
package dev.troupe.app.audit;

import org.jspecify.annotations.NullMarked;
