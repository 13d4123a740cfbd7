package dev.troupe.actors.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.Cause;
import dev.troupe.model.api.ListRequest;
import dev.troupe.model.api.ObjectList;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.controller.Announcement;
import dev.troupe.model.controller.CertificateSigner;
import dev.troupe.model.controller.Plan;
import dev.troupe.model.controller.PlanFailure;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Carries out a plan: step after step, but for creates in a row and deletes in a row, which run together in batches of 1,
 * 2, 4 and so on. The batches start small so that a refusal that meets all of them is met once, not hundreds of times.
 */
final class PlanExecution {
    private static final String TERMINATING = "NamespaceTerminating";

    private final ResourceApi api;
    private final Optional<CertificateSigner> signer;
    private final Caller caller;
    private final Consumer<PlanStep.RecordEvent> events;

    /** @param events takes Events at once, without blocking */
    PlanExecution(ControllerRuntime runtime, Caller caller, Consumer<PlanStep.RecordEvent> events) {
        this.api = runtime.api();
        this.signer = runtime.signer();
        this.caller = caller;
        this.events = events;
    }

    /** Completes when the last step did or one ended the plan; exceptionally only for a bug. */
    CompletionStage<PlanResult> run(Plan plan) {
        CompletionStage<PlanResult> result = CompletableFuture.completedStage(PlanResult.NOTHING);
        for (List<PlanStep> batch : batches(plan.steps())) {
            result = result.thenCompose(before -> before.ended()
                    ? CompletableFuture.completedStage(before)
                    : together(batch).thenApply(before::and));
        }
        return result;
    }

    /** The steps in the order they run in, those that run together in one list. */
    static List<List<PlanStep>> batches(List<PlanStep> steps) {
        List<List<PlanStep>> batches = new ArrayList<>();
        int at = 0;
        int size = 1;
        while (at < steps.size()) {
            int end = at + 1;
            while (end < steps.size() && end - at < size && mayRunTogether(steps.get(at), steps.get(end))) {
                end++;
            }
            batches.add(List.copyOf(steps.subList(at, end)));
            size = end < steps.size() && mayRunTogether(steps.get(at), steps.get(end)) ? 2 * size : 1;
            at = end;
        }
        return batches;
    }

    private static boolean mayRunTogether(PlanStep one, PlanStep other) {
        return one instanceof PlanStep.Create && other instanceof PlanStep.Create
                || one instanceof PlanStep.Delete && other instanceof PlanStep.Delete;
    }

    private CompletionStage<PlanResult> together(List<PlanStep> steps) {
        CompletionStage<PlanResult> result = CompletableFuture.completedStage(PlanResult.NOTHING);
        for (CompletionStage<PlanResult> one : steps.stream().map(this::run).toList()) {
            result = result.thenCombine(one, PlanResult::and);
        }
        return result;
    }

    private CompletionStage<PlanResult> run(PlanStep step) {
        return switch (step) {
            case PlanStep.Create create ->
                api.create(
                                caller,
                                create.type(),
                                create.namespace(),
                                create.object().deepCopy(),
                                WriteOptions.internal())
                        .thenApply(outcome -> announced(create.announcement(), step, outcome));
            case PlanStep.Update update ->
                api.update(
                                caller,
                                update.key(),
                                update.subresource(),
                                update.object().deepCopy(),
                                WriteOptions.internal())
                        .thenApply(outcome -> result(step, outcome));
            case PlanStep.Change change ->
                api.patch(caller, change.key(), change.subresource(), change.patch(), WriteOptions.internal())
                        .thenApply(outcome -> result(step, outcome));
            case PlanStep.Delete delete ->
                api.delete(caller, delete.key(), delete.options())
                        .thenApply(outcome -> announced(delete.announcement(), step, outcome));
            case PlanStep.Require require ->
                api.get(caller, require.key(), new ReadVersion.Latest())
                        .thenApply(outcome -> required(require, outcome));
            case PlanStep.RequireNone none ->
                api.list(caller, ListRequest.in(none.type(), none.namespace()))
                        .thenApply(outcome -> requiredNone(none, outcome));
            case PlanStep.SignCertificate sign -> sign(sign);
            case PlanStep.RecordEvent event -> {
                events.accept(event);
                yield CompletableFuture.completedStage(PlanResult.NOTHING);
            }
        };
    }

    private CompletionStage<PlanResult> sign(PlanStep.SignCertificate sign) {
        if (signer.isEmpty()) {
            throw new IllegalStateException("there is no signer for " + sign.request());
        }
        return signer.get().sign(sign.order()).thenCompose(signed -> switch (signed) {
            case Outcome.Failure<String> failure ->
                CompletableFuture.completedStage(PlanResult.failed(new PlanFailure(sign, failure.status())));
            case Outcome.Success<String> success -> {
                ObjectNode changed = sign.request().copy();
                Json.objectAt(changed, "status")
                        .put(
                                "certificate",
                                Base64.getEncoder()
                                        .encodeToString(success.value().getBytes(StandardCharsets.US_ASCII)));
                yield api.update(caller, sign.request().key(), "status", changed, WriteOptions.internal())
                        .thenApply(outcome -> result(sign, outcome));
            }
        });
    }

    private PlanResult announced(Optional<Announcement> announcement, PlanStep step, Outcome<WriteResult> outcome) {
        PlanResult result = result(step, outcome);
        switch (outcome) {
            case Outcome.Success<WriteResult> success ->
                announcement
                        .flatMap(text ->
                                text.onSuccess(success.value().object().meta().name()))
                        .ifPresent(events);
            case Outcome.Failure<WriteResult> failure -> {
                if (result.ended() && !result.stale()) {
                    announcement
                            .flatMap(text -> text.onFailure(failure.status()))
                            .ifPresent(events);
                }
            }
        }
        return result;
    }

    private static PlanResult result(PlanStep step, Outcome<WriteResult> outcome) {
        return switch (outcome) {
            case Outcome.Success<WriteResult> success -> {
                WriteResult write = success.value();
                yield write.effect() == WriteResult.Effect.UNCHANGED
                        ? PlanResult.NOTHING
                        : new PlanResult(
                                List.of(new Cause(
                                        write.object().key(), write.object().resourceVersion())),
                                Optional.empty(),
                                false);
            }
            case Outcome.Failure<WriteResult> failure -> refused(step, failure.status());
        };
    }

    private static PlanResult refused(PlanStep step, Status status) {
        PlanFailure failure = new PlanFailure(step, status);
        if (step instanceof PlanStep.Delete && status.code() == 404) {
            // As good as done, but the view did not know: the plan goes on, and is made again later.
            return new PlanResult(List.of(), Optional.empty(), true);
        }
        boolean outdated = status.code() == 404
                || status.reason().equals("Conflict")
                || status.reason().equals("AlreadyExists")
                || isTerminating(status);
        return outdated ? PlanResult.outdated(failure) : PlanResult.failed(failure);
    }

    /** Nothing new is let into a namespace that goes away: what was to be created there is no longer wanted. */
    private static boolean isTerminating(Status status) {
        return status.details()
                .filter(details -> details.causes().stream()
                        .anyMatch(cause -> cause.reason().equals(TERMINATING)))
                .isPresent();
    }

    private static PlanResult required(PlanStep.Require require, Outcome<StoredObject> outcome) {
        boolean met = switch (outcome) {
            case Outcome.Success<StoredObject> success -> {
                StoredObject found = success.value();
                boolean same = require.uid().isEmpty()
                        || require.uid().get().equals(found.meta().uid());
                yield switch (require.expectation()) {
                    case GONE -> !same;
                    case ACTIVE -> same && !found.meta().isDeleting();
                };
            }
            case Outcome.Failure<StoredObject> failure ->
                failure.status().code() == 404 && require.expectation() == PlanStep.Expectation.GONE;
        };
        if (met) {
            return PlanResult.NOTHING;
        }
        Status unmet = Status.conflict(
                require.key().resource(),
                require.key().name().name(),
                "it was required to be " + require.expectation());
        return switch (outcome) {
            case Outcome.Failure<StoredObject> failure
            when failure.status().code() != 404 -> PlanResult.failed(new PlanFailure(require, failure.status()));
            case Outcome.Failure<StoredObject> failure -> PlanResult.outdated(new PlanFailure(require, unmet));
            case Outcome.Success<StoredObject> success -> PlanResult.outdated(new PlanFailure(require, unmet));
        };
    }

    private static PlanResult requiredNone(PlanStep.RequireNone none, Outcome<ObjectList> outcome) {
        return switch (outcome) {
            case Outcome.Failure<ObjectList> failure -> PlanResult.failed(new PlanFailure(none, failure.status()));
            case Outcome.Success<ObjectList> success
            when success.value().items().isEmpty() -> PlanResult.NOTHING;
            case Outcome.Success<ObjectList> success -> {
                StoredObject found = success.value().items().get(0);
                yield PlanResult.outdated(new PlanFailure(
                        none,
                        Status.conflict(found.key().resource(), found.meta().name(), "it was required to be gone")));
            }
        };
    }
}
