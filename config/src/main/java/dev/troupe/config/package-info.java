/**
 * Settings read once from HOCON, and the admin's kubeconfig. No other module reads configuration keys of Troupe.
 */
@NullMarked
package dev.troupe.config;

import org.jspecify.annotations.NullMarked;
