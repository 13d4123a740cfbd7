package dev.troupe.tests.check;

/**
 * One answered LIST, as far as versions go.
 *
 * @param version of the list
 * @param newest version of its items; 0 without any
 */
public record ListRead(int client, String resource, long version, long newest, long invoked, long ended) {}
