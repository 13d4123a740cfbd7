package dev.troupe.model.kind.pod;

import dev.troupe.model.kind.validation.Faults;
import dev.troupe.model.kind.validation.Field;
import dev.troupe.model.kind.validation.Formats;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules of projected volumes, whose sources must not write one path twice. */
final class ProjectedVolumeValidation {
    private static final long LEAST_TOKEN_SECONDS = 600;
    private static final long MOST_TOKEN_SECONDS = 1L << 32;

    private final Field volume;
    private final Faults faults;
    private final Set<String> paths = new HashSet<>();

    private ProjectedVolumeValidation(Field volume, Faults faults) {
        this.volume = volume;
        this.faults = faults;
    }

    static void validate(Field volume, Faults faults) {
        VolumeValidation.mode(volume.child("defaultMode"), faults);
        ProjectedVolumeValidation validation = new ProjectedVolumeValidation(volume, faults);
        volume.child("sources").items().forEach(validation::source);
    }

    private void source(Field source) {
        int found = 0;
        for (String kind : List.of("secret", "configMap")) {
            Field projection = source.child(kind);
            if (projection.present()) {
                found++;
                keys(projection);
            }
        }
        Field downward = source.child("downwardAPI");
        if (downward.present()) {
            found++;
            for (Field file : downward.child("items").items()) {
                VolumeValidation.downwardFile(file, downward, faults);
                path(file.text("path"), file.text("path"));
            }
        }
        if (source.child("serviceAccountToken").present()) {
            found++;
            token(source.child("serviceAccountToken"));
        }
        Field bundle = source.child("clusterTrustBundle");
        if (bundle.present()) {
            found++;
            trustBundle(bundle);
        }
        if (found > 1) {
            faults.forbidden(source, "may not specify more than 1 volume type per source");
        }
    }

    private void keys(Field projection) {
        Field name = projection.child("name");
        if (name.isBlank()) {
            faults.required(name);
        }
        for (Field item : projection.child("items").items()) {
            VolumeValidation.keyToPath(item, faults);
            path(item.text("path"), name.text());
        }
    }

    private void path(String path, String shown) {
        if (!path.isEmpty() && !paths.add(path)) {
            faults.invalid(volume, shown, "conflicting duplicate paths");
        }
    }

    private void token(Field token) {
        Field seconds = token.child("expirationSeconds");
        if (seconds.number() < LEAST_TOKEN_SECONDS) {
            faults.invalid(seconds, "may not specify a duration less than 10 minutes");
        }
        if (seconds.number() > MOST_TOKEN_SECONDS) {
            faults.invalid(seconds, "may not specify a duration larger than 2^32 seconds");
        }
        Field path = token.child("path").as(volume.path() + ".path");
        if (path.isBlank()) {
            faults.required(path);
        } else {
            faults.invalidText(path, Formats.localNonReservedPath(path.text()));
        }
    }

    private void trustBundle(Field bundle) {
        if (!bundle.child("name").present() && !bundle.child("signerName").present()) {
            faults.required(bundle, "either name or signerName must be specified");
        }
        Field path = bundle.child("path");
        if (path.isBlank()) {
            faults.required(path);
        }
        faults.invalidText(path, Formats.localNonReservedPath(path.text()));
        path(path.text(), path.text());
    }
}
