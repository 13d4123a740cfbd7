/**
 * The shells that run controllers: one store of observed objects a member, a queue, a retry and a plan's execution a
 * controller. What a controller wants is decided in the model, never here.
 */
@NullMarked
package dev.troupe.actors.controller;

import org.jspecify.annotations.NullMarked;
