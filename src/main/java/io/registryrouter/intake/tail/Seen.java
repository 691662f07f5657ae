package io.registryrouter.intake.tail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;

/**
 * A regular file as one look saw it.
 *
 * @param real its name without symbolic links
 * @param key device and inode: the same file under whatever name
 * @param size in bytes
 * @param born when its inode was given to it; where no file system says so, when it was modified
 */
record Seen(Path real, Key key, long size, FileTime modified, FileTime born) {

  /** The device may change when a volume is mounted anew; the inode does not. */
  record Key(long device, long inode) {}

  /** Whether the file of that key has that name now. */
  static boolean isAt(Path path, Key key) {
    return at(path).filter(seen -> seen.key().equals(key)).isPresent();
  }

  /** Empty when there is no regular file, or none that may be looked at. */
  static Optional<Seen> at(Path path) {
    try {
      Path real = path.toRealPath();
      Map<String, Object> of =
          Files.readAttributes(
              real, "unix:dev,ino,size,lastModifiedTime,creationTime,isRegularFile");
      if (!(boolean) of.get("isRegularFile")) {
        return Optional.empty();
      }
      Key key = new Key((long) of.get("dev"), (long) of.get("ino"));
      return Optional.of(
          new Seen(
              real,
              key,
              (long) of.get("size"),
              (FileTime) of.get("lastModifiedTime"),
              (FileTime) of.get("creationTime")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
