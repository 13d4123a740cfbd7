package dev.troupe.model.kind.pod;

import dev.troupe.model.kind.validation.Faults;
import dev.troupe.model.kind.validation.Field;
import dev.troupe.model.kind.validation.Formats;
import dev.troupe.model.kind.validation.GoSyntax;
import dev.troupe.model.status.FieldError;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The rules of pods' and containers' security contexts. Privileged containers are allowed. */
final class SecurityValidation {
    private static final List<String> SECCOMP_TYPES = List.of("Localhost", "RuntimeDefault", "Unconfined");
    private static final String SYSCTL_SEGMENT = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
    private static final String SYSCTL_FORMAT = "^(" + SYSCTL_SEGMENT + "[\\./])*" + SYSCTL_SEGMENT + "$";
    private static final Pattern SYSCTL = Pattern.compile(SYSCTL_FORMAT);
    private static final int MAX_SYSCTL = 253;
    private static final int MAX_PROFILE_PATH = 4095;

    private SecurityValidation() {}

    /** Faults of {@code spec.securityContext} and of the specification's host namespaces. */
    static void pod(Field spec, Faults faults) {
        Field security = spec.child("securityContext");
        id(security.child("fsGroup"), faults);
        id(security.child("runAsUser"), faults);
        id(security.child("runAsGroup"), faults);
        security.child("supplementalGroups").items().forEach(group -> id(group, faults));
        Field share = spec.child("shareProcessNamespace");
        if (share.isTrue() && spec.child("hostPID").isTrue()) {
            faults.add(FieldError.invalidGo(
                    security.path() + ".shareProcessNamespace",
                    "true",
                    "ShareProcessNamespace and HostPID cannot both be enabled"));
        }
        sysctls(spec, security.child("sysctls"), faults);
        supported(security.child("fsGroupChangePolicy"), List.of("Always", "OnRootMismatch"), faults);
        seccomp(security.child("seccompProfile"), faults);
        appArmor(security.child("appArmorProfile"), faults);
        supported(security.child("supplementalGroupsPolicy"), List.of("Merge", "Strict"), faults);
        supported(security.child("seLinuxChangePolicy"), List.of("MountOption", "Recursive"), faults);
    }

    /** Faults of a pod with a user namespace of its own that also asks for the host's namespaces. */
    static void hostUsers(Field spec, Faults faults) {
        if (!spec.child("hostUsers").present() || spec.child("hostUsers").isTrue()) {
            return;
        }
        if (spec.child("hostNetwork").isTrue()) {
            faults.forbidden(spec.child("hostNetwork"), "when `pod.Spec.HostUsers` is false");
        }
        if (spec.child("hostPID").isTrue()) {
            faults.forbidden(spec.child("HostPID"), "when `pod.Spec.HostUsers` is false");
        }
        if (spec.child("hostIPC").isTrue()) {
            faults.forbidden(spec.child("HostIPC"), "when `pod.Spec.HostUsers` is false");
        }
    }

    /** Faults of a container's {@code securityContext}. */
    static void container(Field security, boolean hostUsers, Faults faults) {
        if (!security.present()) {
            return;
        }
        id(security.child("runAsUser"), faults);
        id(security.child("runAsGroup"), faults);
        Field procMount = security.child("procMount");
        supported(procMount, List.of("Default", "Unmasked"), faults);
        if (hostUsers && procMount.text().equals("Unmasked")) {
            faults.invalid(procMount, procMount.text(), "`hostUsers` must be false to use `Unmasked`");
        }
        seccomp(security.child("seccompProfile"), faults);
        Field escalation = security.child("allowPrivilegeEscalation");
        if (escalation.present() && !escalation.isTrue()) {
            if (security.child("privileged").isTrue()) {
                faults.invalid(security, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
            }
            if (security.child("capabilities").child("add").texts().contains("CAP_SYS_ADMIN")) {
                faults.invalid(
                        security,
                        "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
            }
        }
        appArmor(security.child("appArmorProfile"), faults);
    }

    private static void id(Field id, Faults faults) {
        if (id.present()) {
            faults.invalidNumber(id, Formats.userId(id.number()));
        }
    }

    private static void supported(Field at, List<String> values, Faults faults) {
        if (at.present() && !values.contains(at.text())) {
            faults.notSupported(at, values);
        }
    }

    private static void sysctls(Field spec, Field sysctls, Faults faults) {
        Set<String> names = new HashSet<>();
        for (Field sysctl : sysctls.items()) {
            Field name = sysctl.child("name");
            String text = name.text();
            if (text.isEmpty()) {
                faults.required(name);
            } else if (text.length() > MAX_SYSCTL || !SYSCTL.matcher(text).matches()) {
                faults.invalid(
                        name, text, "must have at most " + MAX_SYSCTL + " characters and match regex " + SYSCTL_FORMAT);
            } else if (!names.add(text)) {
                faults.duplicate(name, text);
            }
            String dotted = text.replace('/', '.');
            if (spec.child("hostNetwork").isTrue() && dotted.startsWith("net.")) {
                faults.invalid(name, text, "may not be specified when 'hostNetwork' is true");
            }
            boolean ipc = dotted.startsWith("kernel.shm")
                    || dotted.startsWith("kernel.msg")
                    || dotted.equals("kernel.sem")
                    || dotted.startsWith("fs.mqueue.");
            if (spec.child("hostIPC").isTrue() && ipc) {
                faults.invalid(name, text, "may not be specified when 'hostIPC' is true");
            }
        }
    }

    private static void seccomp(Field profile, Faults faults) {
        if (!profile.present()) {
            return;
        }
        Field type = profile.child("type");
        if (type.isBlank()) {
            faults.required(type, "type is required when seccompProfile is set");
        } else if (!SECCOMP_TYPES.contains(type.text())) {
            faults.notSupported(type, SECCOMP_TYPES);
        }
        Field local = profile.child("localhostProfile");
        if (type.text().equals("Localhost")) {
            if (local.present()) {
                faults.invalidText(local, Formats.localDescendingPath(local.text()));
            } else {
                faults.required(local, "must be set when seccomp type is Localhost");
            }
        } else if (local.present()) {
            faults.add(FieldError.invalidGo(
                    local.path(),
                    "core.SeccompProfile{Type:" + GoSyntax.quoted(type.text()) + ", LocalhostProfile:(*string)(0x0)}",
                    "can only be set when seccomp type is Localhost"));
        }
    }

    private static void appArmor(Field profile, Faults faults) {
        if (!profile.present()) {
            return;
        }
        Field type = profile.child("type");
        Field local = profile.child("localhostProfile");
        if (type.isBlank()) {
            faults.required(type, "type is required when appArmorProfile is set");
        } else if (!SECCOMP_TYPES.contains(type.text())) {
            faults.notSupported(type, SECCOMP_TYPES);
        } else if (!type.text().equals("Localhost")) {
            if (local.present()) {
                faults.invalid(local, "can only be set when AppArmor type is Localhost");
            }
        } else if (local.isBlank()) {
            faults.required(local, "must be set when AppArmor type is Localhost");
        } else {
            if (!local.text().equals(local.text().strip())) {
                faults.invalid(local, "must not be padded with whitespace");
            }
            if (local.text().length() > MAX_PROFILE_PATH) {
                faults.add(FieldError.tooLong(local.path(), "may not be more than " + MAX_PROFILE_PATH + " bytes"));
            }
        }
    }
}
