/**
 * The controllers of replicated pods: ReplicaSet, ReplicationController and Deployment. What they share with other
 * controllers lives elsewhere.
 */
@NullMarked
package dev.troupe.model.controller.workload;

import org.jspecify.annotations.NullMarked;
