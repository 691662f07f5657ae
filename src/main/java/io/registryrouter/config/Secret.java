package io.registryrouter.config;

import io.registryrouter.disk.FileState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;

/**
 * A credential from a setting or from a file; a file is read again when it has changed. Never
 * printed.
 */
public final class Secret {

  private final Path file;
  private volatile Read current;

  private record Read(String value, FileState state) {}

  private Secret(String value, Path file) {
    this.file = file;
    this.current = new Read(value, null);
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
    if (file.isEmpty()) {
      return value.map(Secret::of);
    }
    Path path = home.resolve(file.get());
    if (!Files.isReadable(path) || Files.isDirectory(path)) {
      settings.problem(
          key + ".file",
          "is no file that can be read (its value is not shown, it may be the secret itself);"
              + " name a file that holds the secret");
    } else if (isReadByAll(path)) {
      settings.warning(
          key + ".file",
          "%s can be read by every user of this machine; take that right away: chmod o-r",
          path);
    }
    return Optional.of(Secret.in(path));
  }

  private static boolean isReadByAll(Path file) {
    try {
      return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException | UnsupportedOperationException e) {
      return false; // a file system without such rights
    }
  }

  /** The secret of now, without the line end of its file. */
  public String value() {
    if (file == null) {
      return current.value();
    }
    try {
      FileState state = FileState.of(file);
      Read read = current; // which another thread may forget meanwhile
      if (!state.equals(read.state())) {
        read = new Read(Files.readString(file).strip(), state);
        current = read;
      }
      return read.value();
    } catch (IOException e) {
      throw new UncheckedIOException("secret file " + file + " cannot be read", e);
    }
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
