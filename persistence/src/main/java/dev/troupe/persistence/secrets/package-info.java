/**
 * Encryption of Secrets in the journal, one key an object, so that forgetting a key forgets the history. Keys are kept by the vault's implementor.
 */
@NullMarked
package dev.troupe.persistence.secrets;

import org.jspecify.annotations.NullMarked;
