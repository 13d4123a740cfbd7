package dev.troupe.tests.check;

import java.util.List;

/**
 * One object as the sequential specification knows it.
 *
 * @param exists whether there is an object
 * @param version of the object; 0 if a write of unknown outcome gave it one that nobody has seen yet
 * @param floor every later version is above it
 * @param content of the object; meaningless without one
 */
record ObjectState(boolean exists, long version, long floor, Content content) {
    private static final Content NOTHING = new Content("", "");

    static final ObjectState ABSENT = new ObjectState(false, 0, 0, NOTHING);

    /** The states that an action with its answer may lead to; none if the answer is wrong in this state. */
    List<ObjectState> after(Action action, Answer answer) {
        return switch (action) {
            case Action.Get get -> read(answer);
            case Action.Create create -> created(create, answer);
            case Action.Update update -> updated(update, answer);
            case Action.Patch patch -> patched(patch, answer);
            case Action.Delete delete -> deleted(delete, answer);
        };
    }

    private List<ObjectState> read(Answer answer) {
        return switch (answer) {
            case Answer.Present present ->
                exists && content.equals(present.content()) && canHave(present.version())
                        ? List.of(at(present.version()))
                        : List.of();
            case Answer.NotFound notFound -> exists ? List.of() : List.of(this);
            case Answer.Unknown unknown -> List.of(this);
            case Answer.Deleted deleted -> List.of();
            case Answer.AlreadyExists alreadyExists -> List.of();
            case Answer.Conflict conflict -> List.of();
        };
    }

    private List<ObjectState> created(Action.Create create, Answer answer) {
        return switch (answer) {
            case Answer.Present present ->
                !exists && present.content().equals(create.content())
                        ? written(present.version(), create.content())
                        : List.of();
            case Answer.AlreadyExists alreadyExists -> exists ? List.of(this) : List.of();
            case Answer.Unknown unknown -> exists ? List.of(this) : List.of(this, unseen(create.content()));
            case Answer.Deleted deleted -> List.of();
            case Answer.NotFound notFound -> List.of();
            case Answer.Conflict conflict -> List.of();
        };
    }

    private List<ObjectState> updated(Action.Update update, Answer answer) {
        boolean matches = exists && canHave(update.expectedVersion());
        return switch (answer) {
            case Answer.Present present ->
                matches && present.content().equals(update.content())
                        ? at(update.expectedVersion()).written(present.version(), update.content())
                        : List.of();
            case Answer.Conflict conflict -> exists && version != update.expectedVersion() ? List.of(this) : List.of();
            case Answer.NotFound notFound -> exists ? List.of() : List.of(this);
            case Answer.Unknown unknown ->
                matches ? List.of(this, at(update.expectedVersion()).unseen(update.content())) : List.of(this);
            case Answer.Deleted deleted -> List.of();
            case Answer.AlreadyExists alreadyExists -> List.of();
        };
    }

    private List<ObjectState> patched(Action.Patch patch, Answer answer) {
        Content after = content.withPatched(patch.patched());
        return switch (answer) {
            case Answer.Present present ->
                exists && present.content().equals(after) ? written(present.version(), after) : List.of();
            case Answer.NotFound notFound -> exists ? List.of() : List.of(this);
            case Answer.Unknown unknown -> exists ? List.of(this, unseen(after)) : List.of(this);
            case Answer.Deleted deleted -> List.of();
            case Answer.AlreadyExists alreadyExists -> List.of();
            case Answer.Conflict conflict -> List.of();
        };
    }

    private List<ObjectState> deleted(Action.Delete delete, Answer answer) {
        long expected = delete.expectedVersion();
        boolean matches = exists && (expected == 0 || canHave(expected));
        return switch (answer) {
            case Answer.Deleted deleted -> matches ? List.of((expected == 0 ? this : at(expected)).gone()) : List.of();
            case Answer.Conflict conflict -> exists && expected != 0 && version != expected ? List.of(this) : List.of();
            case Answer.NotFound notFound -> exists ? List.of() : List.of(this);
            case Answer.Unknown unknown -> matches ? List.of(this, gone()) : List.of(this);
            case Answer.Present present -> List.of();
            case Answer.AlreadyExists alreadyExists -> List.of();
        };
    }

    /** Whether the object's version is this one, as far as is known. */
    private boolean canHave(long wanted) {
        return version == 0 ? wanted > floor : version == wanted;
    }

    private ObjectState at(long known) {
        return new ObjectState(true, known, Math.max(floor, known), content);
    }

    private List<ObjectState> written(long newVersion, Content newContent) {
        return newVersion > floor ? List.of(new ObjectState(true, newVersion, newVersion, newContent)) : List.of();
    }

    private ObjectState unseen(Content newContent) {
        return new ObjectState(true, 0, floor, newContent);
    }

    private ObjectState gone() {
        return new ObjectState(false, 0, floor, NOTHING);
    }

    @Override
    public String toString() {
        String shown = version == 0 ? "unseen version above " + floor : Long.toString(version);
        return exists ? content + " at " + shown : "no object, versions above " + floor;
    }
}
