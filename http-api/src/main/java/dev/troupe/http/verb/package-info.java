/**
 * The verbs on resources, written once for all kinds: each reads its options, calls {@code ResourceApi} and answers.
 * What is particular to a kind is not here.
 */
@NullMarked
package dev.troupe.http.verb;

import org.jspecify.annotations.NullMarked;
