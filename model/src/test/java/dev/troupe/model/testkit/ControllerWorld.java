package dev.troupe.model.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.controller.Plan;
import dev.troupe.model.controller.PlanFailure;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.controller.Reconciler;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A world of objects in which reconcilers are run by hand, one at a time, with the present state before their eyes. Every
 * plan is made twice, which must give the same, and is linted.
 */
public final class ControllerWorld {
    /** Plans in a row after which a world that does not come to rest is given up. */
    private static final int MOST_ROUNDS = 300;

    private final TestClock clock = new TestClock();
    private final ResourceRegistry registry = TestKinds.registry();
    private final InMemoryResourceApi api = new InMemoryResourceApi(registry, clock);
    private final ApiView view = new ApiView(api, registry);
    private final List<PlanStep.RecordEvent> events = new ArrayList<>();
    private Predicate<PlanStep.Create> refused = create -> false;
    private Status refusal = Status.serviceUnavailable("unset");

    public TestClock clock() {
        return clock;
    }

    public InMemoryResourceApi api() {
        return api;
    }

    public ApiView view() {
        return view;
    }

    public ResourceRegistry registry() {
        return registry;
    }

    /** Creations that a test wants refused from now on. */
    public void refuse(Predicate<PlanStep.Create> creations, Status why) {
        refused = creations;
        refusal = why;
    }

    public void refuseNothing() {
        refused = create -> false;
    }

    /** Creates an object from its JSON text, single quotes for double ones. */
    public StoredObject given(String json) {
        return api.given(json.replace('\'', '"'));
    }

    /** Changes an object and its status as its owner would. */
    public StoredObject change(StoredObject object, Consumer<ObjectNode> edit) {
        return write(object, "", edit);
    }

    public StoredObject changeStatus(StoredObject object, Consumer<ObjectNode> edit) {
        return write(object, "status", edit);
    }

    private StoredObject write(StoredObject object, String subresource, Consumer<ObjectNode> edit) {
        ObjectNode changed = now(object).copy();
        edit.accept(changed);
        return api.update(InMemoryResourceApi.admin(), object.key(), subresource, changed, WriteOptions.internal())
                .toCompletableFuture()
                .join()
                .orThrow()
                .object();
    }

    public void delete(StoredObject object, dev.troupe.model.api.DeleteOptions options) {
        api.delete(InMemoryResourceApi.admin(), object.key(), options)
                .toCompletableFuture()
                .join()
                .orThrow();
    }

    /** The present state of an object that must exist. */
    public StoredObject now(StoredObject object) {
        return view.get(object.key()).orElseThrow(() -> new AssertionError("gone: " + object));
    }

    public List<StoredObject> all(ResourceType type) {
        return view.list(type.groupResource(), "");
    }

    /** The Events told since the start or the last call. */
    public List<String> takeEvents() {
        List<String> texts = events.stream()
                .map(event -> event.type() + " " + event.reason() + " " + event.message())
                .toList();
        events.clear();
        return texts;
    }

    /** A plan for one key, linted. */
    public Plan plan(Reconciler reconciler, ObjectKey key) {
        Plan plan = reconciler.reconcile(key, view, clock.instant());
        Plan same = reconciler.reconcile(key, view, clock.instant());
        if (!plan.equals(same)) {
            throw new AssertionError("the same input gave two plans:\n" + plan + "\n" + same);
        }
        PlanLinter.check(plan);
        return plan;
    }

    /** Plans for one key and carries it out. */
    public Plan reconcile(Reconciler reconciler, ObjectKey key) {
        Plan plan = plan(reconciler, key);
        Caller caller = Caller.of(UserInfo.controller(reconciler.name()), "test");
        Optional<PlanFailure> failure = Optional.empty();
        for (PlanStep step : plan.steps()) {
            Optional<Status> status = run(caller, step);
            if (status.isPresent()) {
                failure = Optional.of(new PlanFailure(step, status.get()));
                break;
            }
        }
        view.remember(key, failure);
        return plan;
    }

    /** Plans for one key until there is nothing to do; at least one plan was empty then. */
    public void settle(Reconciler reconciler, ObjectKey key) {
        for (int round = 0; round < MOST_ROUNDS; round++) {
            if (reconcile(reconciler, key).isEmpty()) {
                return;
            }
        }
        throw new AssertionError(reconciler.name() + " does not come to rest: " + plan(reconciler, key));
    }

    /** Runs the reconcilers over all their objects until none has anything to do. */
    public void settle(Reconciler... reconcilers) {
        for (int round = 0; round < MOST_ROUNDS; round++) {
            boolean idle = true;
            for (Reconciler reconciler : reconcilers) {
                for (ObjectKey key : keys(reconciler)) {
                    idle &= reconcile(reconciler, key).isEmpty();
                }
            }
            if (idle) {
                return;
            }
        }
        throw new AssertionError("no rest after " + MOST_ROUNDS + " rounds");
    }

    /** All keys that the present objects concern. */
    public Set<ObjectKey> keys(Reconciler reconciler) {
        Set<ObjectKey> keys = new LinkedHashSet<>();
        for (GroupResource resource : reconciler.resources()) {
            for (StoredObject object : view.list(resource, "")) {
                keys.addAll(reconciler.affectedBy(new ObservedChange(Optional.empty(), Optional.of(object)), view));
            }
        }
        return keys;
    }

    private Optional<Status> run(Caller caller, PlanStep step) {
        return switch (step) {
            case PlanStep.Create create -> create(caller, create);
            case PlanStep.Update update ->
                failure(api.update(
                                caller,
                                update.key(),
                                update.subresource(),
                                update.object().deepCopy(),
                                WriteOptions.internal())
                        .toCompletableFuture()
                        .join());
            case PlanStep.Change change ->
                failure(api.patch(caller, change.key(), change.subresource(), change.patch(), WriteOptions.internal())
                        .toCompletableFuture()
                        .join());
            case PlanStep.Delete delete -> {
                Outcome<WriteResult> outcome = api.delete(caller, delete.key(), delete.options())
                        .toCompletableFuture()
                        .join();
                Optional<Status> failure = failure(outcome).filter(status -> status.code() != 404);
                delete.announcement()
                        .flatMap(text -> failure.isPresent()
                                ? text.onFailure(failure.get())
                                : text.onSuccess(delete.key().name().name()))
                        .ifPresent(events::add);
                yield failure;
            }
            case PlanStep.Require require -> require(caller, require);
            case PlanStep.RequireNone none ->
                view.list(none.type().groupResource(), none.namespace()).isEmpty()
                        ? Optional.empty()
                        : Optional.of(Status.conflict(none.type().groupResource(), "", "not none"));
            case PlanStep.SignCertificate sign -> {
                changeStatus(
                        sign.request(),
                        changed -> Json.objectAt(changed, "status").put("certificate", "UEVN"));
                yield Optional.empty();
            }
            case PlanStep.RecordEvent event -> {
                events.add(event);
                yield Optional.empty();
            }
        };
    }

    private Optional<Status> create(Caller caller, PlanStep.Create create) {
        Outcome<WriteResult> outcome = refused.test(create)
                ? Outcome.failure(refusal)
                : api.create(
                                caller,
                                create.type(),
                                create.namespace(),
                                create.object().deepCopy(),
                                WriteOptions.internal())
                        .toCompletableFuture()
                        .join();
        create.announcement()
                .flatMap(text -> switch (outcome) {
                    case Outcome.Success<WriteResult> success ->
                        text.onSuccess(success.value().object().meta().name());
                    case Outcome.Failure<WriteResult> failed -> text.onFailure(failed.status());
                })
                .ifPresent(events::add);
        return failure(outcome);
    }

    private Optional<Status> require(Caller caller, PlanStep.Require require) {
        Outcome<StoredObject> found = api.get(caller, require.key(), new ReadVersion.Latest())
                .toCompletableFuture()
                .join();
        boolean met = switch (found) {
            case Outcome.Success<StoredObject> success -> {
                boolean same = require.uid().isEmpty()
                        || require.uid().get().equals(success.value().meta().uid());
                yield switch (require.expectation()) {
                    case GONE -> !same;
                    case ACTIVE -> same && !success.value().meta().isDeleting();
                };
            }
            case Outcome.Failure<StoredObject> failure -> require.expectation() == PlanStep.Expectation.GONE;
        };
        return met
                ? Optional.empty()
                : Optional.of(Status.conflict(
                        require.key().resource(), require.key().name().name(), "unmet"));
    }

    private static Optional<Status> failure(Outcome<WriteResult> outcome) {
        return switch (outcome) {
            case Outcome.Success<WriteResult> success -> Optional.empty();
            case Outcome.Failure<WriteResult> failure -> Optional.of(failure.status());
        };
    }

    /** The text at a path of an object's present state. */
    public String text(StoredObject object, String... path) {
        return Json.text(now(object).tree(), path);
    }
}
