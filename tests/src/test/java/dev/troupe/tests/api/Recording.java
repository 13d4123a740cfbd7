package dev.troupe.tests.api;

import java.util.Map;

/**
 * What a real Kubernetes answered once.
 *
 * @param id three digits; cases run in this order, for later ones stand on what earlier ones made
 * @param prepare shell commands that make what the case needs and no other case here makes; their output is not compared
 * @param manifests files by name
 * @param answer the recorded answer, in the form of {@link Exchange}
 */
record Recording(
        String id, String name, String prepare, Map<String, String> manifests, Exchange exchange, String answer) {

    Recording {
        manifests = Map.copyOf(manifests);
    }

    /** What the client did. */
    sealed interface Exchange {}

    /** A line for the shell; answers with {@code exit code N}, the standard output and the standard error. */
    record Command(String line) implements Exchange {}

    /**
     * An HTTP request; answers with the status code, the headers and the body.
     *
     * @param caller {@code admin}, {@code alice} or {@code anonymous}
     */
    record Request(String caller, String method, String path, Map<String, String> headers, String body)
            implements Exchange {
        Request {
            headers = Map.copyOf(headers);
        }
    }
}
