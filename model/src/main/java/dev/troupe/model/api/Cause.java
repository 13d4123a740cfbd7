package dev.troupe.model.api;

import dev.troupe.model.resource.ObjectKey;

/** What the acting controller was reacting to: the version of an object whose change set it in motion. */
public record Cause(ObjectKey object, long resourceVersion) {}
