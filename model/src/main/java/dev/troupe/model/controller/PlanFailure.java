package dev.troupe.model.controller;

import dev.troupe.model.status.Status;

/** The step that ended a plan, and why. */
public record PlanFailure(PlanStep step, Status status) {}
