/**
 * The embedded journal and snapshot store on one RocksDB, group-committing. No other package touches the database.
 */
@NullMarked
package dev.troupe.persistence.embedded;

import org.jspecify.annotations.NullMarked;
