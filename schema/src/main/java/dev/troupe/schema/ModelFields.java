package dev.troupe.schema;

import com.google.gson.annotations.SerializedName;
import io.swagger.annotations.ApiModel;
import io.swagger.annotations.ApiModelProperty;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the official Java models of Kubernetes 1.32 say of a type.
 *
 * @param fields JSON names
 * @param descriptions of plain fields and, under "", of the type; line breaks lost
 */
record ModelFields(Set<String> fields, Set<String> required, Map<String, String> descriptions) {
    private static final String PACKAGE = "io.kubernetes.client.openapi.models.";

    /** The model of a message such as {@code k8s.io.api.core.v1.PodSpec}, if 1.32 has it. */
    static Optional<ModelFields> of(String message) {
        String[] parts = message.split("\\.");
        String simple = parts[parts.length - 1];
        String version = parts[parts.length - 2];
        String group = parts[parts.length - 3];
        String prefix = version.substring(0, 1).toUpperCase(Locale.ROOT) + version.substring(1);
        String grouped = group.substring(0, 1).toUpperCase(Locale.ROOT) + group.substring(1) + prefix;
        // Of types that became stable after 1.32 the beta form is served: IPAddress.
        for (String name : new String[] {prefix + simple, grouped + simple, "V1beta1" + simple}) {
            Optional<ModelFields> found = load(name);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<ModelFields> load(String name) {
        try {
            Class<?> model = Class.forName(PACKAGE + name, true, ModelFields.class.getClassLoader());
            return Optional.of(new ModelFields(
                    set(model, "openapiFields"), set(model, "openapiRequiredFields"), descriptions(model)));
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the models changed their shape: " + name, e);
        }
    }

    private static Map<String, String> descriptions(Class<?> model) {
        Map<String, String> descriptions = new HashMap<>();
        ApiModel type = model.getAnnotation(ApiModel.class);
        descriptions.put("", type == null ? "" : type.description());
        for (Field field : model.getDeclaredFields()) {
            SerializedName json = field.getAnnotation(SerializedName.class);
            for (Method getter : json == null ? new Method[0] : model.getDeclaredMethods()) {
                ApiModelProperty property = getter.getAnnotation(ApiModelProperty.class);
                if (property != null && getter.getName().equalsIgnoreCase("get" + field.getName())) {
                    descriptions.put(json.value(), property.value());
                }
            }
        }
        return descriptions;
    }

    private static Set<String> set(Class<?> model, String field) throws ReflectiveOperationException {
        Field declared = model.getDeclaredField(field);
        Set<String> names = new TreeSet<>();
        for (Object name : (Set<?>) declared.get(null)) {
            names.add((String) name);
        }
        return names;
    }

    /** The JSON name of a proto field, if 1.32 has the field. */
    Optional<String> jsonName(String protoName) {
        if (fields.contains(protoName)) {
            return Optional.of(protoName);
        }
        return fields.stream()
                .filter(field -> field.equalsIgnoreCase(protoName))
                .findFirst();
    }

    /**
     * The words of 1.32 where they differ from a later comment, which else keeps its line breaks.
     *
     * @param field JSON name; empty for the type itself
     * @param later from the proto files, which are newer
     */
    String description(String field, String later) {
        String own = descriptions.getOrDefault(field, "");
        boolean same = own.isBlank() || own.replaceAll("\\s+", " ").equals(later.replaceAll("\\s+", " "));
        return same ? later : own;
    }
}
