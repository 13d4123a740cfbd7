package dev.troupe.actors.sequencer;

import dev.troupe.model.resource.GroupResource;
import org.apache.pekko.actor.typed.RecipientRef;

/** Where each resource's sequencer can be told something, on whichever member it runs. */
public interface Sequencers {
    RecipientRef<Sequencer.Command> of(GroupResource resource);
}
