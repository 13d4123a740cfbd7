package dev.troupe.model.kind.pod;

import dev.troupe.model.kind.validation.Faults;
import dev.troupe.model.kind.validation.Field;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The rules of annotations that mean something to pods. */
public final class PodAnnotationValidation {
    /** Set by a node on the API's image of a pod that it runs from a file. */
    static final String MIRROR = "kubernetes.io/config.mirror";

    private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";
    private static final String APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/";

    private PodAnnotationValidation() {}

    /** Faults of a pod's or a template's annotations. */
    public static void validate(Field annotations, Field spec, Faults faults) {
        Field mirror = annotations.key(MIRROR);
        if (mirror.present() && spec.child("nodeName").isBlank()) {
            faults.invalid(mirror, mirror.text(), "must set spec.nodeName if mirror pod annotation is set");
        }
        Field cost = annotations.key(DELETION_COST);
        if (cost.present() && !isDeletionCost(cost.text())) {
            faults.invalid(cost, cost.text(), "must be a 32bit integer");
        }
        Set<String> containers = new TreeSet<>();
        for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
            spec.child(list).items().forEach(container -> containers.add(container.text("name")));
        }
        for (String key : names(annotations)) {
            if (!key.startsWith(APP_ARMOR)) {
                continue;
            }
            String container = key.substring(APP_ARMOR.length());
            String profile = annotations.key(key).text();
            if (!containers.contains(container)) {
                faults.invalid(annotations.key(key), container, "container not found");
            }
            boolean known = Set.of("", "runtime/default", "unconfined").contains(profile);
            if (!known && !profile.startsWith("localhost/")) {
                faults.invalid(annotations.key(key), profile, "invalid AppArmor profile name: \"" + profile + "\"");
            }
        }
    }

    /** Faults of a change of a pod's annotations. */
    static void validateUpdate(Field annotations, Field old, Faults faults) {
        for (String key : names(old)) {
            if (annotations.key(key).text().equals(old.key(key).text())) {
                continue;
            }
            if (key.startsWith(APP_ARMOR)) {
                faults.forbidden(annotations.key(key), "may not remove or update AppArmor annotations");
            }
            if (key.equals(MIRROR)) {
                faults.forbidden(annotations.key(key), "may not remove or update mirror pod annotation");
            }
        }
        for (String key : names(annotations)) {
            if (old.key(key).present()) {
                continue;
            }
            if (key.startsWith(APP_ARMOR)) {
                faults.forbidden(annotations.key(key), "may not add AppArmor annotations");
            }
            if (key.equals(MIRROR)) {
                faults.forbidden(annotations.key(key), "may not add mirror pod annotation");
            }
        }
    }

    private static Set<String> names(Field annotations) {
        Set<String> names = new TreeSet<>();
        annotations.value().fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** A number without a plus and without leading zeros. */
    private static boolean isDeletionCost(String text) {
        if (!text.matches("0|-?[1-9][0-9]{0,9}")) {
            return false;
        }
        long cost = Long.parseLong(text);
        return cost >= Integer.MIN_VALUE && cost <= Integer.MAX_VALUE;
    }
}
