/**
 * Turns the bytes of request bodies into trees: JSON, YAML and protobuf, each with its limits. No kind by name, no HTTP.
 */
@NullMarked
package dev.troupe.model.codec;

import org.jspecify.annotations.NullMarked;
