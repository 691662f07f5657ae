package io.registryrouter.config;

import io.registryrouter.disk.FileState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code config/} and {@code routes/} hold: the same however a file was replaced, by writing,
 * by renaming or by switching a symbolic link.
 *
 * @param contents by path relative to the home; empty of a file that cannot be read, as of one that
 *     is not there
 */
public record ConfigFiles(Map<String, Optional<ByteBuffer>> contents) {

  private static final List<String> CONFIG =
      List.of(Settings.FILE, Actions.FILE, Registries.FILE, RoutingTests.FILE);

  public ConfigFiles {
    contents = Map.copyOf(contents);
  }

  /** As they are now. */
  public static ConfigFiles of(Path home) {
    List<Path> files = new ArrayList<>(new RouteFiles(home).all());
    CONFIG.forEach(name -> files.add(home.resolve(name)));
    Map<String, Optional<ByteBuffer>> contents = new HashMap<>();
    files.forEach(file -> contents.put(home.relativize(file).toString(), content(file)));
    return new ConfigFiles(contents);
  }

  /** Tells what was written and taken back since, which leaves the same contents. */
  public Map<Path, FileState> states(Path home) {
    return FileState.of(contents.keySet().stream().map(home::resolve).toList());
  }

  private static Optional<ByteBuffer> content(Path file) {
    try {
      return Optional.of(ByteBuffer.wrap(Files.readAllBytes(file)));
    } catch (IOException e) {
      return Optional.empty(); // missing, or on its way
    }
  }
}
