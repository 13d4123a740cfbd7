package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.resource.TableDefinition;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A table made of two functions. The columns are built on first use: their descriptions come from the schemas. */
final class KindTable implements TableDefinition {
    private final Supplier<List<Column>> columnSource;
    private final BiFunction<JsonNode, Instant, List<Object>> cellSource;
    private volatile @Nullable List<Column> built;

    KindTable(Supplier<List<Column>> columns, BiFunction<JsonNode, Instant, List<Object>> cells) {
        this.columnSource = columns;
        this.cellSource = cells;
    }

    @Override
    public List<Column> columns() {
        List<Column> known = built;
        if (known == null) {
            known = List.copyOf(columnSource.get());
            built = known;
        }
        return known;
    }

    @Override
    public List<Object> cells(JsonNode object, Instant now) {
        return cellSource.apply(object, now);
    }
}
