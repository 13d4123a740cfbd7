package dev.troupe.node.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.troupe.model.json.Json;
import dev.troupe.node.runtime.ContainerRuntimeException;
import dev.troupe.node.runtime.ContainerRuntimeException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine's failures in the port's words. */
final class EngineErrors {
    static final Logger LOG = LoggerFactory.getLogger("dev.troupe.node.docker");

    private EngineErrors() {}

    /** A call of the client library, whose failures are all unchecked. */
    interface Call<T> {
        T run();
    }

    /** Runs a call and translates its failure. */
    static <T> T translate(Call<T> call) throws IOException {
        try {
            return call.run();
        } catch (NotFoundException e) {
            throw new ContainerRuntimeException(Reason.NOT_FOUND, message(text(e)), e);
        } catch (DockerException e) {
            throw new ContainerRuntimeException(Reason.REFUSED, message(text(e)), e);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (RuntimeException e) {
            // The transport wraps what went wrong with the socket in a bare RuntimeException.
            if (e.getCause() instanceof IOException lost) {
                throw new ContainerRuntimeException(
                        Reason.UNAVAILABLE, "the Docker daemon does not answer: " + lost.getMessage(), e);
            }
            throw e;
        }
    }

    /** As {@link #translate}, for a call without an answer. */
    static void run(Runnable call) throws IOException {
        translate(() -> {
            call.run();
            return true;
        });
    }

    static ContainerRuntimeException of(int status, String message) {
        return new ContainerRuntimeException(status == 404 ? Reason.NOT_FOUND : Reason.REFUSED, message);
    }

    /** The text of {@code {"message": "..."}}, or all of the body; as the engine's own client shows it. */
    static String message(String body) {
        int brace = body.indexOf('{');
        if (brace >= 0) {
            try {
                String message = Json.text(Json.mapper().readTree(body.substring(brace)), "message");
                if (!message.isEmpty()) {
                    return "Error response from daemon: " + message;
                }
            } catch (JsonProcessingException e) {
                LOG.debug("an answer of the engine that is no JSON: {}", body);
            }
        }
        return "Error response from daemon: " + body.strip();
    }

    private static String text(RuntimeException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
