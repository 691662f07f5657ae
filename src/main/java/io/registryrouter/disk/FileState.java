package io.registryrouter.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Two that are equal say that a file was neither written nor replaced in between, by renaming or by
 * switching a symbolic link on the way to it.
 *
 * @param key identity of the file in its file system; null where there is none
 */
public record FileState(FileTime modified, long size, Object key) {

  private static final FileState GONE = new FileState(FileTime.fromMillis(0), -1, null);

  /**
   * @throws IOException when it cannot be looked at
   */
  public static FileState of(Path file) throws IOException {
    BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
    return new FileState(now.lastModifiedTime(), now.size(), now.fileKey());
  }

  /** Empty when it is not there. */
  public static Optional<FileState> ifThere(Path file) throws IOException {
    try {
      return Optional.of(of(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Of each file; one that cannot be looked at is gone, and reading it says why. */
  public static Map<Path, FileState> of(Collection<Path> files) {
    Map<Path, FileState> states = new HashMap<>();
    for (Path file : files) {
      try {
        states.put(file, of(file));
      } catch (IOException e) {
        states.put(file, GONE);
      }
    }
    return states;
  }
}
