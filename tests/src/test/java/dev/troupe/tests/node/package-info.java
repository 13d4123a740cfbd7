/** Nodes against a real API server: what a remote agent does, without Docker. */
package dev.troupe.tests.node;
