package dev.troupe.model.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.status.FieldError;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Faults of pods beyond those recorded, by the part that is wrong; all faults of a part at once and in order. */
class BadPodsTest {
    private static final String LABEL =
            ": a lowercase RFC 1123 label must consist of lower case alphanumeric characters"
                    + " or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used"
                    + " for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private static final String SUBDOMAIN = ": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
            + " characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex"
            + " used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private static final String NAME_PART = ": name part must consist of alphanumeric characters, '-', '_' or '.', and"
            + " must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex"
            + " used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    /**
     * One case.
     *
     * @param spec in flow style; where it names no containers it gets one
     * @param faults with their fields, in order
     */
    private record Case(String spec, List<String> faults) {
        Case(String spec, String... faults) {
            this(spec, List.of(faults));
        }
    }

    /** A case of the one container's fields; the faults' fields continue {@code spec.containers[0].}. */
    private static Case container(String fields, String... faults) {
        return new Case(
                "{volumes: [{name: v}, {name: pvc, persistentVolumeClaim: {claimName: q}}], containers: [{name: c, image:"
                        + " i, " + fields + "}]}",
                List.of(faults).stream()
                        .map(fault -> "spec.containers[0]." + fault)
                        .toList());
    }

    /** A case of one volume; the faults' fields continue {@code spec.volumes[0]}. */
    private static Case volume(String fields, String... faults) {
        return new Case(
                "{volumes: [{name: v, " + fields + "}]}",
                List.of(faults).stream().map(fault -> "spec.volumes[0]" + fault).toList());
    }

    private static final List<Case> CASES = List.of(
            new Case(
                    "{initContainers: [{name: c, image: j, livenessProbe: {exec: {command: [a]}}, lifecycle: {}}],"
                            + " containers: [{name: c, image: i, restartPolicy: Always}]}",
                    "spec.containers[0].restartPolicy: Forbidden: may not be set for non-init containers",
                    "spec.initContainers[0].name: Duplicate value: \"c\"",
                    "spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without"
                            + " restartPolicy=Always",
                    "spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without"
                            + " restartPolicy=Always"),
            new Case(
                    "{containers: [{name: C_, image: ' i', terminationMessagePolicy: X, imagePullPolicy: Y}]}",
                    "spec.containers[0].name: Invalid value: \"C_\"" + LABEL,
                    "spec.containers[0].terminationMessagePolicy: Unsupported value: \"X\": supported values: \"File\","
                            + " \"FallbackToLogsOnError\"",
                    "spec.containers[0].imagePullPolicy: Unsupported value: \"Y\": supported values: \"Always\","
                            + " \"IfNotPresent\", \"Never\"",
                    "spec.containers[0].image: Invalid value: \" i\": must not have leading or trailing whitespace"),
            new Case(
                    "{containers: [{name: c, image: i, ports: [{containerPort: 1, hostPort: 5}, {containerPort: 2,"
                            + " hostPort: 5}]}, {name: d, image: i, ports: [{containerPort: 3, hostPort: 5, hostIP:"
                            + " 1.2.3.4}]}]}",
                    "spec.containers[0].ports[1].hostPort: Duplicate value: \"TCP//5\""),
            container(
                    "ports: [{name: a--b}, {name: x, containerPort: 1}, {name: x, containerPort: 2, hostPort: 70000}]",
                    "ports[0].name: Invalid value: \"a--b\": must not contain consecutive hyphens",
                    "ports[0].containerPort: Required value",
                    "ports[2].name: Duplicate value: \"x\"",
                    "ports[2].hostPort: Invalid value: 70000: must be between 1 and 65535, inclusive"),
            container(
                    "env: [{value: v}, {name: A, valueFrom: {}}, {name: B, value: v, valueFrom: {fieldRef: {fieldPath:"
                            + " spec.hostname}}}, {name: C, valueFrom: {fieldRef: {fieldPath: metadata.labels}}}, {name:"
                            + " D, valueFrom: {secretKeyRef: {name: s}, configMapKeyRef: {name: m, key: 'a/b'}}}]",
                    "env[0].name: Required value",
                    "env[1].valueFrom: Invalid value: \"\": must specify one of: `fieldRef`, `resourceFieldRef`,"
                            + " `configMapKeyRef` or `secretKeyRef`",
                    "env[2].valueFrom.fieldRef.fieldPath: Invalid value: \"spec.hostname\": error converting fieldPath:"
                            + " field label not supported: spec.hostname",
                    "env[2].valueFrom: Invalid value: \"\": may not be specified when `value` is not empty",
                    "env[3].valueFrom.fieldRef.fieldPath: Unsupported value: \"metadata.labels\": supported values:"
                            + " \"metadata.name\", \"metadata.namespace\", \"metadata.uid\", \"spec.nodeName\","
                            + " \"spec.serviceAccountName\", \"status.hostIP\", \"status.hostIPs\", \"status.podIP\","
                            + " \"status.podIPs\"",
                    "env[4].valueFrom.configMapKeyRef.key: Invalid value: \"a/b\": a valid config key must consist of"
                            + " alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or"
                            + " 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
                    "env[4].valueFrom.secretKeyRef.key: Required value",
                    "env[4].valueFrom: Invalid value: \"\": may not have more than one field specified at a time"),
            container(
                    "env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.gpu}}}, {name: B, valueFrom:"
                            + " {resourceFieldRef: {resource: limits.cpu, divisor: 1Ki}}}, {name: C, valueFrom:"
                            + " {fieldRef: {fieldPath: \"metadata.labels['a b']\"}}}]",
                    "env[0].valueFrom.resourceFieldRef.resource: Unsupported value: \"limits.gpu\": supported values:"
                            + " \"limits.cpu\", \"limits.ephemeral-storage\", \"limits.memory\", \"requests.cpu\","
                            + " \"requests.ephemeral-storage\", \"requests.memory\"",
                    "env[1].valueFrom.resourceFieldRef.divisor: Invalid value: \"limits.cpu\": only divisor's values 1m"
                            + " and 1 are supported with the cpu resource",
                    "env[2].valueFrom.fieldRef: Invalid value: \"a b\"" + NAME_PART),
            container(
                    "envFrom: [{}, {prefix: 'a=', configMapRef: {}, secretRef: {name: S}}]",
                    "envFrom: Invalid value: \"\": must specify one of: `configMapRef` or `secretRef`",
                    "envFrom[1].prefix: Invalid value: \"a=\": a valid environment variable name must consist only of"
                            + " printable ASCII characters other than '='",
                    "envFrom[1].configMapRef.name: Required value",
                    "envFrom[1].secretRef.name: Invalid value: \"S\"" + SUBDOMAIN,
                    "envFrom: Invalid value: \"\": may not have more than one field specified at a time"),
            container(
                    "volumeMounts: [{name: v, mountPath: /a, subPath: ../x}, {name: v, mountPath: /a, subPath: /y,"
                            + " subPathExpr: z}, {mountPropagation: Bidirectional}]",
                    "volumeMounts.subPath: Invalid value: \"../x\": must not contain '..'",
                    "volumeMounts[1].mountPath: Invalid value: \"/a\": must be unique",
                    "volumeMounts.subPath: Invalid value: \"/y\": must be a relative path",
                    "volumeMounts[1].subPathExpr: Invalid value: \"z\": subPathExpr and subPath are mutually exclusive",
                    "volumeMounts[2].name: Required value",
                    "volumeMounts[2].name: Not found: \"\"",
                    "volumeMounts[2].mountPath: Required value",
                    "volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to"
                            + " privileged containers"),
            container(
                    "volumeDevices: [{name: v, devicePath: /d}, {name: pvc, devicePath: ../e}]",
                    "volumeDevices[0].name: Invalid value: \"v\": can only use volume source type of"
                            + " PersistentVolumeClaim or Ephemeral for block mode",
                    "volumeDevices[1].devicePath: Invalid value: \"../e\": can not contain backsteps ('..')"),
            container(
                    "livenessProbe: {exec: {}, tcpSocket: {port: 1}, successThreshold: 2}, readinessProbe: {"
                            + "terminationGracePeriodSeconds: 3}, startupProbe: {httpGet: {port: 'UP', scheme: FTP,"
                            + " httpHeaders: [{name: 'a b'}]}}",
                    "livenessProbe.exec.command: Required value",
                    "livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type",
                    "livenessProbe.successThreshold: Invalid value: 2: must be 1",
                    "readinessProbe: Required value: must specify a handler type",
                    "readinessProbe.terminationGracePeriodSeconds: Invalid value: 3: must not be set for"
                            + " readinessProbes",
                    "startupProbe.httpGet.port: Invalid value: \"UP\": must contain only alpha-numeric characters (a-z,"
                            + " 0-9), and hyphens (-)",
                    "startupProbe.httpGet.port: Invalid value: \"UP\": must contain at least one letter (a-z)",
                    "startupProbe.httpGet.scheme: Unsupported value: \"FTP\": supported values: \"HTTP\", \"HTTPS\"",
                    "startupProbe.httpGet.httpHeaders: Invalid value: \"a b\": a valid HTTP header must consist of"
                            + " alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is"
                            + " '[-A-Za-z0-9]+')"),
            container(
                    "lifecycle: {postStart: {}, preStop: {sleep: {seconds: 31}}}",
                    "lifecycle.postStart: Required value: must specify a handler type",
                    "lifecycle.preStop.sleep: Invalid value: 31: must be greater than 0 and less than"
                            + " terminationGracePeriodSeconds (30). Enable AllowPodLifecycleSleepActionZeroValue feature"
                            + " gate for zero sleep."),
            container(
                    "resources: {limits: {gpu: 1, example.com/x: 2, pods: 1}, requests: {example.com/x: 1.5}}",
                    "resources.limits[gpu]: Invalid value: \"gpu\": must be a standard resource type or fully qualified",
                    "resources.limits[gpu]: Invalid value: \"gpu\": must be a standard resource for containers",
                    "resources.limits[pods]: Invalid value: \"pods\": must be a standard resource for containers",
                    "resources.requests[example.com/x]: Invalid value: \"1500m\": must be an integer",
                    "resources.requests: Invalid value: \"1500m\": must be equal to example.com/x limit of 2",
                    "resources.requests[gpu]: Invalid value: \"gpu\": must be a standard resource type or fully"
                            + " qualified",
                    "resources.requests[gpu]: Invalid value: \"gpu\": must be a standard resource for containers",
                    "resources.requests[pods]: Invalid value: \"pods\": must be a standard resource for containers"),
            container(
                    "resources: {requests: {hugepages-2Mi: 3Mi}}",
                    "resources.requests[hugepages-2Mi]: Invalid value: \"3Mi\": 3Mi is not positive integer multiple of"
                            + " hugepages-2Mi",
                    "resources.limits: Required value: Limit must be set for non overcommitable resources",
                    "resources: Forbidden: HugePages require cpu or memory"),
            container(
                    "securityContext: {runAsUser: -1, seccompProfile: {type: Localhost}, procMount: Odd}",
                    "securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive",
                    "securityContext.procMount: Unsupported value: \"Odd\": supported values: \"Default\", \"Unmasked\"",
                    "securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is"
                            + " Localhost"),
            volume(
                    "emptyDir: {}, hostPath: {path: /x}",
                    ".hostPath: Forbidden: may not specify more than 1 volume type"),
            volume("hostPath: {}", ".hostPath.path: Required value"),
            volume(
                    "hostPath: {path: /a/../b, type: Disk}",
                    ".hostPath.path: Invalid value: \"/a/../b\": must not contain '..'",
                    ".hostPath.type: Unsupported value: \"Disk\": supported values: \"\", \"BlockDevice\","
                            + " \"CharDevice\", \"Directory\", \"DirectoryOrCreate\", \"File\", \"FileOrCreate\","
                            + " \"Socket\""),
            volume(
                    "configMap: {defaultMode: 512, items: [{key: k, path: ../p}, {path: ..p}]}",
                    ".configMap.name: Required value",
                    ".configMap.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both"
                            + " inclusive",
                    ".configMap.items[0].path: Invalid value: \"../p\": must not contain '..'",
                    ".configMap.items[1].key: Required value",
                    ".configMap.items[1].path: Invalid value: \"..p\": must not start with '..'"),
            volume("secret: {}", ".secret.secretName: Required value"),
            volume(
                    "emptyDir: {sizeLimit: -1}",
                    ".emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity"),
            volume(
                    "downwardAPI: {items: [{path: a}, {path: /b, fieldRef: {fieldPath: spec.nodeName}}]}",
                    ".downwardAPI: Required value: one of fieldRef and resourceFieldRef is required",
                    ".downwardAPI.path: Invalid value: \"/b\": must be a relative path",
                    ".downwardAPI.fieldRef.fieldPath: Unsupported value: \"spec.nodeName\": supported values:"
                            + " \"metadata.annotations\", \"metadata.labels\", \"metadata.name\","
                            + " \"metadata.namespace\", \"metadata.uid\""),
            volume(
                    "projected: {sources: [{secret: {name: s, items: [{key: k, path: p}]}, configMap: {}},"
                            + " {serviceAccountToken: {expirationSeconds: 5, path: t}}, {configMap: {name: m, items:"
                            + " [{key: k, path: p}]}}]}",
                    ".projected.sources[0].configMap.name: Required value",
                    ".projected.sources[0]: Forbidden: may not specify more than 1 volume type per source",
                    ".projected.sources[1].serviceAccountToken.expirationSeconds: Invalid value: 5: may not specify a"
                            + " duration less than 10 minutes",
                    ".projected: Invalid value: \"m\": conflicting duplicate paths"),
            volume("persistentVolumeClaim: {}", ".persistentVolumeClaim.claimName: Required value"),
            volume(
                    "nfs: {path: x}",
                    ".nfs.server: Required value",
                    ".nfs.path: Invalid value: \"x\": must be an absolute path"),
            new Case(
                    "{tolerations: [{key: 'a b', operator: Exists}, {operator: Equal}, {key: k, operator: In}, {key: k,"
                            + " effect: Never}, {key: k, value: 'a b', tolerationSeconds: 1}]}",
                    "spec.tolerations[0].key: Invalid value: \"a b\"" + NAME_PART,
                    "spec.tolerations[1].operator: Invalid value: \"Equal\": operator must be Exists when `key` is empty,"
                            + " which means \"match all values and all keys\"",
                    "spec.tolerations[2].operator: Unsupported value: \"In\": supported values: \"Equal\", \"Exists\"",
                    "spec.tolerations[3].effect: Unsupported value: \"Never\": supported values: \"NoSchedule\","
                            + " \"PreferNoSchedule\", \"NoExecute\"",
                    "spec.tolerations[4].effect: Invalid value: \"\": effect must be 'NoExecute' when"
                            + " `tolerationSeconds` is set",
                    "spec.tolerations[4].operator: Invalid value: \"a b\": a valid label must be an empty string or"
                            + " consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
                            + " alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for"
                            + " validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"),
            new Case(
                    "{affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms:"
                            + " [{matchExpressions: [{key: a, operator: In}, {key: b, operator: Exists, values: [x]},"
                            + " {key: c, operator: Gt, values: [x, y]}, {key: d, operator: Like}], matchFields: [{key:"
                            + " metadata.uid, operator: Exists}]}]},"
                            + " preferredDuringSchedulingIgnoredDuringExecution: [{weight: 0, preference: {}}]}}}",
                    "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]"
                            + ".matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or"
                            + " 'NotIn'",
                    "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]"
                            + ".matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists'"
                            + " or 'DoesNotExist'",
                    "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]"
                            + ".matchExpressions[2].values: Required value: must be specified single value when"
                            + " `operator` is 'Lt' or 'Gt'",
                    "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]"
                            + ".matchExpressions[3].operator: Invalid value: \"Like\": not a valid selector operator",
                    "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]"
                            + ".matchFields[0].operator: Invalid value: \"Exists\": not a valid selector operator",
                    "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]"
                            + ".matchFields[0].key: Invalid value: \"metadata.uid\": not a valid field selector key",
                    "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid"
                            + " value: 0: must be in the range 1-100"),
            new Case(
                    "{affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {}}, podAntiAffinity:"
                            + " {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {matchExpressions:"
                            + " [{key: a, operator: In}]}, namespaces: [N_]}]}}}",
                    "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms:"
                            + " Required value: must have at least one node selector term",
                    "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector"
                            + ".matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or"
                            + " 'NotIn'",
                    "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].namespace: Invalid"
                            + " value: \"N_\"" + LABEL,
                    "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey:"
                            + " Required value: can not be empty",
                    "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey:"
                            + " Invalid value: \"\": name part must be non-empty",
                    "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey:"
                            + " Invalid value: \"\"" + NAME_PART),
            new Case(
                    "{topologySpreadConstraints: [{maxSkew: 0, whenUnsatisfiable: Wait, matchLabelKeys: [a]}, {maxSkew:"
                            + " 1, topologyKey: z, whenUnsatisfiable: ScheduleAnyway, minDomains: 0}, {maxSkew: 1,"
                            + " topologyKey: z, whenUnsatisfiable: ScheduleAnyway, nodeTaintsPolicy: Maybe}]}",
                    "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero",
                    "spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty",
                    "spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: \"Wait\": supported values:"
                            + " \"DoNotSchedule\", \"ScheduleAnyway\"",
                    "spec.topologySpreadConstraints[0].matchLabelKeys: Forbidden: must not be specified when"
                            + " labelSelector is not set",
                    "spec.topologySpreadConstraints[1].{topologyKey, whenUnsatisfiable}: Duplicate value: \"{z,"
                            + " ScheduleAnyway}\"",
                    "spec.topologySpreadConstraints[1].minDomains: Invalid value: 0: must be greater than zero",
                    "spec.topologySpreadConstraints[1].minDomains: Invalid value: 0: can only use minDomains if"
                            + " whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway",
                    "spec.topologySpreadConstraints[2].nodeTaintsPolicy: Unsupported value: \"Maybe\": supported values:"
                            + " \"Honor\", \"Ignore\""),
            new Case(
                    "{serviceAccountName: S, nodeName: N_, activeDeadlineSeconds: 0, hostname: h.h, subdomain: s.s,"
                            + " hostAliases: [{ip: x, hostnames: [B_]}], priorityClassName: P, preemptionPolicy: Maybe,"
                            + " dnsPolicy: None, os: {name: plan9}, readinessGates: [{conditionType: 'a b'}]}",
                    "spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None",
                    "spec.readinessGates[0].conditionType: Invalid value: \"a b\"" + NAME_PART,
                    "spec.serviceAccountName: Invalid value: \"S\"" + SUBDOMAIN,
                    "spec.nodeName: Invalid value: \"N_\"" + SUBDOMAIN,
                    "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive",
                    "spec.hostname: Invalid value: \"h.h\"" + LABEL,
                    "spec.subdomain: Invalid value: \"s.s\"" + LABEL,
                    "spec.hostAliases[0].ip: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or"
                            + " 2001:db8::ffff)",
                    "spec.hostAliases[0].hostnames[0]: Invalid value: \"B_\"" + SUBDOMAIN,
                    "spec.priorityClassName: Invalid value: \"P\"" + SUBDOMAIN,
                    "spec.preemptionPolicy: Unsupported value: \"Maybe\": supported values: \"PreemptLowerPriority\","
                            + " \"Never\"",
                    "spec.os: Unsupported value: \"plan9\": supported values: \"linux\", \"windows\""),
            new Case(
                    "{dnsConfig: {nameservers: [1.1.1.1, 1.1.1.2, 1.1.1.3, 1.1.1.x], searches: [Bad_], options: [{}]}}",
                    "spec.dnsConfig.nameservers: Invalid value: []string{\"1.1.1.1\", \"1.1.1.2\", \"1.1.1.3\","
                            + " \"1.1.1.x\"}: must not have more than 3 nameservers",
                    "spec.dnsConfig.nameservers[3]: Invalid value: \"1.1.1.x\": must be a valid IP address, (e.g."
                            + " 10.9.8.7 or 2001:db8::ffff)",
                    "spec.dnsConfig.searches[0]: Invalid value: \"Bad_\"" + SUBDOMAIN,
                    "spec.dnsConfig.options[0]: Required value: must not be empty"),
            new Case(
                    "{hostNetwork: true, hostPID: true, shareProcessNamespace: true, securityContext: {fsGroup: -1,"
                            + " supplementalGroups: [3000000000], sysctls: [{name: net.core.somaxconn}, {name: 'a b'}]},"
                            + " containers: [{name: c, image: i, ports: [{containerPort: 1, hostPort: 2}]}]}",
                    "spec.containers[0].ports[0].hostPort: Invalid value: 2: must match `containerPort` when"
                            + " `hostNetwork` is true",
                    "spec.securityContext.fsGroup: Invalid value: -1: must be between 0 and 2147483647, inclusive",
                    "spec.securityContext.supplementalGroups[0]: Invalid value: 3000000000: must be between 0 and"
                            + " 2147483647, inclusive",
                    "spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID"
                            + " cannot both be enabled",
                    "spec.securityContext.sysctls[0].name: Invalid value: \"net.core.somaxconn\": may not be specified"
                            + " when 'hostNetwork' is true",
                    "spec.securityContext.sysctls[1].name: Invalid value: \"a b\": must have at most 253 characters and"
                            + " match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"),
            new Case(
                    "{nodeName: n, schedulingGates: [{name: 'a b'}, {name: c}, {name: c}], ephemeralContainers: [{name:"
                            + " e, image: i, targetContainerName: nope, ports: [{containerPort: 1}]}]}",
                    "spec.ephemeralContainers[0].targetContainerName: Not found: \"nope\"",
                    "spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container",
                    "spec.schedulingGates[0]: Invalid value: \"a b\"" + NAME_PART,
                    "spec.schedulingGates[2]: Duplicate value: \"c\"",
                    "spec.ephemeralContainers: Forbidden: cannot be set on create",
                    "spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared"));

    @TestFactory
    List<DynamicTest> reportsEveryFaultInKubernetesOrder() {
        return CASES.stream()
                .map(bad -> DynamicTest.dynamicTest(
                        bad.faults().get(0), () -> assertEquals(String.join("\n", bad.faults()), faults(bad.spec()))))
                .toList();
    }

    private static String faults(String spec) {
        PodStrategy strategy = new PodStrategy();
        ObjectNode pod = Manifests.pod(spec);
        if (!pod.path("spec").has("containers")) {
            pod.withObject("spec")
                    .set(
                            "containers",
                            Manifests.yaml("{c: [{name: c, image: i}]}").path("c"));
        }
        strategy.prepareForCreate(pod);
        return String.join(
                "\n",
                strategy.validateCreate(pod).stream().map(FieldError::toString).toList());
    }
}
