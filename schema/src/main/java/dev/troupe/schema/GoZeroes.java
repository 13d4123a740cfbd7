package dev.troupe.schema;

import com.google.protobuf.Descriptors.Descriptor;
import java.util.Set;

/**
 * What a zero means, which neither the Java models nor the proto files tell: in Go a field is a pointer, whose zero is a
 * value of its own, or a plain field left out of JSON when it is zero. From the Go types of Kubernetes 1.32.
 */
final class GoZeroes {
    /** Booleans and numbers that are plain and may be left out, in whatever type they stand. */
    private static final Set<String> PLAIN = words(
            "active authenticated availableReplicas chapAuthDiscovery chapAuthSession clusterScope currentReplicas"
                    + " denied deprecatedCount failed failureThreshold fullyLabeledReplicas generation globalDefault"
                    + " healthCheckNodePort hostIPC hostNetwork hostPID hostPort initialDelaySeconds minReadySeconds"
                    + " nodePort number numberAvailable numberUnavailable observedGeneration partition paused"
                    + " publishNotReadyAddresses readOnly readyReplicas signal sizeBytes sslEnabled stdin stdinOnce"
                    + " succeeded successThreshold tty unavailableReplicas unschedulable updatedNumberScheduled"
                    + " updatedReplicas");

    /** The types in which those names are pointers, or never left out. */
    private static final Set<String> NOT_PLAIN = words("StatefulSetStatus/availableReplicas"
            + " HorizontalPodAutoscalerStatus/observedGeneration RollingUpdateStatefulSetStrategy/partition"
            + " AzureDiskVolumeSource/readOnly CSIVolumeSource/readOnly");

    /** Names that are plain in these types only. */
    private static final Set<String> PLAIN_HERE = words("Event/count core.v1.EventSeries/count Probe/periodSeconds"
            + " Probe/timeoutSeconds DeploymentStatus/replicas ScaleSpec/replicas");

    /** Strings that are pointers wherever they stand. */
    private static final Set<String> POINTERS = words(
            "appProtocol cachingMode completionMode currentVolumeAttributesClassName endpointsNamespace failedIndexes"
                    + " failurePolicy fsGroupChangePolicy fsGroupPolicy gmsaCredentialSpec gmsaCredentialSpecName"
                    + " holderIdentity ingressClassName initiatorName internalTrafficPolicy ipFamilyPolicy ipMode"
                    + " loadBalancerClass localhostProfile managedBy matchPolicy mountPropagation nodeAffinityPolicy"
                    + " nodeTaintsPolicy parameterNotFoundAction pathType persistentVolumeName podReplacementPolicy"
                    + " preemptionPolicy preferredHolder procMount propagationPolicy reclaimPolicy recursiveReadOnly"
                    + " reinvocationPolicy resourceClaimName resourceClaimTemplateName runAsUserName runtimeClassName"
                    + " scope seLinuxChangePolicy secretNamespace selectPolicy service sideEffects strategy stream"
                    + " succeededIndexes supplementalGroupsPolicy timeZone trafficDistribution"
                    + " unhealthyPodEvictionPolicy url volumeAttributesClassName volumeBindingMode volumeMode zone");

    /** Names that are pointers in these types only. */
    private static final Set<String> POINTERS_HERE =
            words("AzureDiskVolumeSource/fsType AzureDiskVolumeSource/kind CSIVolumeSource/fsType"
                    + " ClusterTrustBundleProjection/name ClusterTrustBundleProjection/signerName"
                    + " Container/restartPolicy Endpoint/hostname Endpoint/nodeName EndpointAddress/nodeName"
                    + " discovery.v1.EndpointPort/name discovery.v1.EndpointPort/protocol"
                    + " EphemeralContainerCommon/restartPolicy HostPathVolumeSource/type"
                    + " IngressClassParametersReference/apiGroup IngressClassParametersReference/namespace"
                    + " IngressPortStatus/error LocalVolumeSource/fsType NetworkPolicyPort/protocol"
                    + " PersistentVolumeClaimSpec/storageClassName PodDNSConfigOption/value"
                    + " PodFailurePolicyOnExitCodesRequirement/containerName PortStatus/error"
                    + " Preconditions/resourceVersion Preconditions/uid TypedLocalObjectReference/apiGroup"
                    + " TypedObjectReference/apiGroup TypedObjectReference/namespace");

    private GoZeroes() {}

    /** Whether false or 0 in this field is the same as its absence. */
    static boolean leftOut(Descriptor message, String field) {
        return (PLAIN.contains(field) && !contains(NOT_PLAIN, message, field)) || contains(PLAIN_HERE, message, field);
    }

    /** Whether "" in this field differs from its absence. */
    static boolean keepsEmptyText(Descriptor message, String field) {
        return POINTERS.contains(field) || contains(POINTERS_HERE, message, field);
    }

    private static boolean contains(Set<String> places, Descriptor message, String field) {
        String qualified = message.getFullName().replaceFirst("^k8s\\.io\\.api\\.", "") + "/" + field;
        return places.contains(message.getName() + "/" + field) || places.contains(qualified);
    }

    private static Set<String> words(String text) {
        return Set.of(text.split(" "));
    }
}
