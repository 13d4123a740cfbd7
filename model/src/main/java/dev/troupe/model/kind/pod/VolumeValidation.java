package dev.troupe.model.kind.pod;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.validation.Faults;
import dev.troupe.model.kind.validation.Field;
import dev.troupe.model.kind.validation.Formats;
import dev.troupe.model.quantity.Quantity;
import dev.troupe.model.resource.ObjectNames;
import dev.troupe.model.status.FieldError;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rules of volumes: a name of its own and exactly one source each. */
final class VolumeValidation {
    /** All sources, in the order in which a second one is reported. */
    private static final List<String> SOURCES = List.of(
            "emptyDir",
            "hostPath",
            "gitRepo",
            "gcePersistentDisk",
            "awsElasticBlockStore",
            "secret",
            "nfs",
            "iscsi",
            "glusterfs",
            "flocker",
            "persistentVolumeClaim",
            "rbd",
            "cinder",
            "cephfs",
            "quobyte",
            "downwardAPI",
            "fc",
            "flexVolume",
            "configMap",
            "azureFile",
            "vsphereVolume",
            "photonPersistentDisk",
            "portworxVolume",
            "azureDisk",
            "storageos",
            "projected",
            "scaleIO",
            "csi",
            "ephemeral",
            "image");

    /** What sources that no node of Troupe mounts must name, so that they are refused as Kubernetes refuses them. */
    private static final Map<String, List<String>> REQUIRED_FIELDS = Map.ofEntries(
            Map.entry("gitRepo", List.of("repository")),
            Map.entry("gcePersistentDisk", List.of("pdName")),
            Map.entry("awsElasticBlockStore", List.of("volumeID")),
            Map.entry("iscsi", List.of("targetPortal", "iqn")),
            Map.entry("glusterfs", List.of("endpoints", "path")),
            Map.entry("persistentVolumeClaim", List.of("claimName")),
            Map.entry("rbd", List.of("monitors", "image")),
            Map.entry("cinder", List.of("volumeID")),
            Map.entry("cephfs", List.of("monitors")),
            Map.entry("flexVolume", List.of("driver")),
            Map.entry("azureFile", List.of("secretName", "shareName")),
            Map.entry("vsphereVolume", List.of("volumePath")),
            Map.entry("photonPersistentDisk", List.of("pdID")),
            Map.entry("portworxVolume", List.of("volumeID")),
            Map.entry("azureDisk", List.of("diskName", "diskURI")),
            Map.entry("scaleIO", List.of("gateway", "system", "volumeName")),
            Map.entry("csi", List.of("driver")));

    private static final List<String> HOST_PATH_TYPES = List.of(
            "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket");

    private VolumeValidation() {}

    /** Adds the faults; gives the volumes that containers may mount by name. */
    static Map<String, JsonNode> validate(Field volumes, Faults faults) {
        Map<String, JsonNode> wellFormed = new HashMap<>();
        for (Field volume : volumes.items()) {
            Faults own = new Faults();
            source(volume, own);
            Field name = volume.child("name");
            if (name.isBlank()) {
                own.required(name);
            } else {
                own.invalidText(name, ObjectNames.dns1123Label(name.text(), false));
            }
            if (wellFormed.containsKey(name.text())) {
                own.duplicate(name, name.text());
            }
            if (own.isEmpty()) {
                wellFormed.put(name.text(), volume.value());
            }
            faults.addAll(own.list());
        }
        return wellFormed;
    }

    private static void source(Field volume, Faults faults) {
        int found = 0;
        for (String kind : SOURCES) {
            Field source = volume.child(kind);
            if (!source.present()) {
                continue;
            }
            if (found++ > 0) {
                faults.forbidden(source, "may not specify more than 1 volume type");
                continue;
            }
            switch (kind) {
                case "emptyDir" -> emptyDir(source, faults);
                case "hostPath" -> hostPath(source, faults);
                case "secret", "configMap" -> files(source, kind.equals("secret") ? "secretName" : "name", faults);
                case "nfs" -> nfs(source, faults);
                case "downwardAPI" -> downwardApi(source, faults);
                case "projected" -> ProjectedVolumeValidation.validate(source, faults);
                case "ephemeral" -> {
                    if (!source.child("volumeClaimTemplate").present()) {
                        faults.required(source.child("volumeClaimTemplate"));
                    }
                }
                default -> others(kind, source, faults);
            }
        }
        if (found == 0) {
            faults.required(volume, "must specify a volume type");
        }
    }

    private static void others(String kind, Field source, Faults faults) {
        for (String field : REQUIRED_FIELDS.getOrDefault(kind, List.of())) {
            JsonNode value = source.value().path(field);
            if (value.isContainerNode()
                    ? value.isEmpty()
                    : Json.text(source.value(), field).isEmpty()) {
                faults.required(source.child(field));
            }
        }
    }

    private static void emptyDir(Field source, Faults faults) {
        Field limit = source.child("sizeLimit");
        if (limit.present() && Quantity.of(limit.text()).signum() < 0) {
            faults.forbidden(limit, "SizeLimit field must be a valid resource quantity");
        }
    }

    private static void hostPath(Field source, Faults faults) {
        Field path = source.child("path");
        if (path.isBlank()) {
            faults.required(path);
            return;
        }
        faults.invalidText(path, Formats.noBacksteps(path.text()));
        Field type = source.child("type");
        if (type.present() && !HOST_PATH_TYPES.contains(type.text())) {
            faults.notSupported(type, HOST_PATH_TYPES);
        }
    }

    private static void nfs(Field source, Faults faults) {
        if (source.child("server").isBlank()) {
            faults.required(source.child("server"));
        }
        Field path = source.child("path");
        if (path.isBlank()) {
            faults.required(path);
        }
        if (!path.text().startsWith("/")) {
            faults.invalid(path, path.text(), "must be an absolute path");
        }
    }

    private static void files(Field source, String nameField, Faults faults) {
        if (source.child(nameField).isBlank()) {
            faults.required(source.child(nameField));
        }
        mode(source.child("defaultMode"), faults);
        source.child("items").items().forEach(item -> keyToPath(item, faults));
    }

    /** One key of a ConfigMap or Secret and the file it becomes. */
    static void keyToPath(Field item, Faults faults) {
        if (item.child("key").isBlank()) {
            faults.required(item.child("key"));
        }
        Field path = item.child("path");
        if (path.isBlank()) {
            faults.required(path);
        }
        faults.invalidText(path, Formats.localNonReservedPath(path.text()));
        mode(item.child("mode"), faults);
    }

    static void mode(Field mode, Faults faults) {
        if (mode.number() < 0 || mode.number() > 0777) {
            faults.invalid(mode, "must be a number between 0 and 0777 (octal), both inclusive");
        }
    }

    private static void downwardApi(Field source, Faults faults) {
        mode(source.child("defaultMode"), faults);
        source.child("items").items().forEach(file -> downwardFile(file, source, faults));
    }

    /** One file of the downward API. Kubernetes names the source in its messages, not the file. */
    static void downwardFile(Field file, Field source, Faults faults) {
        Field path = file.child("path").as(source.path() + ".path");
        if (path.isBlank()) {
            faults.required(path);
        }
        faults.invalidText(path, Formats.localNonReservedPath(path.text()));
        Field field = file.child("fieldRef").as(source.path() + ".fieldRef");
        Field resource = file.child("resourceFieldRef").as(source.path() + ".resourceFieldRef");
        if (field.present()) {
            EnvironmentValidation.fieldReference(field, true, faults);
            if (resource.present()) {
                faults.add(FieldError.invalid(
                        source.path(),
                        "resource",
                        "fieldRef and resourceFieldRef can not be specified simultaneously"));
            }
        } else if (resource.present()) {
            EnvironmentValidation.resourceReference(resource, true, faults);
        } else {
            faults.required(source, "one of fieldRef and resourceFieldRef is required");
        }
        mode(file.child("mode").as(source.path() + ".mode"), faults);
    }
}
