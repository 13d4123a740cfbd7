/**
 * The API as real clients see it: kubectl and plain HTTP against a whole control plane. What Kubernetes answered to the
 * same requests is the measure; nothing here looks inside the server.
 */
package dev.troupe.tests.api;
