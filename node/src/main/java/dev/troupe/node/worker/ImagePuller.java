package dev.troupe.node.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.node.pod.ContainerView;
import dev.troupe.node.pod.PodEvent;
import dev.troupe.node.pod.PodView;
import dev.troupe.node.runtime.ContainerRuntime;
import dev.troupe.node.runtime.ImageInfo;
import dev.troupe.node.runtime.RegistryCredentials;
import dev.troupe.node.volume.ObjectSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pulls images, a few at a time, each on a virtual thread of its own: a registry may not answer for long. */
final class ImagePuller {
    private static final Logger LOG = LoggerFactory.getLogger(ImagePuller.class);

    /** More at once only make each slower. */
    private static final int MAX_PULLS = 3;

    private final ContainerRuntime runtime;
    private final ObjectSource objects;
    private final EventSink events;
    private final Semaphore pulls = new Semaphore(MAX_PULLS, true);

    ImagePuller(ContainerRuntime runtime, ObjectSource objects, EventSink events) {
        this.runtime = runtime;
        this.objects = objects;
        this.events = events;
    }

    /** Blocks. @return why it failed; empty if the image is there */
    Optional<String> pull(PodView pod, ContainerView container) {
        String image = container.image();
        long asked = System.nanoTime();
        try {
            pulls.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
        try {
            tell(pod, container, PodEvent.normal("Pulling", "Pulling image \"" + image + "\""));
            long began = System.nanoTime();
            ImageInfo pulled =
                    runtime.pullImage(ImageReference.withDefaultTag(image).orElse(image), credentials(pod, image));
            String took = seconds(System.nanoTime() - began);
            String inAll = seconds(System.nanoTime() - asked);
            tell(
                    pod,
                    container,
                    PodEvent.normal(
                            "Pulled",
                            "Successfully pulled image \"" + image + "\" in " + took + " (" + inAll
                                    + " including waiting). Image size: " + pulled.sizeBytes() + " bytes."));
            return Optional.empty();
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            tell(pod, container, PodEvent.warning("Failed", "Failed to pull image \"" + image + "\": " + why));
            tell(pod, container, PodEvent.warning("Failed", "Error: ErrImagePull"));
            return Optional.of(why);
        } finally {
            pulls.release();
        }
    }

    private static String seconds(long nanos) {
        long millis = Duration.ofNanos(nanos).toMillis();
        return millis < 1000
                ? millis + "ms"
                : "%d.%03ds".formatted(millis / 1000, millis % 1000).replaceAll("\\.?0+s$", "s");
    }

    private List<RegistryCredentials> credentials(PodView pod, String image) throws IOException {
        List<RegistryCredentials> found = new ArrayList<>();
        for (JsonNode reference : pod.spec().path("imagePullSecrets")) {
            Optional<JsonNode> secret =
                    objects.find(BuiltInTypes.SECRETS.key(pod.identity().namespace(), Json.text(reference, "name")));
            if (secret.isPresent()) {
                add(secret.get(), image, found);
            } else {
                LOG.info("pod {}: image pull secret {} not found", pod.title(), Json.text(reference, "name"));
            }
        }
        return found;
    }

    private static void add(JsonNode secret, String image, List<RegistryCredentials> found) {
        String encoded = Json.text(secret, "data", ".dockerconfigjson");
        if (encoded.isEmpty()) {
            return;
        }
        JsonNode logins;
        try {
            logins = Json.mapper()
                    .readTree(new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8))
                    .path("auths");
        } catch (JsonProcessingException e) {
            // The content is secret: nothing of it goes to the log.
            LOG.info("image pull secret {} is not JSON", Json.text(secret, "metadata", "name"));
            return;
        }
        for (var login : logins.properties()) {
            String registry = login.getKey().replaceFirst("^https?://", "").replaceFirst("/v[12]/?$", "");
            if (serves(registry, image)) {
                found.add(credentials(registry, login.getValue()));
            }
        }
    }

    private static boolean serves(String registry, String image) {
        String first = image.split("/", 2)[0];
        boolean named =
                image.contains("/") && (first.contains(".") || first.contains(":") || first.equals("localhost"));
        return named ? image.startsWith(registry + "/") : registry.endsWith("docker.io");
    }

    private static RegistryCredentials credentials(String registry, JsonNode login) {
        String auth = Json.text(login, "auth");
        if (auth.isEmpty()) {
            return new RegistryCredentials(registry, Json.text(login, "username"), Json.text(login, "password"));
        }
        String[] parts = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8).split(":", 2);
        return new RegistryCredentials(registry, parts[0], parts.length == 2 ? parts[1] : "");
    }

    private void tell(PodView pod, ContainerView container, PodEvent event) {
        events.record(pod.identity(), event.of(container));
    }
}
