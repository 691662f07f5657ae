package io.registryrouter.intake.file;

import io.registryrouter.config.EventPath;
import io.registryrouter.disk.FileState;
import io.registryrouter.event.RawBatch;
import io.registryrouter.event.Source;
import io.registryrouter.intake.Gate;
import io.registryrouter.intake.Handover;
import io.registryrouter.intake.cut.BrokenInputException;
import io.registryrouter.intake.cut.EventCutter;
import io.registryrouter.intake.cut.EventCutter.Position;
import io.registryrouter.intake.cut.FileFormat;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file as a sequence of batches, each to be handed over before the next one is asked for; once
 * it is on disk, the progress is noted.
 */
public final class FileReading implements Iterator<RawBatch>, Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(FileReading.class);

  /** Exchange property that carries it. */
  public static final String PROPERTY = "fileReading";

  /** Exchange property: the name of a file that is not in an inbox, as it was given. */
  public static final String GIVEN_NAME = "givenName";

  /** How many batches may be under way to the disk while the next is read. */
  private static final int AHEAD = 4;

  private final Path file;
  private final FileState opened;
  private final InputStream in;
  private final EventCutter cutter;
  private final Progress progress;
  private final Handover handover;
  private final Gate gate;
  private final BooleanSupplier stopping;
  private int ahead;
  private int given;
  private int whole;
  private IOException failure;
  private boolean ended;
  private boolean broken;
  private boolean inside;

  /**
   * @param opened the file as it was before the progress in it was looked up
   * @throws IOException also when another one has its name by now
   */
  FileReading(
      EventPath path,
      Source source,
      Path file,
      FileState opened,
      FileIntake.Limits limits,
      Progress progress,
      Handover handover,
      Gate gate,
      BooleanSupplier stopping)
      throws IOException {
    this.file = file;
    this.opened = opened;
    this.progress = progress;
    this.handover = handover;
    this.gate = gate;
    this.stopping = stopping;
    InputStream stream = FileFormat.open(file);
    EventCutter events;
    try {
      events = cutter(path, source, file, limits, stream);
      events.resume(progress.load());
    } catch (EOFException | BrokenInputException e) {
      // Not what was taken a part of: another content under the same name, inode and size.
      stream.close();
      stream = FileFormat.open(file);
      Source another = new Source(source.kind(), source.name(), progress.beginAnew());
      events = cutter(path, another, file, limits, stream);
    } catch (IOException | RuntimeException e) {
      stream.close();
      throw e;
    }
    this.in = stream;
    this.cutter = events;
    if (!isOpened()) {
      close(); // who knows which of the two this is
      throw new IOException("it was replaced while it was opened; what is there now is taken next");
    }
  }

  private boolean isOpened() throws IOException {
    return FileState.ifThere(file).filter(now -> isOpened(now)).isPresent();
  }

  private boolean isOpened(FileState now) {
    return Objects.equals(now.key(), opened.key());
  }

  private static EventCutter cutter(
      EventPath path, Source source, Path file, FileIntake.Limits limits, InputStream in) {
    return new EventCutter(
        path, source, FileFormat.framing(file), in, limits.maxEvent(), limits.batch());
  }

  /** Only {@link #next()} reads: Camel asks this before it is done with the batch before. */
  @Override
  public boolean hasNext() {
    return !ended;
  }

  /**
   * @return null at the end, which Camel takes for the end too
   * @throws UncheckedIOException when the file cannot be read, the batch before was not handed over
   *     or the router stops; then at every further call as well, for Camel goes on asking
   */
  @Override
  public RawBatch next() {
    try {
      if (failure != null) {
        throw failure;
      }
      return read();
    } catch (IOException e) {
      failure = e;
      throw new UncheckedIOException(e);
    }
  }

  private RawBatch read() throws IOException {
    leave();
    if (!handover.isComplete(given)) {
      String why = handover.stray().map(Exception::getMessage).orElse("it failed");
      throw new IOException("a batch was not handed over, the file goes on from there: " + why);
    }
    whole = left();
    Position handedOver = cutter.position();
    if (stopping.getAsBoolean() && !cutter.isDone()) {
      if (given > 0) {
        noteProgress(handedOver).join();
      }
      throw new InterruptedIOException("stopping; the file goes on from here");
    }
    RawBatch batch = cutter.next();
    if (batch == null) {
      ended = true;
      return null;
    }
    if (given++ > 0) {
      noteProgress(handedOver);
    }
    broken |= batch.broken().isPresent();
    enter();
    return batch;
  }

  private void enter() throws IOException {
    try {
      gate.enter();
      inside = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted; the file goes on from here");
    }
  }

  private void leave() {
    if (inside) {
      inside = false;
      gate.leave();
    }
  }

  /** Waits when the disk is too far behind, so that memory and repeated work stay bounded. */
  private CompletableFuture<Void> noteProgress(Position position) {
    CompletableFuture<Void> noted = handover.durable().thenRun(() -> progress.save(position));
    handover.alsoOnDisk(noted);
    if (++ahead >= AHEAD) {
      noted.join();
      ahead = 0;
    }
    return noted;
  }

  private int left() {
    return handover.accepted() + handover.deadLettered();
  }

  /** Why the file is not done with though its route ended without an exception. */
  public Optional<IllegalStateException> obstacle() {
    return handover
        .obstacle(given)
        .or(
            () ->
                ended
                    ? Optional.empty()
                    : Optional.of(new IllegalStateException("it was not read to its end")));
  }

  /** Waits for what is on its way to the disk, so that it is known there when it comes again. */
  public void awaitDisk() {
    handover.durable().exceptionally(failure -> null).join();
  }

  /** True when the last batch left by some doors and not by others: what left will come again. */
  boolean isTakenInPart() {
    return left() > whole;
  }

  /** True when the file could not be read to its end because it is damaged. */
  boolean isBroken() {
    return broken;
  }

  /**
   * Whether the file under this name is still the one that was read, to its end. Of one that has
   * grown the next reading takes what is behind, of any other all.
   */
  boolean isStillTheFile() throws IOException {
    FileState now = FileState.of(file);
    boolean same = isOpened(now);
    if (now.equals(opened) || (same && broken)) {
      return true;
    }
    boolean grown = same && now.size() > opened.size() && progress.save(cutter.position(), now);
    if (!grown) {
      progress.beginAnew();
    }
    return false;
  }

  @Override
  public void close() {
    leave();
    try {
      in.close();
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("error", e.toString()).log("a file did not close cleanly");
    }
  }
}
