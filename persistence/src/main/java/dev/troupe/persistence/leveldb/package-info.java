/**
 * The profile on Pekko's LevelDB plugin: what Troupe needs beside it, and its offline reader. Slower than the embedded
 * journal by one sync an event; nothing outside knows which of them runs.
 */
@NullMarked
package dev.troupe.persistence.leveldb;

import org.jspecify.annotations.NullMarked;
