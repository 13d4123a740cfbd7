package dev.troupe.model.kind.pod;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.kind.validation.Faults;
import dev.troupe.model.kind.validation.Field;
import dev.troupe.model.kind.validation.Formats;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules of a container's mounts and block devices. Some paths name the list, not the element, as upstream. */
final class VolumeMountValidation {
    private VolumeMountValidation() {}

    static void validate(Field container, Map<String, JsonNode> volumes, Faults faults) {
        Map<String, String> devices = paths(container.child("volumeDevices"), "devicePath");
        Map<String, String> mounts = paths(container.child("volumeMounts"), "mountPath");
        boolean privileged =
                container.child("securityContext").child("privileged").isTrue();
        Set<String> mountPaths = new HashSet<>();
        for (Field mount : container.child("volumeMounts").items()) {
            mount(mount, volumes, mountPaths, faults);
            overlap(mount.child("name"), mount.child("mountPath"), devices, "volumeDevices", faults);
            details(mount, container.child("volumeMounts"), volumes, privileged, faults);
        }
        devices(container.child("volumeDevices"), mounts, volumes, faults);
    }

    private static Map<String, String> paths(Field list, String path) {
        Map<String, String> paths = new HashMap<>();
        list.items().forEach(entry -> paths.put(entry.text("name"), entry.text(path)));
        return paths;
    }

    private static void mount(Field mount, Map<String, JsonNode> volumes, Set<String> mountPaths, Faults faults) {
        Field name = mount.child("name");
        if (name.isBlank()) {
            faults.required(name);
        }
        if (!volumes.containsKey(name.text())) {
            faults.notFound(name);
        }
        Field path = mount.child("mountPath");
        if (path.isBlank()) {
            faults.required(path);
        }
        if (!mountPaths.add(path.text())) {
            faults.invalid(path, path.text(), "must be unique");
        }
    }

    private static void overlap(Field name, Field path, Map<String, String> others, String what, Faults faults) {
        if (others.containsKey(name.text())) {
            faults.invalid(name, name.text(), "must not already exist in " + what);
        }
        if (others.containsValue(path.text())) {
            faults.invalid(path, path.text(), "must not already exist as a path in " + what);
        }
    }

    private static void details(
            Field mount, Field mounts, Map<String, JsonNode> volumes, boolean privileged, Faults faults) {
        Field subPath = mount.child("subPath");
        Field expression = mount.child("subPathExpr");
        JsonNode volume = volumes.get(mount.text("name"));
        if (volume != null && volume.has("image")) {
            for (Field path : List.of(subPath, expression)) {
                if (!path.isBlank()) {
                    faults.invalid(path, path.text(), "not allowed in image volume sources");
                }
            }
        }
        if (!subPath.isBlank()) {
            faults.invalidText(subPath.as(mounts.path() + ".subPath"), Formats.localDescendingPath(subPath.text()));
        }
        if (!expression.isBlank()) {
            if (!subPath.isBlank()) {
                faults.invalid(expression, expression.text(), "subPathExpr and subPath are mutually exclusive");
            }
            faults.invalidText(
                    expression.as(mounts.path() + ".subPathExpr"), Formats.localDescendingPath(expression.text()));
        }
        Field propagation = mount.child("mountPropagation").as(mounts.path() + ".mountPropagation");
        if (propagation.present()) {
            List<String> modes = List.of("Bidirectional", "HostToContainer", "None");
            if (!modes.contains(propagation.text())) {
                faults.notSupported(propagation, modes);
            }
            if (propagation.text().equals("Bidirectional") && !privileged) {
                faults.forbidden(
                        propagation, "Bidirectional mount propagation is available only to privileged containers");
            }
        }
        recursiveReadOnly(mount, mounts, faults);
    }

    private static void recursiveReadOnly(Field mount, Field mounts, Faults faults) {
        Field recursive = mount.child("recursiveReadOnly").as(mounts.path() + ".recursiveReadOnly");
        if (!recursive.present() || recursive.text().equals("Disabled")) {
            return;
        }
        List<String> modes = List.of("Disabled", "Enabled", "IfPossible");
        if (!modes.contains(recursive.text())) {
            faults.notSupported(recursive, modes);
            return;
        }
        if (!mount.child("readOnly").isTrue()) {
            faults.forbidden(recursive, "may only be specified when readOnly is true");
        }
        if (mount.child("mountPropagation").present()
                && !mount.text("mountPropagation").equals("None")) {
            faults.forbidden(recursive, "may only be specified when mountPropagation is None or not specified");
        }
    }

    private static void devices(
            Field devices, Map<String, String> mounts, Map<String, JsonNode> volumes, Faults faults) {
        Set<String> names = new HashSet<>();
        Set<String> paths = new HashSet<>();
        for (Field device : devices.items()) {
            Field name = device.child("name");
            Field path = device.child("devicePath");
            if (name.isBlank()) {
                faults.required(name);
            }
            if (!name.isBlank() && !names.add(name.text())) {
                faults.invalid(name, name.text(), "must be unique");
            }
            JsonNode volume = volumes.get(name.text());
            if (volume == null) {
                faults.notFound(name);
            } else if (!volume.has("persistentVolumeClaim") && !volume.has("ephemeral")) {
                faults.invalid(
                        name,
                        name.text(),
                        "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
            }
            if (path.isBlank()) {
                faults.required(path);
            }
            if (paths.contains(path.text())) {
                faults.invalid(path, path.text(), "must be unique");
            }
            if (Formats.noBacksteps(path.text()).isEmpty()) {
                paths.add(path.text());
            } else {
                faults.invalid(path, path.text(), "can not contain backsteps ('..')");
            }
            overlap(name, path, mounts, "volumeMounts", faults);
        }
    }
}
