package io.registryrouter.deliver;

import io.registryrouter.config.RouterConfig;
import io.registryrouter.spool.Room;
import io.registryrouter.spool.Slice;
import io.registryrouter.spool.SpoolFullException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The archives of all destinations, {@code <data-dir>/delivered/<destination>/}. Thread-safe. */
public final class Archives implements SliceSink, Closeable {

  private final Path directory;
  private final boolean fsync;
  private final Clock clock;
  private final Map<String, Archive> archives = new ConcurrentHashMap<>();

  public Archives(RouterConfig config, Clock clock) {
    this.directory = config.data().delivered();
    this.fsync = config.spool().fsync();
    this.clock = clock;
  }

  @Override
  public void append(Slice slice) throws IOException {
    archives
        .computeIfAbsent(
            slice.destination(), name -> new Archive(directory.resolve(name), fsync, clock))
        .append(slice);
  }

  /**
   * The same room; when the disk refuses it, files that were deleted are let go of, so that theirs
   * is free. They are not in a quota.
   */
  public Room releasing(Room room) {
    return bytes -> {
      try {
        room.require(bytes);
      } catch (SpoolFullException e) {
        throw e;
      } catch (IOException e) {
        try {
          release();
        } catch (IOException more) {
          e.addSuppressed(more);
        }
        throw e;
      }
    };
  }

  private void release() throws IOException {
    for (Archive archive : archives.values()) {
      archive.release();
    }
  }

  @Override
  public void close() throws IOException {
    for (Archive archive : archives.values()) {
      archive.close();
    }
  }
}
