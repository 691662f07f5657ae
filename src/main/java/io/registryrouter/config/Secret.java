package io.registryrouter.config;

import io.registryrouter.disk.FileState;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A credential from a setting or from a file; a file is read again when it has changed. Never
 * printed.
 */
public final class Secret {

  /** Of Camel, Spring and shells. */
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{|\\{\\{");

  /** Bytes of a file; no server takes as much in a header. */
  private static final int LARGEST = 64 * 1024;

  private final Path file;
  private volatile Read current;

  /** The last value and the one before it. */
  private volatile List<String> known = List.of();

  /** The file is not there, or does not hold what can be sent. */
  public static final class UnreadableException extends UncheckedIOException {

    private static final long serialVersionUID = 1L;

    UnreadableException(Path file, IOException cause) {
      super("secret file " + file + " cannot be read: " + why(cause), cause);
    }

    private UnreadableException(Path file, String why) {
      super("secret file " + file + " cannot be used: " + why, new IOException(why));
    }
  }

  private record Read(String value, FileState state) {}

  private Secret(String value, Path file) {
    this.file = file;
    this.current = new Read(value, null);
    this.known = value == null ? List.of() : List.of(value);
  }

  static Secret of(String value) {
    return new Secret(value, null);
  }

  static Secret in(Path file) {
    return new Secret(null, file);
  }

  /** The value of {@code key}, or the content of the file that {@code key.file} names. */
  static Optional<Secret> from(Settings settings, String key, Path home) {
    Optional<String> value = settings.optional(key);
    Optional<String> file = settings.optional(key + ".file");
    if (value.isPresent() && file.isPresent()) {
      settings.problem(key, "is set, and so is %s.file; keep one", key);
    }
    if (value.filter(PLACEHOLDER.asPredicate()).isPresent()) {
      settings.warning(
          key,
          "looks like a placeholder (it is not shown), which nothing fills in: it is the secret as it"
              + " stands; set it in the environment, or name a file by %s.file",
          key);
    }
    if (file.isEmpty()) {
      return value.map(Secret::of);
    }
    Path path = home.resolve(file.get());
    if (!Files.isReadable(path) || Files.isDirectory(path)) {
      settings.problem(
          key + ".file",
          "%s (its value is not shown, it may be the secret itself); name a file that holds the"
              + " secret",
          Files.isDirectory(path)
              ? "names a directory"
              : Files.exists(path)
                  ? "names a file that this user may not read"
                  : "names no file that is there");
    } else if (isReadByAll(path)) {
      settings.warning(
          key + ".file",
          "%s can be read by every user of this machine; take that right away: chmod o-r",
          path);
    }
    Secret secret = Secret.in(path);
    if (Files.isReadable(path) && !Files.isDirectory(path)) {
      try {
        secret.value();
      } catch (UnreadableException e) {
        settings.problem(
            key + ".file", "%s; name a text file that holds the secret", e.getMessage());
      }
    }
    return Optional.of(secret);
  }

  private static boolean isReadByAll(Path file) {
    try {
      return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException | UnsupportedOperationException e) {
      return false; // a file system without such rights
    }
  }

  /**
   * The secret of now, without the line end of its file, and without a byte order mark.
   *
   * @throws UnreadableException when its file cannot be read
   */
  public String value() {
    if (file == null) {
      return current.value();
    }
    try {
      FileState state = FileState.of(file);
      Read read = current; // which another thread may forget meanwhile
      if (!state.equals(read.state())) {
        read = new Read(text().replaceFirst("^\uFEFF", "").strip(), state);
        current = read;
        note(read.value());
      }
      return read.value();
    } catch (IOException e) {
      throw new UnreadableException(file, e);
    }
  }

  /** What was read last, without a look at its file; empty when nothing was. */
  public Optional<String> lastRead() {
    return Optional.ofNullable(current.value());
  }

  /** Never more than {@link #LARGEST}, and of no pipe, which would be waited for. */
  private String text() throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new UnreadableException(file, "it is no regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw new UnreadableException(file, "it is larger than " + LARGEST + " bytes");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }
  }

  /**
   * The same, which is not empty: a file is so for a moment while it is written anew.
   *
   * @throws UnreadableException also when it is empty
   */
  String filledValue() {
    String value = value();
    if (value.isEmpty()) {
      throw new UnreadableException(file, "it is empty");
    }
    return value;
  }

  /**
   * The same, which can stand in a header field.
   *
   * @throws UnreadableException also when it is empty, or more than one line of printable ASCII
   */
  String headerValue() {
    String value = filledValue();
    if (!fitsHeader(value)) {
      throw new UnreadableException(
          file, "it has a character that cannot stand in a header of HTTP");
    }
    return value;
  }

  private synchronized void note(String value) {
    if (!value.isEmpty()) { // an emptied file makes nobody forget what was sent before
      known = Stream.concat(Stream.of(value), known.stream()).distinct().limit(2).toList();
    }
  }

  private static String why(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "it is not there";
    }
    if (failure instanceof AccessDeniedException) {
      return "this user may not read it";
    }
    return failure instanceof CharacterCodingException ? "it is not UTF-8" : failure.toString();
  }

  /** Whether what has been read of it can stand in a header field. */
  boolean fitsHeader() {
    return known.stream().allMatch(Secret::fitsHeader);
  }

  private static boolean fitsHeader(String value) {
    return value.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  /** Whether nothing was in what has been read of it last. */
  boolean isEmpty() {
    return lastRead().filter(String::isEmpty).isPresent();
  }

  /** The value of now, if there is one, and those that may have been sent a moment ago. */
  List<String> known() {
    try {
      value();
    } catch (UnreadableException e) {
      // what was read before is known
    }
    return known;
  }

  /** What was read was refused: the file is read anew, even if it does not look changed. */
  void forget() {
    if (file != null) {
      current = new Read(null, null);
    }
  }

  @Override
  public String toString() {
    return "***";
  }
}
