package io.registryrouter.counterparts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * An image with one file, as a directory in the OCI image layout
 * (https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md).
 */
final class OciLayout {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TYPE = "application/vnd.oci.image.";

  private final Path directory;

  private OciLayout(Path directory) {
    this.directory = directory;
  }

  private record Blob(String mediaType, String digest, int size) {

    Map<String, Object> descriptor() {
      return Map.of("mediaType", mediaType, "digest", digest, "size", size);
    }
  }

  /** For one platform; the content makes its digest. */
  static Path image(Path directory, String content) throws IOException {
    OciLayout layout = in(directory);
    return layout.named(layout.manifest(content, "amd64"));
  }

  /** An index of two images, one a platform. */
  static Path index(Path directory, String content) throws IOException {
    OciLayout layout = in(directory);
    List<Map<String, Object>> platforms =
        List.of(
            layout.manifest(content, "amd64").descriptor(),
            layout.manifest(content, "arm64").descriptor());
    return layout.named(
        layout.blob(
            "index.v1+json",
            json(
                Map.of(
                    "schemaVersion",
                    2,
                    "mediaType",
                    TYPE + "index.v1+json",
                    "manifests",
                    platforms))));
  }

  private static OciLayout in(Path directory) throws IOException {
    Files.createDirectories(directory.resolve("blobs/sha256"));
    Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    return new OciLayout(directory);
  }

  private Path named(Blob root) throws IOException {
    Map<String, Object> index = Map.of("schemaVersion", 2, "manifests", List.of(root.descriptor()));
    Files.write(directory.resolve("index.json"), json(index));
    return directory;
  }

  private Blob manifest(String content, String architecture) throws IOException {
    byte[] tar = tar(content);
    Map<String, Object> files =
        Map.of("type", "layers", "diff_ids", List.of("sha256:" + DigestUtils.sha256Hex(tar)));
    Map<String, Object> config =
        Map.of("architecture", architecture, "os", "linux", "config", Map.of(), "rootfs", files);
    Map<String, Object> manifest =
        Map.of(
            "schemaVersion",
            2,
            "mediaType",
            TYPE + "manifest.v1+json",
            "config",
            blob("config.v1+json", json(config)).descriptor(),
            "layers",
            List.of(blob("layer.v1.tar+gzip", gzip(tar)).descriptor()));
    return blob("manifest.v1+json", json(manifest));
  }

  private Blob blob(String type, byte[] content) throws IOException {
    String hash = DigestUtils.sha256Hex(content);
    Files.write(directory.resolve("blobs/sha256").resolve(hash), content);
    return new Blob(TYPE + type, "sha256:" + hash, content.length);
  }

  private static byte[] json(Map<String, Object> object) throws JsonProcessingException {
    return JSON.writeValueAsBytes(object);
  }

  private static byte[] tar(String content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      byte[] file = content.getBytes(StandardCharsets.UTF_8);
      TarArchiveEntry entry = new TarArchiveEntry("content.txt");
      entry.setSize(file.length);
      tar.putArchiveEntry(entry);
      tar.write(file);
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }
}
