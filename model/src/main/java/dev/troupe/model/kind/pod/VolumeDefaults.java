package dev.troupe.model.kind.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.quantity.Quantity;
import java.util.List;

/** Defaults of one volume: an emptyDir if no source is named, file modes, and the type of a host path. */
final class VolumeDefaults {
    /** 0644. */
    private static final int FILE_MODE = 420;

    private static final int TOKEN_SECONDS = 3600;

    private VolumeDefaults() {}

    static void apply(ObjectNode volume) {
        boolean sourceless = volume.properties().stream()
                .noneMatch(field ->
                        !field.getKey().equals("name") && field.getValue().isObject());
        if (sourceless) {
            volume.putObject("emptyDir");
        }
        for (String source : List.of("configMap", "secret", "downwardAPI", "projected")) {
            if (volume.path(source) instanceof ObjectNode files) {
                Trees.putIfAbsent(files, "defaultMode", FILE_MODE);
            }
        }
        if (volume.path("emptyDir") instanceof ObjectNode emptyDir && emptyDir.hasNonNull("sizeLimit")) {
            emptyDir.put(
                    "sizeLimit", Quantity.of(Json.text(emptyDir, "sizeLimit")).toString());
        }
        if (volume.path("hostPath") instanceof ObjectNode hostPath) {
            Trees.putIfAbsent(hostPath, "type", "");
        }
        if (volume.path("persistentVolumeClaim") instanceof ObjectNode claim) {
            Trees.dropZeros(claim, "readOnly");
        }
        if (volume.path("ephemeral").path("volumeClaimTemplate").path("spec") instanceof ObjectNode claim) {
            Trees.putIfAbsent(claim, "volumeMode", "Filesystem");
        }
        downwardFiles(volume.path("downwardAPI"));
        for (ObjectNode source : Trees.objects(volume.path("projected").path("sources"))) {
            downwardFiles(source.path("downwardAPI"));
            if (source.path("serviceAccountToken") instanceof ObjectNode token) {
                Trees.putIfAbsent(token, "expirationSeconds", TOKEN_SECONDS);
            }
        }
    }

    private static void downwardFiles(JsonNode source) {
        for (ObjectNode file : Trees.objects(source.path("items"))) {
            if (file.path("fieldRef") instanceof ObjectNode reference) {
                Trees.putIfAbsent(reference, "apiVersion", "v1");
            }
            if (file.path("resourceFieldRef") instanceof ObjectNode reference) {
                ContainerDefaults.divisor(reference);
            }
        }
    }
}
