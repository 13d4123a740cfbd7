/**
 * The controllers of namespaces: what each begins with, and how one ends. The finalizer that keeps a namespace until then
 * belongs to its kind.
 */
@NullMarked
package dev.troupe.model.controller.namespace;

import org.jspecify.annotations.NullMarked;
