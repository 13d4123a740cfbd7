/**
 * The journal's binary formats, versioned: every version ever written is read for ever. Nothing here touches a disk.
 */
@NullMarked
package dev.troupe.persistence.serialization;

import org.jspecify.annotations.NullMarked;
