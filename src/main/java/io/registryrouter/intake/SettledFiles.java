package io.registryrouter.intake;

import java.io.File;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileFilter;

/**
 * Lets a file through once its size and modification time have held still for long enough, and
 * never one whose name says that it is being written. Each inbox has its own; used by one thread.
 */
public final class SettledFiles implements GenericFileFilter<File> {

  private final Supplier<Duration> settle;
  private final Clock clock;

  /** Files that were seen and not let through yet. */
  private final Map<String, Sighting> waiting = new HashMap<>();

  private record Sighting(long size, long modified, long since) {}

  public SettledFiles(Supplier<Duration> settle, Clock clock) {
    this.settle = settle;
    this.clock = clock;
  }

  @Override
  public boolean accept(GenericFile<File> file) {
    if (file.isDirectory()) {
      return true;
    }
    String name = file.getFileNameOnly();
    if (name.startsWith(".") || name.endsWith(".tmp") || name.endsWith(".part")) {
      return false;
    }
    long now = clock.millis();
    Sighting before = waiting.get(file.getAbsoluteFilePath());
    long size = file.getFileLength();
    long modified = file.getLastModified();
    boolean still = before != null && before.size() == size && before.modified() == modified;
    Sighting sighting = still ? before : new Sighting(size, modified, now);
    boolean settled = now - sighting.since() >= settle.get().toMillis();
    if (settled) {
      waiting.remove(file.getAbsoluteFilePath());
    } else {
      waiting.put(file.getAbsoluteFilePath(), sighting);
    }
    return settled;
  }
}
