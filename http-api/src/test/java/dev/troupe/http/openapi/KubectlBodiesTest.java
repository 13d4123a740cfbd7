package dev.troupe.http.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.http.discovery.BareKinds;
import dev.troupe.http.discovery.ReviewTypes;
import dev.troupe.http.discovery.ServedApi;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ResourceType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the real kubectl encodes itself, it encodes as protobuf; all of it must come out as it was meant. */
class KubectlBodiesTest {
    private static final Map<String, ResourceType> OTHERS = Map.of(
            "jobs", type("batch", "jobs", "Job"),
            "cronjobs", type("batch", "cronjobs", "CronJob"),
            "roles", type("rbac.authorization.k8s.io", "roles", "Role"),
            "rolebindings", type("rbac.authorization.k8s.io", "rolebindings", "RoleBinding"),
            "ingresses", type("networking.k8s.io", "ingresses", "Ingress"),
            "poddisruptionbudgets", type("policy", "poddisruptionbudgets", "PodDisruptionBudget"),
            "priorityclasses", type("scheduling.k8s.io", "priorityclasses", "PriorityClass"),
            "token", type("authentication.k8s.io", "tokenrequests", "TokenRequest"),
            "selfsubjectaccessreviews", ReviewTypes.SELF_SUBJECT_ACCESS_REVIEWS,
            "selfsubjectreviews", ReviewTypes.SELF_SUBJECT_REVIEWS);
    private static final Map<String, ResourceType> SERVED = Map.of(
            "deployments", BuiltInTypes.DEPLOYMENTS,
            "configmaps", BuiltInTypes.CONFIG_MAPS,
            "secrets", BuiltInTypes.SECRETS,
            "namespaces", BuiltInTypes.NAMESPACES,
            "serviceaccounts", BuiltInTypes.SERVICE_ACCOUNTS,
            "resourcequotas", BuiltInTypes.RESOURCE_QUOTAS,
            "services", BuiltInTypes.SERVICES);

    @TempDir
    static Path home;

    private static KubectlStub server;

    @BeforeAll
    static void serve() throws IOException {
        server = new KubectlStub(home, ServedApi.of(BareKinds.common(), List.of()), path -> {
            String last = path.substring(path.lastIndexOf('/') + 1);
            ResourceType served = SERVED.get(last);
            return served == null ? OTHERS.getOrDefault(last, BuiltInTypes.PODS) : served;
        });
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static ResourceType type(String group, String plural, String kind) {
        return new ResourceType(
                group, "v1", plural, kind.toLowerCase(Locale.ROOT), kind, true, List.of(), List.of(), List.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "create deployment d --image=nginx --replicas=0"
                        + "|'metadata':{'name':'d','labels':{'app':'d'}},'spec':{'replicas':0,'selector':{'matchLabels':"
                        + "{'app':'d'}},'template':{'metadata':{'labels':{'app':'d'}},'spec':{'containers':"
                        + "[{'name':'nginx','image':'nginx','resources':{}}]}},'strategy':{}},'status':{}",
                "create deployment d --image=nginx --port=80"
                        + "|'metadata':{'name':'d','labels':{'app':'d'}},'spec':{'replicas':1,'selector':{'matchLabels':"
                        + "{'app':'d'}},'template':{'metadata':{'labels':{'app':'d'}},'spec':{'containers':"
                        + "[{'name':'nginx','image':'nginx','ports':[{'containerPort':80}],'resources':{}}]}},"
                        + "'strategy':{}},'status':{}",
                "create configmap c --from-literal=a=b --from-literal=e=|'metadata':{'name':'c'},'data':{'a':'b','e':''}",
                "create secret generic s --from-literal=a=b|'metadata':{'name':'s'},'data':{'a':'Yg=='}",
                "create secret docker-registry s --docker-username=u --docker-password=p --docker-server=r"
                        + "|'metadata':{'name':'s'},'data':{'.dockerconfigjson':'eyJhdXRocyI6eyJyIjp7InVzZXJuYW1lIjoidSI"
                        + "sInBhc3N3b3JkIjoicCIsImF1dGgiOiJkVHB3In19fQ=='},'type':'kubernetes.io/dockerconfigjson'",
                "create namespace n|'metadata':{'name':'n'},'spec':{},'status':{}",
                "create serviceaccount a|'metadata':{'name':'a'}",
                "create quota q --hard=cpu=1500m,pods=2 --scopes=BestEffort"
                        + "|'metadata':{'name':'q'},'spec':{'hard':{'cpu':'1500m','pods':'2'},'scopes':['BestEffort']},"
                        + "'status':{}",
                "create service clusterip s --tcp=80:http|'metadata':{'name':'s','labels':{'app':'s'}},'spec':{'ports':"
                        + "[{'name':'80-http','protocol':'TCP','port':80,'targetPort':'http'}],'selector':{'app':'s'},"
                        + "'type':'ClusterIP'},'status':{'loadBalancer':{}}",
                "create service clusterip s --clusterip=None|'metadata':{'name':'s','labels':{'app':'s'}},'spec':"
                        + "{'selector':{'app':'s'},'clusterIP':'None','type':'ClusterIP'},"
                        + "'status':{'loadBalancer':{}}",
                "create service nodeport s --tcp=80 --node-port=30080|'metadata':{'name':'s','labels':{'app':'s'}},"
                        + "'spec':{'ports':[{'name':'80','protocol':'TCP','port':80,'targetPort':80,'nodePort':30080}],"
                        + "'selector':{'app':'s'},'type':'NodePort'},'status':{'loadBalancer':{}}",
                "create service externalname s --external-name=x.y|'metadata':{'name':'s','labels':{'app':'s'}},'spec':"
                        + "{'selector':{'app':'s'},'type':'ExternalName','externalName':'x.y'},"
                        + "'status':{'loadBalancer':{}}",
                "create job j --image=i -- a b|'metadata':{'name':'j'},'spec':{'template':{'metadata':{},'spec':"
                        + "{'containers':[{'name':'j','image':'i','command':['a','b'],'resources':{}}],"
                        + "'restartPolicy':'Never'}}},'status':{}",
                "create role r --verb=get --resource=pods --resource-name=x|'metadata':{'name':'r'},'rules':"
                        + "[{'verbs':['get'],'apiGroups':[''],'resources':['pods'],'resourceNames':['x']}]",
                "create rolebinding b --role=r --serviceaccount=n:a|'metadata':{'name':'b'},'subjects':"
                        + "[{'kind':'ServiceAccount','name':'a','namespace':'n'}],'roleRef':"
                        + "{'apiGroup':'rbac.authorization.k8s.io','kind':'Role','name':'r'}",
                "create poddisruptionbudget p --selector=a=b --min-available=50%|'metadata':{'name':'p'},'spec':"
                        + "{'minAvailable':'50%','selector':{'matchLabels':{'a':'b'}}},'status':{'disruptionsAllowed':0,"
                        + "'currentHealthy':0,'desiredHealthy':0,'expectedPods':0}",
                "create priorityclass p --value=-5 --global-default=false|'metadata':{'name':'p'},'value':-5,"
                        + "'preemptionPolicy':'PreemptLowerPriority'",
                "create ingress i --rule=h/p=s:80|'metadata':{'name':'i'},'spec':{'rules':[{'host':'h','http':{'paths':"
                        + "[{'path':'/p','pathType':'Exact','backend':{'service':{'name':'s','port':{'number':80}}}}]}}]},"
                        + "'status':{'loadBalancer':{}}",
                "create token a --duration=10m|'metadata':{},'spec':{'expirationSeconds':600},'status':{}",
                "auth can-i get pods --subresource=log|'metadata':{},'spec':{'resourceAttributes':{'namespace':'default',"
                        + "'verb':'get','resource':'pods','subresource':'log'}},'status':{'allowed':false}",
                "auth whoami|'metadata':{},'status':{'userInfo':{}}",
            })
    void comesOutAsItWasMeant(String command, String fields) throws Exception {
        server.assumeMinorVersionAtLeast(32);
        server.kubectl(command.split(" "));
        List<KubectlStub.Body> posted = server.posted();
        assertEquals(1, posted.size(), command);
        assertEquals("application/vnd.kubernetes.protobuf", posted.getFirst().contentType());
        ObjectNode object = switch (posted.getFirst().decoded()) {
            case Outcome.Success<?> success ->
                posted.getFirst().decoded().orThrow().object().deepCopy();
            case Outcome.Failure<?> failure -> throw new AssertionError(failure.status());
        };
        object.remove(List.of("apiVersion", "kind"));
        ObjectNode expected = Json.parseObject("{" + fields.replace('\'', '"') + "}");
        assertEquals(expected, object);
    }
}
