package io.registryrouter.spool;

import io.registryrouter.config.RouterConfig.SpoolSettings;
import io.registryrouter.observe.OnceAMinute;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The room that the logs of all destinations share: a quota, and the disk that they are on.
 * Thread-safe.
 */
public final class SpoolRoom implements Room {

  /** What is written with a batch besides: indexes, progress, dead letters. Bytes. */
  private static final long RESERVE = 1024 * 1024;

  /** Bytes that nobody brings within {@link #PLENTY_NANOS}. */
  private static final long PLENTY = 256L * 1024 * 1024;

  private static final long PLENTY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final Logger LOG = LoggerFactory.getLogger(SpoolRoom.class);

  /** Asked for the room on its disk; a FileStore wants to see all mounts for that. */
  private final File directory;

  private final Collection<SpoolLog> logs;
  private final Clock clock;
  private final OnceAMinute warnings = new OnceAMinute();
  private volatile SpoolSettings settings;

  /** Until when neither logs nor disk need be asked for room, {@link System#nanoTime()}. */
  private volatile long plentyUntil = System.nanoTime();

  /** Bytes that had no room when it was asked for last; 0 when they had. */
  private volatile long refused;

  /**
   * @param logs those there are at any time
   */
  SpoolRoom(Path directory, SpoolSettings settings, Collection<SpoolLog> logs, Clock clock) {
    this.directory = directory.toFile();
    this.settings = settings;
    this.logs = logs;
    this.clock = clock;
  }

  /** Takes the quota of an edited configuration. */
  public void adopt(SpoolSettings edited) {
    settings = edited;
    plentyUntil = System.nanoTime();
  }

  /**
   * Makes sure, before the first of a batch is appended, that the whole of it has room. Batches
   * that ask at the same moment may exceed the quota by what is in flight; an empty spool takes any
   * batch.
   *
   * @throws SpoolFullException when the quota has not
   * @throws IOException when the disk has not
   */
  @Override
  public void require(long bytes) throws IOException {
    long now = System.nanoTime();
    if (now - plentyUntil < 0 && bytes <= PLENTY && refused == 0) {
      return;
    }
    if (hasQuota(bytes) && hasSpace(bytes)) {
      plentyUntil = hasPlenty() ? now + PLENTY_NANOS : now;
      if (refused != 0 && bytes != 0) { // dead letters alone need no room here
        refused = 0;
      }
      return;
    }
    logs.forEach(SpoolLog::reclaim);
    boolean quota = hasQuota(bytes);
    boolean room = quota && hasSpace(bytes);
    refused = room ? 0 : bytes;
    if (!room) {
      IOException full =
          quota ? noSpace() : new SpoolFullException(size(), bytes, settings.maxSize());
      warn(full);
      throw full;
    }
  }

  /** A directory that is gone has no room either. */
  private IOException noSpace() {
    return new IOException(
        directory.exists()
            ? "the disk of the spool is full; intake goes on when there is room"
            : "the spool's directory " + directory + " is gone; restart the router to begin anew");
  }

  private void warn(IOException full) {
    if (warnings.isDue(clock.instant())) {
      LOG.atWarn().addKeyValue("error", full.getMessage()).log("intake waits");
    }
  }

  private boolean hasQuota(long bytes) {
    long size = size();
    return size == 0 || size + bytes <= settings.maxSize();
  }

  private boolean hasPlenty() {
    return settings.maxSize() - size() >= PLENTY && hasSpace(PLENTY);
  }

  /** Asked of the disk itself, so that a batch is not begun that it cannot hold. */
  private boolean hasSpace(long bytes) {
    return diskFree() >= bytes + RESERVE;
  }

  /** Bytes on disk of all destinations. */
  long size() {
    long size = 0;
    for (SpoolLog log : logs) { // asked with every batch when there is little room
      size += log.size();
    }
    return size;
  }

  /** What all destinations may take together, in bytes. */
  public long maxSize() {
    return settings.maxSize();
  }

  /** Bytes that can be written to the disk; 0 as well when that cannot be known. */
  public long diskFree() {
    return directory.getUsableSpace();
  }

  /** Bytes of the disk; 0 when they cannot be known. */
  public long diskSize() {
    return directory.getTotalSpace();
  }

  /** True while what was asked for last, or any event, waits for deliveries. */
  boolean isQuotaUsedUp() {
    if (hasQuota(Math.max(refused, 1))) {
      return false;
    }
    logs.forEach(SpoolLog::reclaim);
    return !hasQuota(Math.max(refused, 1));
  }

  /**
   * Why its disk takes nothing, or not what came last, as when an error has made it read-only,
   * whatever the rights; empty when it does.
   */
  public Optional<String> diskObstacle() {
    if (!hasSpace(refused)) {
      return Optional.of(free() + "; intake waits until there is room");
    }
    return directory.canWrite()
        ? Optional.empty()
        : Optional.of(
            "the spool is read-only for this user; mount its file system for writing, or mend its rights");
  }

  /** How much of the quota. */
  public String used() {
    return String.format("%d of %d bytes (router.spool.max-size)", size(), maxSize());
  }

  /** How much of the disk. */
  public String free() {
    return String.format("%d of %d bytes are free", diskFree(), diskSize());
  }
}
