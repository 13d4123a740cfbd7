package dev.troupe.actors.api;

import dev.troupe.model.api.Caller;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.entity.Write;
import dev.troupe.model.resource.ObjectKey;
import java.util.concurrent.CompletionStage;

/** One step on the way of a write to its entity; each does its part and hands the write on. */
public interface Writes {
    CompletionStage<Outcome<WriteResult>> write(Caller caller, ObjectKey key, Write write);
}
