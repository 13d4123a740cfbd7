package dev.troupe.node.docker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * An image of one layer in the archive form that {@code docker load} reads, made without a builder or a registry. The
 * same content gives the same bytes, hence the same image id.
 */
public final class ImageArchive {
    private final String tag;
    private final String architecture;
    private final Map<String, byte[]> files = new TreeMap<>();
    private final Map<String, String> links = new TreeMap<>();
    private List<String> command = List.of();
    private List<String> environment = List.of();

    /**
     * @param tag name and tag, for example {@code troupe/pause:1}
     * @param architecture as Go names it, for example {@code amd64}
     */
    public ImageArchive(String tag, String architecture) {
        this.tag = tag;
        this.architecture = architecture;
    }

    /** An executable file; the path has no leading slash. */
    public ImageArchive file(String path, byte[] content) {
        files.put(path, content.clone());
        return this;
    }

    /** A symbolic link. */
    public ImageArchive link(String path, String target) {
        links.put(path, target);
        return this;
    }

    public ImageArchive command(String... arguments) {
        command = List.of(arguments);
        return this;
    }

    public ImageArchive environment(String... entries) {
        environment = List.of(entries);
        return this;
    }

    /** The archive's bytes. */
    public byte[] build() throws IOException {
        byte[] layer = layer();
        ObjectNode config = Json.object();
        config.put("architecture", architecture).put("os", "linux").put("created", "1970-01-01T00:00:00Z");
        ObjectNode runtime = config.putObject("config");
        command.forEach(runtime.putArray("Cmd")::add);
        environment.forEach(runtime.putArray("Env")::add);
        ObjectNode rootfs = config.putObject("rootfs");
        rootfs.put("type", "layers").putArray("diff_ids").add("sha256:" + sha256(layer));
        byte[] configBytes = Json.bytes(config);
        String configName = sha256(configBytes) + ".json";
        var manifest = Json.array();
        ObjectNode entry = manifest.addObject();
        entry.put("Config", configName);
        entry.putArray("RepoTags").add(tag);
        entry.putArray("Layers").add("layer.tar");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
            put(tar, configName, configBytes, 0644);
            put(tar, "layer.tar", layer, 0644);
            put(tar, "manifest.json", Json.bytes(manifest), 0644);
        }
        return bytes.toByteArray();
    }

    private byte[] layer() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
            for (String folder : List.of("bin/", "dev/", "etc/", "proc/", "sys/", "tmp/", "var/")) {
                TarArchiveEntry entry = new TarArchiveEntry(folder);
                entry.setMode(folder.equals("tmp/") ? 041777 : 040755);
                entry.setModTime(0);
                tar.putArchiveEntry(entry);
                tar.closeArchiveEntry();
            }
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                put(tar, file.getKey(), file.getValue(), 0755);
            }
            for (Map.Entry<String, String> link : links.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(link.getKey(), TarConstants.LF_SYMLINK);
                entry.setLinkName(link.getValue());
                entry.setModTime(0);
                tar.putArchiveEntry(entry);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] content, int mode) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        entry.setMode(0100000 | mode);
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
