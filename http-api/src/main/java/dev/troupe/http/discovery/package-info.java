/**
 * What the server serves, as clients ask for it: groups, versions, resources and their verbs. Plain values; no actor and
 * nothing of Pekko.
 */
@NullMarked
package dev.troupe.http.discovery;

import org.jspecify.annotations.NullMarked;
