/**
 * The pod's specification wherever it stands, in a pod or in a template: defaults, validation, quality of service. Pure
 * functions of trees; the strategies of the kinds that hold a specification live outside.
 */
@NullMarked
package dev.troupe.model.kind.pod;

import org.jspecify.annotations.NullMarked;
