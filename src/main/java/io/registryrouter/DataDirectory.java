package io.registryrouter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.registryrouter.config.DataPaths;
import io.registryrouter.config.EventPath;
import io.registryrouter.disk.Directories;
import io.registryrouter.disk.SmallJson;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The data directory, held by one process at a time; {@code router.lock} says by which. */
final class DataDirectory implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private final Path path;
  private final FileChannel file;
  private final FileLock lock;
  private final FileChannel spoolLock;
  private final Map<String, Object> holder = new LinkedHashMap<>();

  private DataDirectory(
      Path path, FileChannel file, FileLock lock, FileChannel spoolLock, Instant since) {
    this.path = path;
    this.file = file;
    this.lock = lock;
    this.spoolLock = spoolLock;
    holder.put("pid", ProcessHandle.current().pid());
    holder.put("since", since.toString());
    write();
  }

  /**
   * Makes what is missing of it, readable by its owner only, and takes the lock.
   *
   * @param since when the router was started, as its status says it: by that it is known
   * @throws IOException when it cannot be written, or another process holds it
   */
  static DataDirectory take(DataPaths data, Instant since) throws IOException {
    Path directory = data.root();
    Directories.make(directory, OWNER_ONLY);
    warnIfOpen(directory);
    Path lockFile = data.lock();
    FileChannel file = open(lockFile);
    FileLock lock = tryLock(file);
    if (lock == null) {
      file.close();
      throw new IOException(
          String.format(
              "another router works on %s: %s; stop it, or set router.data-dir to another directory",
              directory, holder(Files.readString(lockFile))));
    }
    for (EventPath path : EventPath.values()) {
      Directories.make(data.inbox(path));
    }
    for (Path events : List.of(data.spool(), data.delivered(), data.deadLetter())) {
      Directories.make(events, OWNER_ONLY);
    }
    FileChannel spoolLock = openIfThereIsRoom(data.spoolLock());
    if (spoolLock != null && tryLock(spoolLock) == null) {
      spoolLock.close();
      file.close();
      throw new IOException(
          String.format(
              "another router works on %s, whose router.lock somebody has removed; stop it, or set"
                  + " router.data-dir to another directory",
              directory));
    }
    Directories.force(data.inbox()); // a process that was killed may have made them only
    Directories.force(directory);
    return new DataDirectory(lockFile, file, lock, spoolLock, since);
  }

  private static FileChannel open(Path lockFile) throws IOException {
    return FileChannel.open(
        lockFile, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /** A full disk is no reason not to deliver what waits on it; null then. */
  private static FileChannel openIfThereIsRoom(Path lockFile) {
    try {
      return open(lockFile);
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("file", lockFile)
          .addKeyValue("error", e.toString())
          .log("cannot be made; while router.lock stays, nobody else can work here all the same");
      return null;
    }
  }

  /** Its process and its addresses: {@code pid 7, since …, http 127.0.0.1:8080, …}. */
  private static String holder(String json) {
    return json.strip().replaceAll("[{}\"]", "").replaceAll("(?<=^|,)(\\w+):", " $1 ").strip();
  }

  /**
   * One that was there already may be a volume with rights of its own; it is not ours to change.
   */
  private static void warnIfOpen(Path directory) throws IOException {
    Set<PosixFilePermission> rights = Files.getPosixFilePermissions(directory);
    if (rights.contains(PosixFilePermission.OTHERS_READ)
        || rights.contains(PosixFilePermission.OTHERS_EXECUTE)) {
      LOG.atWarn()
          .addKeyValue("directory", directory)
          .log("every user of this machine can look into the data directory; chmod o-rwx");
    }
  }

  private static FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this very process
    }
  }

  /** Notes an address that the holder listens on, so that others find it. */
  void note(String key, String address) {
    holder.put(key, address);
    write();
  }

  /** A full disk is no reason not to deliver what waits on it. */
  private void write() {
    try {
      byte[] json = (SmallJson.JSON.writeValueAsString(holder) + "\n").getBytes(UTF_8);
      file.write(ByteBuffer.wrap(json), 0);
      file.truncate(json.length);
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("file", path)
          .addKeyValue("error", e.toString())
          .log("where this router listens cannot be noted; its health and status are not found");
    }
  }

  /**
   * Nobody is to ask at the addresses any more. They are blanked out and not cut off, so that the
   * next start needs no room for its own.
   */
  @Override
  public void close() throws IOException {
    try (file;
        lock;
        spoolLock) {
      file.write(ByteBuffer.wrap(" ".repeat((int) file.size()).getBytes(UTF_8)), 0);
    }
  }
}
