package io.registryrouter.intake.file;

import io.registryrouter.config.EventPath;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.disk.FileState;
import io.registryrouter.event.Source;
import io.registryrouter.intake.Gate;
import io.registryrouter.intake.Handover;
import io.registryrouter.intake.cut.EventCutter;
import io.registryrouter.intake.cut.FileFormat;
import io.registryrouter.intake.cut.Framing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Opens files for reading in batches. Thread-safe. */
public final class FileIntake {

  private final Path inbox;
  private final Supplier<Limits> limits;
  private final Gate gate;
  private final BooleanSupplier stopping;

  /**
   * How much of a file is in memory.
   *
   * @param maxEvent in bytes
   * @param batch bytes of events that a batch has, about
   */
  public record Limits(int maxEvent, int batch) {

    private static final int MOST = 2 * 1024 * 1024;

    /** No batch may be that large that a spool that is not empty can never take it. */
    public static Limits of(RouterConfig config) {
      long part = config.spool().maxSize() / 8;
      return new Limits(config.maxEventSize(), (int) Math.max(1, Math.min(MOST, part)));
    }
  }

  /**
   * @param inbox {@code <data-dir>/inbox}
   * @param gate where each batch passes
   * @param stopping true when no further batch is to be begun
   */
  public FileIntake(Path inbox, Supplier<Limits> limits, Gate gate, BooleanSupplier stopping) {
    this.inbox = inbox;
    this.limits = limits;
    this.gate = gate;
    this.stopping = stopping;
  }

  /** A file of the inbox, from where an earlier reading stopped. */
  public FileReading read(EventPath path, Path file, Handover handover) throws IOException {
    Path root = inbox.resolve(path.label());
    String name = root.relativize(file).toString();
    FileState now = FileState.of(file);
    return open(path, file, now, name, Progress.of(root, file), handover);
  }

  /** Any other file, from its start. */
  public FileReading readOnce(EventPath path, Path file, String name, Handover handover)
      throws IOException {
    return open(path, file, FileState.of(file), name, Progress.none(), handover);
  }

  private FileReading open(
      EventPath path, Path file, FileState now, String name, Progress progress, Handover handover)
      throws IOException {
    Source source = new Source(Source.Kind.FILE, name, progress.begin());
    return new FileReading(
        path, source, file, now, limits.get(), progress, handover, gate, stopping);
  }

  /** Whether a file's name says that it is being written. */
  public static boolean isUnfinished(String name) {
    return name.startsWith(".") || name.endsWith(".tmp") || name.endsWith(".part");
  }

  /** A file in batches of one event, for a close look at each. */
  public static EventCutter oneByOne(EventPath path, Path file, InputStream in, int maxEvent) {
    Source source = new Source(Source.Kind.FILE, file.toString());
    return new EventCutter(path, source, FileFormat.framing(file), in, maxEvent, 1);
  }

  /** Standard input in batches of one event. */
  public static EventCutter oneByOne(EventPath path, InputStream in, int maxEvent) {
    Source source = new Source(Source.Kind.FILE, "stdin");
    return new EventCutter(path, source, Framing.DETECT, in, maxEvent, 1);
  }
}
