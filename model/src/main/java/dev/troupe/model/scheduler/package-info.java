/**
 * Where a pod shall run: what the scheduler knows of pods and nodes, the plugins that filter and score, and the decision
 * made of them. Pure: the shell in the actors module feeds the picture and binds.
 */
@NullMarked
package dev.troupe.model.scheduler;

import org.jspecify.annotations.NullMarked;
