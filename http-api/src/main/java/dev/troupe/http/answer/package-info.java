/**
 * Answers: objects, lists, tables, watch events and errors as bytes in the form that the client accepts. Stored objects'
 * bytes are shared, never encoded again, wherever their form allows.
 */
@NullMarked
package dev.troupe.http.answer;

import org.jspecify.annotations.NullMarked;
