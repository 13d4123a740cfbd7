package dev.troupe.model.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.codec.BodyDecoder.DecodedBody;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.schema.FieldChecker;
import io.kubernetes.client.proto.IntStr.IntOrString;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.Meta.ObjectMeta;
import io.kubernetes.client.proto.Runtime.TypeMeta;
import io.kubernetes.client.proto.Runtime.Unknown;
import io.kubernetes.client.proto.V1;
import io.kubernetes.client.proto.V1Apps;
import io.kubernetes.client.proto.V1Authentication;
import io.kubernetes.client.proto.V1Authorization;
import io.kubernetes.client.proto.V1Autoscaling;
import io.kubernetes.client.proto.V1Certificates;
import io.kubernetes.client.proto.V1Coordination;
import io.kubernetes.client.proto.V1Discovery;
import io.kubernetes.client.proto.V1Policy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ProtobufBodyDecoderTest {
    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final ResourceType DEPLOYMENT = type("apps", "v1", "Deployment");

    @Test
    void keepsZeroOfPointersAndDropsItOfPlainFields() {
        V1Apps.Deployment deployment = V1Apps.Deployment.newBuilder()
                .setMetadata(
                        ObjectMeta.newBuilder().setName("web").setNamespace("").setGeneration(0))
                .setSpec(V1Apps.DeploymentSpec.newBuilder()
                        .setReplicas(0)
                        .setMinReadySeconds(0)
                        .setPaused(false)
                        .setStrategy(V1Apps.DeploymentStrategy.newBuilder().setType(""))
                        .setTemplate(V1.PodTemplateSpec.newBuilder()
                                .setMetadata(ObjectMeta.newBuilder()
                                        .setCreationTimestamp(Meta.Time.newBuilder())
                                        .putLabels("app", "web"))
                                .setSpec(V1.PodSpec.newBuilder()
                                        .setHostNetwork(false)
                                        .setAutomountServiceAccountToken(false)
                                        .setTerminationGracePeriodSeconds(0)
                                        .addContainers(V1.Container.newBuilder()
                                                .setName("c")
                                                .setImage("nginx")
                                                .setTty(false)
                                                .setResources(V1.ResourceRequirements.newBuilder())))))
                .setStatus(V1Apps.DeploymentStatus.newBuilder().setReplicas(0))
                .build();
        assertDecodes(DEPLOYMENT, deployment, """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"replicas":0,
                "strategy":{},"template":{"metadata":{"labels":{"app":"web"}},"spec":{
                "automountServiceAccountToken":false,"terminationGracePeriodSeconds":0,
                "containers":[{"name":"c","image":"nginx","resources":{}}]}}},"status":{}}""");
    }

    @Test
    void unwrapsTimesQuantitiesNumbersOrNamesAndInlineMessages() {
        V1.Pod pod = V1.Pod.newBuilder()
                .setMetadata(ObjectMeta.newBuilder()
                        .setName("p")
                        .setDeletionTimestamp(
                                Meta.Time.newBuilder().setSeconds(1_700_000_000).setNanos(5))
                        .addManagedFields(Meta.ManagedFieldsEntry.newBuilder()
                                .setManager("m")
                                .setFieldsV1(
                                        Meta.FieldsV1.newBuilder().setRaw(ByteString.copyFromUtf8("{\"f:data\":{}}")))))
                .setSpec(V1.PodSpec.newBuilder()
                        .addVolumes(V1.Volume.newBuilder()
                                .setName("v")
                                .setVolumeSource(V1.VolumeSource.newBuilder()
                                        .setEmptyDir(V1.EmptyDirVolumeSource.newBuilder()
                                                .setMedium("")
                                                .setSizeLimit(quantity("1Gi")))))
                        .addContainers(V1.Container.newBuilder()
                                .setName("c")
                                .setResources(V1.ResourceRequirements.newBuilder()
                                        .putLimits("cpu", quantity("500m"))
                                        .putRequests("memory", quantity("0")))
                                .addEnv(V1.EnvVar.newBuilder()
                                        .setName("E")
                                        .setValueFrom(V1.EnvVarSource.newBuilder()
                                                .setSecretKeyRef(V1.SecretKeySelector.newBuilder()
                                                        .setLocalObjectReference(V1.LocalObjectReference.newBuilder()
                                                                .setName("s"))
                                                        .setKey("k")
                                                        .setOptional(false))))
                                .setLivenessProbe(V1.Probe.newBuilder()
                                        .setPeriodSeconds(0)
                                        .setFailureThreshold(3)
                                        .setHandler(V1.ProbeHandler.newBuilder()
                                                .setHttpGet(V1.HTTPGetAction.newBuilder()
                                                        .setPath("/z")
                                                        .setPort(IntOrString.newBuilder()
                                                                .setType(1)
                                                                .setStrVal("http"))))))
                        .setSecurityContext(V1.PodSecurityContext.newBuilder()
                                .setRunAsUser(-1)
                                .addSupplementalGroups(0)
                                .addSupplementalGroups(7)))
                .build();
        assertDecodes(type("", "v1", "Pod"), pod, """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","deletionTimestamp":"2023-11-14T22:13:20Z",
                "managedFields":[{"manager":"m","fieldsV1":{"f:data":{}}}]},"spec":{
                "volumes":[{"name":"v","emptyDir":{"sizeLimit":"1Gi"}}],"containers":[{"name":"c",
                "resources":{"limits":{"cpu":"500m"},"requests":{"memory":"0"}},
                "env":[{"name":"E","valueFrom":{"secretKeyRef":{"name":"s","key":"k","optional":false}}}],
                "livenessProbe":{"failureThreshold":3,"httpGet":{"path":"/z","port":"http"}}}],
                "securityContext":{"runAsUser":-1,"supplementalGroups":[0,7]}}}""");
    }

    @Test
    void decodesSecretsServicesSlicesAndLeases() {
        assertDecodes(
                type("", "v1", "Secret"),
                V1.Secret.newBuilder()
                        .setMetadata(ObjectMeta.newBuilder().setName("s"))
                        .putData("a", ByteString.copyFromUtf8("b"))
                        .putData("e", ByteString.EMPTY)
                        .setType("Opaque")
                        .setImmutable(false)
                        .build(),
                """
                {"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"immutable":false,
                "data":{"a":"Yg==","e":""},"type":"Opaque"}""");
        assertDecodes(
                type("", "v1", "Service"),
                V1.Service.newBuilder()
                        .setSpec(V1.ServiceSpec.newBuilder()
                                .addPorts(V1.ServicePort.newBuilder()
                                        .setName("")
                                        .setPort(80)
                                        .setNodePort(0)
                                        .setTargetPort(IntOrString.newBuilder()
                                                .setType(0)
                                                .setIntVal(8080)))
                                .setClusterIP("None")
                                .putSelector("app", "")
                                .setPublishNotReadyAddresses(false)
                                .setAllocateLoadBalancerNodePorts(false))
                        .build(),
                """
                {"apiVersion":"v1","kind":"Service","spec":{"ports":[{"port":80,"targetPort":8080}],
                "selector":{"app":""},"clusterIP":"None","allocateLoadBalancerNodePorts":false}}""");
        assertDecodes(
                type("discovery.k8s.io", "v1", "EndpointSlice"),
                V1Discovery.EndpointSlice.newBuilder()
                        .setAddressType("IPv4")
                        .addEndpoints(V1Discovery.Endpoint.newBuilder()
                                .addAddresses("10.0.0.1")
                                .setConditions(V1Discovery.EndpointConditions.newBuilder()
                                        .setReady(false)))
                        .addPorts(V1Discovery.EndpointPort.newBuilder()
                                .setName("")
                                .setPort(0))
                        .build(),
                """
                {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","addressType":"IPv4",
                "endpoints":[{"addresses":["10.0.0.1"],"conditions":{"ready":false}}],
                "ports":[{"name":"","port":0}]}""");
        assertDecodes(
                type("coordination.k8s.io", "v1", "Lease"),
                V1Coordination.Lease.newBuilder()
                        .setSpec(V1Coordination.LeaseSpec.newBuilder()
                                .setHolderIdentity("")
                                .setLeaseTransitions(0)
                                .setRenewTime(Meta.MicroTime.newBuilder()
                                        .setSeconds(1_700_000_000)
                                        .setNanos(123_456_789)))
                        .build(),
                """
                {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","spec":{"holderIdentity":"",
                "leaseTransitions":0,"renewTime":"2023-11-14T22:13:20.123456Z"}}""");
    }

    @Test
    void decodesWhatIsNoStoredKind() {
        assertDecodes(
                type("", "v1", "DeleteOptions"),
                "apps/v1",
                Meta.DeleteOptions.newBuilder()
                        .setGracePeriodSeconds(0)
                        .setPropagationPolicy("Foreground")
                        .setPreconditions(Meta.Preconditions.newBuilder().setUid("u"))
                        .addDryRun("All")
                        .build(),
                """
                {"apiVersion":"apps/v1","kind":"DeleteOptions","gracePeriodSeconds":0,"preconditions":{"uid":"u"},
                "propagationPolicy":"Foreground","dryRun":["All"]}""");
        assertDecodes(
                type("policy", "v1", "Eviction"),
                V1Policy.Eviction.newBuilder()
                        .setMetadata(ObjectMeta.newBuilder().setName("p").setNamespace("n"))
                        .setDeleteOptions(Meta.DeleteOptions.newBuilder().setGracePeriodSeconds(5))
                        .build(),
                """
                {"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"p","namespace":"n"},
                "deleteOptions":{"gracePeriodSeconds":5}}""");
        assertDecodes(
                type("", "v1", "Binding"),
                V1.Binding.newBuilder()
                        .setTarget(
                                V1.ObjectReference.newBuilder().setKind("Node").setName("n1"))
                        .build(),
                """
                {"apiVersion":"v1","kind":"Binding","target":{"kind":"Node","name":"n1"}}""");
        assertDecodes(
                type("autoscaling", "v1", "Scale"),
                V1Autoscaling.Scale.newBuilder()
                        .setSpec(V1Autoscaling.ScaleSpec.newBuilder().setReplicas(3))
                        .setStatus(V1Autoscaling.ScaleStatus.newBuilder()
                                .setReplicas(0)
                                .setSelector(""))
                        .build(),
                """
                {"apiVersion":"autoscaling/v1","kind":"Scale","spec":{"replicas":3},"status":{"replicas":0}}""");
        assertDecodes(
                type("certificates.k8s.io", "v1", "CertificateSigningRequest"),
                V1Certificates.CertificateSigningRequest.newBuilder()
                        .setSpec(V1Certificates.CertificateSigningRequestSpec.newBuilder()
                                .setRequest(ByteString.copyFromUtf8("pem"))
                                .setSignerName("s/n")
                                .addUsages("client auth")
                                .setExpirationSeconds(600)
                                .putExtra(
                                        "k",
                                        V1Certificates.ExtraValue.newBuilder()
                                                .addItems("v")
                                                .addItems("")
                                                .build()))
                        .build(),
                """
                {"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","spec":{"request":"cGVt",
                "signerName":"s/n","expirationSeconds":600,"usages":["client auth"],"extra":{"k":["v",""]}}}""");
        assertDecodes(
                type("authorization.k8s.io", "v1", "SelfSubjectAccessReview"),
                V1Authorization.SelfSubjectAccessReview.newBuilder()
                        .setSpec(V1Authorization.SelfSubjectAccessReviewSpec.newBuilder()
                                .setResourceAttributes(V1Authorization.ResourceAttributes.newBuilder()
                                        .setNamespace("n")
                                        .setVerb("get")
                                        .setGroup("")
                                        .setResource("pods")))
                        .setStatus(V1Authorization.SubjectAccessReviewStatus.newBuilder()
                                .setAllowed(false)
                                .setDenied(false))
                        .build(),
                """
                {"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{
                "resourceAttributes":{"namespace":"n","verb":"get","resource":"pods"}},"status":{"allowed":false}}""");
        assertDecodes(
                type("authentication.k8s.io", "v1", "TokenRequest"),
                V1Authentication.TokenRequest.newBuilder()
                        .setSpec(V1Authentication.TokenRequestSpec.newBuilder()
                                .addAudiences("a")
                                .setExpirationSeconds(0))
                        .build(),
                """
                {"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest",
                "spec":{"audiences":["a"],"expirationSeconds":0}}""");
    }

    @Test
    void mergesMessagesThatComeInParts() throws IOException {
        ByteArrayOutputStream twice = new ByteArrayOutputStream();
        V1.Pod.newBuilder()
                .setSpec(V1.PodSpec.newBuilder().setNodeName("a").setHostname("h"))
                .build()
                .writeTo(twice);
        V1.Pod.newBuilder()
                .setSpec(V1.PodSpec.newBuilder().setNodeName("b"))
                .build()
                .writeTo(twice);
        DecodedBody decoded = decode(type("", "v1", "Pod"), body("v1", "Pod", ByteString.copyFrom(twice.toByteArray())))
                .orThrow();
        assertEquals(
                Json.parseObject(
                        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{\"nodeName\":\"b\",\"hostname\":\"h\"}}"),
                decoded.object());
    }

    @Test
    void readsPackedNumbers() throws IOException {
        ByteArrayOutputStream security = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(security);
        out.writeByteArray(4, new byte[] {1, 2, (byte) 0x80, 1});
        out.flush();
        V1.Pod pod = V1.Pod.newBuilder()
                .setSpec(V1.PodSpec.newBuilder()
                        .setSecurityContext(V1.PodSecurityContext.parseFrom(security.toByteArray())))
                .build();
        assertDecodes(type("", "v1", "Pod"), pod, """
                {"apiVersion":"v1","kind":"Pod","spec":{"securityContext":{"supplementalGroups":[1,2,128]}}}""");
    }

    @Test
    void answersBadBodiesAsKubernetesDoes() {
        ResourceType pod = type("", "v1", "Pod");
        String start = "the object provided is unrecognized (must be of type Pod): ";
        assertRefused(pod, new byte[0], start + "empty data (<empty>)");
        assertRefused(pod, MAGIC, start + "empty body (6b387300)");
        assertRefused(
                pod,
                "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                start + "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] ({})");
        assertRefused(
                pod,
                body("v1", "Pod", ByteString.copyFrom(new byte[] {0x0a, 0x7f})),
                "Pod in version \"v1\" cannot be handled as a Pod: unexpected EOF");
        assertRefused(
                pod,
                body("v1", "Pod", ByteString.copyFrom(new byte[] {0x08, 0x01})),
                "Pod in version \"v1\" cannot be handled as a Pod: proto: wrong wireType = 0 for field metadata");
        assertRefused(
                pod,
                body("v1", "Wombat", ByteString.EMPTY),
                "Wombat in version \"v1\" cannot be handled as a Pod: no kind \"Wombat\" is registered for version"
                        + " \"v1\" in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\"");
        assertRefused(
                pod,
                body("v1", "Service", ByteString.EMPTY),
                "Service in version \"v1\" cannot be handled as a Pod: converting (v1.Service) to (core.Pod): unknown"
                        + " conversion");
    }

    @Test
    void takesKindAndVersionFromThePathWhereTheBodyNamesNone() {
        DecodedBody decoded = decode(DEPLOYMENT, body("", "", ByteString.EMPTY)).orThrow();
        assertEquals(Json.parseObject("{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\"}"), decoded.object());
    }

    /** Every field of every message that protobuf and the schemas share comes out somewhere, with a JSON name. */
    @Test
    void decodesRandomObjectsIntoWhatTheSchemasAllow() {
        long seed = 20261125;
        SplittableRandom random = new SplittableRandom(seed);
        List<Descriptor> kinds = List.of(
                V1.Pod.getDescriptor(),
                V1.Service.getDescriptor(),
                V1.Node.getDescriptor(),
                V1.Endpoints.getDescriptor(),
                V1.Event.getDescriptor(),
                V1.ResourceQuota.getDescriptor(),
                V1.PersistentVolume.getDescriptor(),
                V1Apps.Deployment.getDescriptor(),
                V1Apps.ReplicaSet.getDescriptor(),
                V1Discovery.EndpointSlice.getDescriptor());
        for (int round = 0; round < 200; round++) {
            Descriptor kind = kinds.get(round % kinds.size());
            Message message = randomMessage(kind, random, 6);
            String[] parts = kind.getFullName().split("\\.");
            String group = switch (parts[3]) {
                case "core" -> "";
                case "discovery" -> "discovery.k8s.io";
                default -> parts[3];
            };
            ResourceType type = type(group, "v1", kind.getName());
            DecodedBody decoded = decode(type, body(type.apiVersion(), type.kind(), message.toByteString()))
                    .orThrow();
            Outcome<List<String>> checked =
                    FieldChecker.check(type, decoded.object().deepCopy());
            assertEquals(Outcome.success(List.of()), checked, "seed " + seed + ": " + decoded.object());
        }
    }

    private static Message randomMessage(Descriptor type, SplittableRandom random, int depth) {
        DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
        switch (type.getName()) {
            case "Quantity" -> {
                return message.setField(type.findFieldByName("string"), random.nextInt(100) + "Mi")
                        .build();
            }
            case "Time", "MicroTime" -> {
                return message.setField(type.findFieldByName("seconds"), (long) random.nextInt())
                        .setField(type.findFieldByName("nanos"), random.nextInt(1_000_000_000))
                        .build();
            }
            case "FieldsV1" -> {
                return message.setField(type.findFieldByName("Raw"), ByteString.copyFromUtf8("{}"))
                        .build();
            }
            default -> {}
        }
        for (FieldDescriptor field : type.getFields()) {
            boolean nested = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
            if (random.nextInt(3) == 0 || (nested && depth == 0)) {
                continue;
            }
            if (field.isRepeated()) {
                List<Object> elements = new ArrayList<>();
                for (int i = random.nextInt(3); i > 0; i--) {
                    elements.add(randomValue(message, field, random, depth));
                }
                elements.forEach(element -> message.addRepeatedField(field, element));
            } else {
                message.setField(field, randomValue(message, field, random, depth));
            }
        }
        return message.build();
    }

    private static Object randomValue(
            DynamicMessage.Builder message, FieldDescriptor field, SplittableRandom random, int depth) {
        return switch (field.getJavaType()) {
            case STRING -> random.nextBoolean() ? "" : "t" + random.nextInt(10);
            case BOOLEAN -> random.nextBoolean();
            case INT -> random.nextInt(-2, 3);
            case LONG -> random.nextLong(-2, 3);
            case BYTE_STRING -> ByteString.copyFromUtf8("b");
            case DOUBLE -> random.nextDouble();
            case FLOAT -> 1f;
            case ENUM -> field.getEnumType().getValues().get(0);
            case MESSAGE -> randomMessage(field.getMessageType(), random, depth - 1);
        };
    }

    private static io.kubernetes.client.proto.Resource.Quantity quantity(String text) {
        return io.kubernetes.client.proto.Resource.Quantity.newBuilder()
                .setString(text)
                .build();
    }

    private static ResourceType type(String group, String version, String kind) {
        return new ResourceType(
                group,
                version,
                kind.toLowerCase(Locale.ROOT) + "s",
                kind.toLowerCase(Locale.ROOT),
                kind,
                true,
                List.of(),
                List.of(),
                List.of());
    }

    private static void assertDecodes(ResourceType type, Message message, String json) {
        assertDecodes(type, type.apiVersion(), message, json);
    }

    private static void assertDecodes(ResourceType type, String apiVersion, Message message, String json) {
        DecodedBody decoded = decode(type, body(apiVersion, type.kind(), message.toByteString()))
                .orThrow();
        assertEquals(Json.parseObject(json), decoded.object());
        assertTrue(decoded.warnings().isEmpty());
    }

    private static void assertRefused(ResourceType type, byte[] body, String message) {
        Outcome.Failure<?> failure = assertInstanceOf(Outcome.Failure.class, decode(type, body));
        assertEquals(message, failure.status().message());
        assertEquals(400, failure.status().code());
    }

    private static Outcome<DecodedBody> decode(ResourceType type, byte[] body) {
        return BodyDecoders.all().decode(type, "application/vnd.kubernetes.protobuf", body);
    }

    private static byte[] body(String apiVersion, String kind, ByteString raw) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(MAGIC);
        out.writeBytes(Unknown.newBuilder()
                .setTypeMeta(TypeMeta.newBuilder().setApiVersion(apiVersion).setKind(kind))
                .setRaw(raw)
                .setContentEncoding("")
                .setContentType("")
                .build()
                .toByteArray());
        return out.toByteArray();
    }
}
