/**
 * The controllers of nodes: their health and what it means for pods, and their pods' address ranges. What a node itself
 * reports is written by the node.
 */
@NullMarked
package dev.troupe.model.controller.node;

import org.jspecify.annotations.NullMarked;
