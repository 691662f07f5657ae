package io.registryrouter.config;

import io.registryrouter.disk.Directories;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A copy of what a router runs, in {@code <data-dir>/running/}: route files, tables, and the
 * settings in force that matter for routing. It is a home that can be loaded, so that an edit can
 * be compared with what runs, or ran last.
 */
public final class RunningConfig {

  private RunningConfig() {}

  /**
   * Replaces the copy by the files as they were read, whatever they say now. To be called by the
   * holder of the data directory only.
   *
   * @throws IOException when it cannot be written; the old copy may be gone then
   */
  public static void write(RouterConfig config) throws IOException {
    Path running = directory(config);
    Path fresh = running.resolveSibling("running.tmp");
    delete(fresh);
    Files.createDirectory(
        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    for (Map.Entry<String, Optional<ByteBuffer>> file : config.files().contents().entrySet()) {
      if (file.getValue().isPresent() && !file.getKey().equals(Settings.FILE)) {
        Path copy = fresh.resolve(file.getKey());
        Files.createDirectories(copy.getParent());
        Files.write(copy, file.getValue().get().array());
      }
    }
    Path settings = fresh.resolve(Settings.FILE);
    Files.createDirectories(settings.getParent());
    Files.writeString(settings, settings(config));
    delete(running);
    Files.move(fresh, running);
  }

  /**
   * What the router on the data directory of an edited configuration runs.
   *
   * @throws IOException when none ever ran there
   * @throws ConfigException when the copy cannot be used
   */
  public static RouterConfig load(RouterConfig edited) throws IOException {
    Path running = directory(edited);
    if (!Directories.isThere(running)) {
      throw new IOException(
          String.format(
              "no router has run on %s yet; start `bin/router run`, name the data directory of the one"
                  + " that runs by --set router.data-dir=DIR, or the home to compare with by"
                  + " --against DIR",
              edited.data().root()));
    }
    return RouterConfig.load(running, Map.of(), Map.of());
  }

  private static Path directory(RouterConfig config) {
    return config.data().running().toAbsolutePath().normalize();
  }

  private static String settings(RouterConfig config) throws IOException {
    Properties kept = new Properties();
    config
        .settings()
        .asMap()
        .forEach(
            (key, value) -> {
              if (matters(key)) {
                kept.setProperty(key, isUrl(key) ? withoutQuery(value) : value);
              }
            });
    kept.setProperty("router.data-dir", config.data().root().toAbsolutePath().toString());
    StringWriter text = new StringWriter();
    kept.store(text, "What the router runs; written by it, not to be edited.");
    return text.toString();
  }

  private static boolean matters(String key) {
    return key.startsWith("router.")
        && !key.startsWith("router.http.")
        && !key.startsWith("router.intake.")
        && !key.startsWith("router.management.")
        && !isCredential(key);
  }

  private static boolean isCredential(String key) {
    String[] parts = key.split("\\.", 4);
    return key.startsWith(DestinationSettings.PREFIX)
        && parts.length == 4
        && (Credentials.KEYS.contains(parts[3]) || parts[3].startsWith("tls."));
  }

  private static boolean isUrl(String key) {
    return key.startsWith(DestinationSettings.PREFIX) && key.endsWith(".url");
  }

  /** A key may stand there. */
  private static String withoutQuery(String url) {
    return url.replaceFirst("\\?.*", "");
  }

  private static void delete(Path directory) throws IOException {
    if (Files.notExists(directory)) {
      return;
    }
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (NoSuchFileException e) {
      // deleted meanwhile
    } catch (UncheckedIOException e) { // of a directory further down
      throw e.getCause();
    }
  }
}
