package io.registryrouter.intake;

import io.registryrouter.config.EventPath;
import io.registryrouter.intake.EventCutter.Position;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file as a sequence of batches. Asking for the next batch says that the one before was handed
 * over; once that is on disk, the progress is noted.
 */
public final class FileReading implements Iterator<RawBatch>, Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(FileReading.class);

  /** Exchange property that carries it. */
  public static final String PROPERTY = "fileReading";

  /** Exchange property: the name of a file that is not in an inbox, as it was given. */
  public static final String GIVEN_NAME = "givenName";

  /** How many bytes of events a batch has, about. */
  static final int BATCH_BYTES = 1024 * 1024;

  /** How many batches may be under way to the disk while the next is read. */
  private static final int AHEAD = 4;

  private final InputStream in;
  private final EventCutter cutter;
  private final Progress progress;
  private final Handover handover;
  private final BooleanSupplier stopping;
  private final long begun;
  private int ahead;
  private RawBatch next;
  private boolean ended;
  private boolean broken;

  FileReading(
      EventPath path,
      Source source,
      Path file,
      int maxEvent,
      Progress progress,
      Handover handover,
      BooleanSupplier stopping)
      throws IOException {
    this.progress = progress;
    this.handover = handover;
    this.stopping = stopping;
    this.in = FileFormat.open(file);
    this.cutter =
        new EventCutter(path, source, FileFormat.framing(file), in, maxEvent, BATCH_BYTES);
    Position position = progress.load();
    this.begun = position.offset();
    cutter.resume(position);
  }

  @Override
  public boolean hasNext() {
    if (next == null && !ended) {
      try {
        stopIfAsked();
        Position handedOver = cutter.position();
        next = cutter.next();
        if (next == null) {
          ended = true;
        } else if (handedOver.offset() > begun) {
          noteProgress(handedOver);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return next != null;
  }

  @Override
  public RawBatch next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    RawBatch batch = next;
    broken |= batch.broken().isPresent();
    next = null;
    return batch;
  }

  private void stopIfAsked() throws IOException {
    if (stopping.getAsBoolean()) {
      throw new IOException("stopping; the file goes on from here at the next start");
    }
  }

  /** Waits when the disk is too far behind, so that memory and repeated work stay bounded. */
  private void noteProgress(Position position) {
    CompletableFuture<Void> noted = handover.durable().thenRun(() -> progress.save(position));
    handover.await(noted);
    if (++ahead >= AHEAD) {
      noted.join();
      ahead = 0;
    }
  }

  /** True when the file could not be read to its end because it is damaged. */
  boolean isBroken() {
    return broken;
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("error", e.toString()).log("a file did not close cleanly");
    }
  }
}
