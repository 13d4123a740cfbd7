package dev.troupe.http.answer;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.troupe.model.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.pekko.util.ByteString;

/** JSON as bytes: compact for programs, indented by two blanks for people. */
public final class JsonText {
    private static final DefaultIndenter INDENT = new DefaultIndenter("  ", "\n");
    private static final ObjectWriter PRETTY = Json.mapper()
            .writer(new DefaultPrettyPrinter(Separators.createDefaultInstance()
                            .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                            .withObjectEmptySeparator("")
                            .withArrayEmptySeparator(""))
                    .withObjectIndenter(INDENT)
                    .withArrayIndenter(INDENT));

    private JsonText() {}

    /** People's form ends with a line break. */
    public static ByteString of(JsonNode node, boolean pretty) {
        if (!pretty) {
            return ByteString.fromArrayUnsafe(Json.bytes(node));
        }
        try {
            return ByteString.fromArrayUnsafe(PRETTY.writeValueAsBytes(node)).concat(LINE_BREAK);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static final ByteString LINE_BREAK = ByteString.fromString("\n");
}
