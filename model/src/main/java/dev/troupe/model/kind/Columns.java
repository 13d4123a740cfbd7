package dev.troupe.model.kind;

import dev.troupe.model.json.Json;
import dev.troupe.model.resource.TableDefinition.Column;
import dev.troupe.model.schema.Schemas;

/** Builds the columns of tables. What a column shows of one field it describes as that field's schema does. */
final class Columns {
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

    private Columns() {}

    static Column name() {
        return new Column("Name", "string", "name", description(META, "name"), 0);
    }

    static Column age() {
        return new Column("Age", "string", "", description(META, "creationTimestamp"), 0);
    }

    static Column text(String name, String description) {
        return new Column(name, "string", "", description, 0);
    }

    /** Shown only with {@code -o wide}. */
    static Column wideText(String name, String description) {
        return new Column(name, "string", "", description, 1);
    }

    static Column integer(String name, String description) {
        return new Column(name, "integer", "", description, 0);
    }

    /**
     * A field's description from the generated schemas; empty if there is none.
     *
     * @param definition for example {@code io.k8s.api.core.v1.ServiceSpec}
     */
    static String description(String definition, String field) {
        return Json.text(Schemas.builtIn().definitions().path(definition), "properties", field, "description");
    }
}
