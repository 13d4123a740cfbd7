package dev.troupe.model.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.scanner.ScannerException;

/** Reads the first document of a YAML stream; what follows it is not looked at, as Kubernetes does not. */
final class YamlParser {
    /**
     * Nesting beyond this is refused. No API type nests a tenth as deep, and trees of this depth can be walked
     * recursively on any thread's stack; the Go library's 10,000 could not.
     */
    static final int MAX_DEPTH = 1_000;

    /** Most nodes of one document, so that 3 MiB of {@code [,,,} cannot take hundreds of megabytes. */
    static final int MAX_NODES = 500_000;

    private final ParserImpl parser;
    private final int length;
    private final Map<String, YamlNode> anchors = new HashMap<>();
    private final Deque<List<YamlNode>> open = new ArrayDeque<>();
    private int nodes;

    private YamlParser(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE);
        this.parser = new ParserImpl(new StreamReader(text), options);
        this.length = text.codePointCount(0, text.length());
    }

    /** The document's root; empty for a stream without any. */
    static Optional<YamlNode> parse(byte[] bytes) throws YamlFault {
        YamlParser reader = new YamlParser(text(bytes));
        try {
            return reader.document();
        } catch (MarkedYAMLException e) {
            throw reader.located(e);
        } catch (ReaderException e) {
            throw YamlFault.of("control characters are not allowed");
        } catch (YAMLException e) {
            throw YamlFault.of(String.valueOf(e.getMessage()));
        }
    }

    private static String text(byte[] bytes) throws YamlFault {
        Charset charset = StandardCharsets.UTF_8;
        if (bytes.length >= 2 && (bytes[0] & 0xff) == 0xfe && (bytes[1] & 0xff) == 0xff) {
            charset = StandardCharsets.UTF_16BE;
        } else if (bytes.length >= 2 && (bytes[0] & 0xff) == 0xff && (bytes[1] & 0xff) == 0xfe) {
            charset = StandardCharsets.UTF_16LE;
        }
        try {
            String text = charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw YamlFault.of(
                    charset == StandardCharsets.UTF_8
                            ? "invalid leading UTF-8 octet"
                            : "unexpected low surrogate area");
        }
    }

    private Optional<YamlNode> document() throws YamlFault {
        List<YamlNode> roots = new ArrayList<>();
        open.push(roots);
        while (true) {
            Event event = parser.getEvent();
            switch (event.getEventId()) {
                case Scalar -> scalar((ScalarEvent) event);
                case Alias -> alias((AliasEvent) event);
                case SequenceStart -> {
                    List<YamlNode> children = new ArrayList<>();
                    add(((SequenceStartEvent) event), new YamlNode.Sequence(line(event), children));
                    open(children, event);
                }
                case MappingStart -> {
                    List<YamlNode> children = new ArrayList<>();
                    add(((MappingStartEvent) event), new YamlNode.Mapping(line(event), children));
                    open(children, event);
                }
                case SequenceEnd, MappingEnd -> open.pop();
                case DocumentEnd, StreamEnd -> {
                    return roots.stream().findFirst();
                }
                case StreamStart, DocumentStart, Comment -> {}
            }
        }
    }

    private void open(List<YamlNode> children, Event event) throws YamlFault {
        open.push(children);
        if (open.size() > MAX_DEPTH) {
            throw YamlFault.of("line " + (line(event) + 1) + ": exceeded max depth of " + MAX_DEPTH);
        }
    }

    private void scalar(ScalarEvent event) throws YamlFault {
        String tag = event.getTag() == null || event.getTag().equals("!") ? "" : event.getTag();
        boolean implicit = event.getImplicit().canOmitTagInPlainScalar();
        add(event, new YamlNode.Scalar(line(event), tag, event.getValue(), implicit));
    }

    private void alias(AliasEvent event) throws YamlFault {
        YamlNode target = anchors.get(event.getAnchor());
        if (target == null) {
            throw YamlFault.of("unknown anchor '" + event.getAnchor() + "' referenced");
        }
        count();
        top().add(new YamlNode.Alias(line(event), event.getAnchor(), target));
    }

    private void add(NodeEvent event, YamlNode node) throws YamlFault {
        count();
        if (event.getAnchor() != null) {
            anchors.put(event.getAnchor(), node);
        }
        top().add(node);
    }

    private void count() throws YamlFault {
        if (++nodes > MAX_NODES) {
            throw YamlFault.of("document has more than " + MAX_NODES + " nodes");
        }
    }

    private List<YamlNode> top() {
        return Objects.requireNonNull(open.peek());
    }

    private static int line(Event event) {
        return event.getStartMark().getLine();
    }

    /** Kubernetes' sentence: the parser's lines count from 0, the scanner's from 1, and no line is told for the first. */
    private YamlFault located(MarkedYAMLException fault) {
        boolean scanner = fault instanceof ScannerException;
        int line = lineOf(fault.getProblemMark(), scanner);
        if (line > 0) {
            line += scanner ? 1 : 0;
        } else {
            line = lineOf(fault.getContextMark(), scanner);
        }
        String problem = YamlProblems.inGoWords(fault.getContext(), fault.getProblem());
        return YamlFault.of(line > 0 ? "line " + line + ": " + problem : problem);
    }

    /** To the parser an unfinished line at the end of the stream is finished. */
    private int lineOf(@Nullable Mark mark, boolean scanner) {
        if (mark == null) {
            return 0;
        }
        boolean end = !scanner && mark.getIndex() >= length && mark.getColumn() != 0;
        return end ? mark.getLine() + 1 : mark.getLine();
    }
}
