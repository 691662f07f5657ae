package io.registryrouter.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * A digest of names and contents in {@code config/} and {@code routes/}: the same however a file
 * was replaced, by writing, by renaming or by switching a symbolic link.
 */
public final class Fingerprint {

  private static final List<String> CONFIG =
      List.of(Settings.FILE, Actions.FILE, Registries.FILE, RoutingTests.FILE);

  private Fingerprint() {}

  /** Of the files as they are now; one that cannot be read counts as one that is not there. */
  public static String of(Path home) {
    MessageDigest digest = DigestUtils.getSha256Digest();
    for (String name : CONFIG) {
      add(digest, home, home.resolve(name));
    }
    for (Path file : new RouteFiles(home).all()) {
      add(digest, home, file);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void add(MessageDigest digest, Path home, Path file) {
    digest.update(home.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
    try {
      byte[] content = Files.readAllBytes(file);
      digest.update((":" + content.length + ":").getBytes(StandardCharsets.UTF_8));
      digest.update(content);
    } catch (IOException e) {
      digest.update((byte) '-'); // missing, or on its way
    }
  }
}
