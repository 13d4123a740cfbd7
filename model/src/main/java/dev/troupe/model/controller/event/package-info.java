/**
 * API Events (the kind): how those of controllers are counted, combined and limited. Who writes them lives elsewhere.
 */
@NullMarked
package dev.troupe.model.controller.event;

import org.jspecify.annotations.NullMarked;
