package io.registryrouter.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.registryrouter.disk.FileState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code config/} and {@code routes/} hold: the same however a file was replaced, by writing,
 * by renaming or by switching a symbolic link. All that is made of it comes from here, so that what
 * was checked is what runs, whatever the files say by then.
 *
 * @param home what relative paths count from
 * @param contents by path relative to the home; empty of a file that cannot be read, as of one that
 *     is not there
 */
public record ConfigFiles(Path home, Map<String, Optional<ByteBuffer>> contents) {

  private static final List<String> CONFIG =
      List.of(Settings.FILE, Actions.FILE, Registries.FILE, RoutingTests.FILE);

  /** What some put in the place of a file that they do not want. */
  private static final Path NOTHING = Path.of("/dev/null");

  public ConfigFiles {
    contents = Map.copyOf(contents);
  }

  /** As they are now. */
  public static ConfigFiles of(Path home) {
    List<Path> files = new ArrayList<>(new RouteFiles(home).all());
    CONFIG.forEach(name -> files.add(home.resolve(name)));
    Map<String, Optional<ByteBuffer>> contents = new HashMap<>();
    files.forEach(file -> contents.put(home.relativize(file).toString(), content(file)));
    return new ConfigFiles(home, contents);
  }

  private static Optional<ByteBuffer> content(Path file) {
    try {
      return Optional.of(ByteBuffer.wrap(read(file)));
    } catch (IOException e) {
      return Optional.empty(); // missing, or on its way
    }
  }

  /** A pipe would be waited for, for ever perhaps. */
  static byte[] read(Path file) throws IOException {
    boolean other = Files.readAttributes(file, BasicFileAttributes.class).isOther();
    if (other && !Files.isSameFile(file, NOTHING)) {
      throw new FileSystemException(file.toString(), null, "is no regular file");
    }
    return Files.readAllBytes(file);
  }

  /** The names of the route files, in the order of their paths. */
  public List<String> routes() {
    return contents.keySet().stream()
        .filter(name -> !CONFIG.contains(name))
        .map(Path::of)
        .sorted()
        .map(Path::toString)
        .toList();
  }

  /** Whether there was no such file. */
  boolean isMissing(String name) {
    return contents.get(name).isEmpty() && Files.notExists(home.resolve(name));
  }

  /**
   * @throws IOException when it could not be read, saying why
   */
  public byte[] bytes(String name) throws IOException {
    Optional<ByteBuffer> content = contents.getOrDefault(name, Optional.empty());
    if (content.isEmpty()) {
      read(home.resolve(name)); // most likely says why
      throw new IOException(home.resolve(name) + " could not be read a moment ago");
    }
    return content.get().array();
  }

  /**
   * @throws CharacterCodingException when it is not UTF-8
   * @throws IOException when it could not be read, saying why
   */
  String text(String name) throws IOException {
    return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(name))).toString();
  }

  /** As {@link #text}, line by line. */
  List<String> lines(String name) throws IOException {
    return text(name).lines().toList();
  }

  /** Tells what was written and taken back since, which leaves the same contents. */
  public Map<Path, FileState> states() {
    return FileState.of(contents.keySet().stream().map(home::resolve).toList());
  }
}
