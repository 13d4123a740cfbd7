/**
 * The controllers that tell where a Service's pods are: EndpointSlice and Endpoints. How traffic gets there is not known
 * here.
 */
@NullMarked
package dev.troupe.model.controller.endpoint;

import org.jspecify.annotations.NullMarked;
