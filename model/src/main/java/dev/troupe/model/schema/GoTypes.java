package dev.troupe.model.schema;

/** What Go calls the types behind schemas: its decoder's messages name them. */
final class GoTypes {
    private GoTypes() {}

    static String name(Schema schema) {
        return switch (schema.shape()) {
            case OBJECT -> version(schema.typeName()) + "." + schema.structName();
            case MAP ->
                schema.items().shape() == Schema.Shape.QUANTITY
                        ? "v1.ResourceList"
                        : "map[string]" + name(schema.items());
            case ARRAY -> schema.isWrapped() ? "v1.ExtraValue" : "[]" + name(schema.items());
            case STRING -> "string";
            case BYTES -> "[]uint8";
            case BOOLEAN -> "bool";
            case INT32 -> "int32";
            case INT64 -> "int64";
            case NUMBER -> "float64";
            case QUANTITY -> "resource.Quantity";
            case TIME -> "v1.Time";
            case MICRO_TIME -> "v1.MicroTime";
            case INT_OR_STRING -> "intstr.IntOrString";
            case RAW -> "runtime.RawExtension";
        };
    }

    /** The package is named for the version: {@code v2} of {@code io.k8s.api.autoscaling.v2.MetricSpec}. */
    private static String version(String typeName) {
        String[] parts = typeName.split("\\.");
        return parts.length < 2 ? "v1" : parts[parts.length - 2];
    }
}
