package io.registryrouter.deliver;

import io.registryrouter.config.RouterConfig;
import io.registryrouter.spool.Slice;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The archives of all destinations, {@code <data-dir>/delivered/<destination>/}. Thread-safe. */
public final class Archives implements Closeable {

  private final Path directory;
  private final boolean fsync;
  private final Clock clock;
  private final Map<String, Archive> archives = new ConcurrentHashMap<>();

  public Archives(RouterConfig config, Clock clock) {
    this.directory = config.data().delivered();
    this.fsync = config.spool().fsync();
    this.clock = clock;
  }

  /** Appends the slice's events; when this returns they are on disk. */
  public void append(Slice slice) throws IOException {
    archives
        .computeIfAbsent(
            slice.destination(), name -> new Archive(directory.resolve(name), fsync, clock))
        .append(slice);
  }

  /** The disk is full: lets go of files that were deleted, so that their room is free. */
  public void release() throws IOException {
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
