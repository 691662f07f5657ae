package io.registryrouter.intake.file;

import io.registryrouter.disk.FileState;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.component.file.GenericFileOperations;
import org.apache.camel.component.file.GenericFileProcessStrategy;
import org.apache.camel.processor.errorhandler.RedeliveryPolicy;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to a file of an inbox when the route is done with it: taken ones go to {@code
 * .done/}, damaged ones to {@code .failed/}, under a free name; one that could not be handed over
 * stays, and those behind it wait, so that the order of names is kept. Each inbox has its own; used
 * by one thread.
 */
public final class FinishedFiles implements GenericFileProcessStrategy<File> {

  private static final Logger LOG = LoggerFactory.getLogger(FinishedFiles.class);
  private static final Duration BETWEEN_CLEANINGS = Duration.ofMinutes(10);
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final DoneRetention retention;
  private final Clock clock;
  private final RedeliveryPolicy pauses = new RedeliveryPolicy();
  private Instant nextCleaning = Instant.MIN;
  private Path waitingFor;
  private Instant pausesUntil = Instant.MIN;
  private long pause;

  private final StayingFiles staying = new StayingFiles();

  /** Files that were taken and cannot be moved; they are not taken again while this runs. */
  private final Map<Path, TakenFile> unmoved = new HashMap<>();

  /**
   * @param retention how long taken files are kept; zero keeps them for ever
   */
  public FinishedFiles(Supplier<Duration> retention, Clock clock) {
    this.retention = new DoneRetention(retention);
    this.clock = clock;
    pauses.setRedeliveryDelay(SHORTEST_PAUSE.toMillis());
    pauses.setMaximumRedeliveryDelay(LONGEST_PAUSE.toMillis());
    pauses.setUseExponentialBackOff(true);
  }

  /** A file that the last run has taken in part goes on first, whatever has come before it. */
  @Override
  public void prepareOnStartup(
      GenericFileOperations<File> operations, GenericFileEndpoint<File> endpoint) {
    Path inbox = Path.of(endpoint.getConfiguration().getDirectory());
    Progress.begun(inbox)
        .filter(file -> !unmoved.containsKey(file))
        .ifPresent(file -> waitingFor = file);
  }

  /** By name in the inbox, why a file was not taken, or stays though it was. By any thread. */
  Map<String, String> troubles() {
    return staying.now();
  }

  /** False leaves the file for a later look. */
  @Override
  public boolean begin(
      GenericFileOperations<File> operations,
      GenericFileEndpoint<File> endpoint,
      Exchange exchange,
      GenericFile<File> file) {
    return isDue(file.getFile().toPath());
  }

  /** To be called at every look, whether there are files or not: does something now and then. */
  public void tidy(Path inbox) {
    if (!isAhead(nextCleaning, BETWEEN_CLEANINGS)) {
      Instant now = clock.instant();
      nextCleaning = now.plus(BETWEEN_CLEANINGS);
      unmoved.keySet().removeIf(Files::notExists); // somebody else has taken them away
      staying.forgetThoseGone();
      retention.apply(inbox.resolve(".done"), now);
    }
  }

  /**
   * False for a file that was taken already, while another one comes first, and until its next
   * attempt.
   */
  public boolean isDue(Path file) {
    if (unmoved.containsKey(file) && isMovedNow(file)) {
      return false;
    }
    return !isPausing()
        && (waitingFor == null || waitingFor.equals(file) || !Files.isReadable(waitingFor));
  }

  private boolean isPausing() {
    return isAhead(pausesUntil, LONGEST_PAUSE);
  }

  /**
   * Whether a time is still to come; not when it is further away than it was, by a clock set back.
   */
  private boolean isAhead(Instant time, Duration most) {
    Instant now = clock.instant();
    return now.isBefore(time) && !now.plus(most).isBefore(time);
  }

  /** What one door took and another did not comes again at the first with every attempt. */
  private void pause() {
    pause = pauses.calculateRedeliveryDelay(pause, 0);
    pausesUntil = clock.instant().plusMillis(pause);
  }

  /** True as well for a file that was taken and cannot be moved yet; false for another one. */
  private boolean isMovedNow(Path path) {
    TakenFile taken = unmoved.get(path);
    try {
      if (!FileState.of(path).equals(taken.state())) {
        unmoved.remove(path);
        staying.forget(path.toFile());
        return false;
      }
      boolean lastOne = Progress.begun(taken.inbox()).filter(path::equals).isPresent();
      taken.move();
      unmoved.remove(path);
      staying.forget(path.toFile());
      if (lastOne) { // and no other one is begun
        Progress.forget(taken.inbox());
      }
    } catch (IOException e) {
      // said when it was taken
    }
    return true;
  }

  @Override
  public void abort(
      GenericFileOperations<File> operations,
      GenericFileEndpoint<File> endpoint,
      Exchange exchange,
      GenericFile<File> file) {}

  @Override
  public void commit(
      GenericFileOperations<File> operations,
      GenericFileEndpoint<File> endpoint,
      Exchange exchange,
      GenericFile<File> file)
      throws IOException {
    FileReading reading = exchange.getProperty(FileReading.PROPERTY, FileReading.class);
    Optional<IllegalStateException> obstacle = reading.obstacle();
    if (obstacle.isPresent()) {
      giveBack(file, reading, obstacle.get());
      return;
    }
    waitingFor = null;
    pausesUntil = Instant.MIN;
    pause = 0;
    Path path = file.getFile().toPath();
    staying.forget(file.getFile());
    Path inbox = Path.of(endpoint.getConfiguration().getDirectory());
    if (Files.notExists(path)) {
      Progress.forget(inbox);
      LOG.atInfo().addKeyValue("file", file.getRelativeFilePath()).log("file taken; it is gone");
    } else if (!reading.isStillTheFile()) {
      staying.sayPassing(file, "it changed while it was taken; what is new of it is taken next");
    } else {
      finish(new TakenFile(path, inbox, reading.isBroken(), FileState.of(path)), file);
    }
  }

  private void finish(TakenFile taken, GenericFile<File> file) {
    try {
      taken.move();
      Progress.forget(taken.inbox());
    } catch (IOException e) {
      unmoved.put(taken.path(), taken);
      staying.say(
          file,
          String.format(
              "it was taken and cannot be moved; let this user write %s and %s: %s",
              taken.path().getParent(), taken.target(), e));
    }
  }

  @Override
  public void rollback(
      GenericFileOperations<File> operations,
      GenericFileEndpoint<File> endpoint,
      Exchange exchange,
      GenericFile<File> file) {
    giveBack(
        file,
        exchange.getProperty(FileReading.PROPERTY, FileReading.class),
        ExceptionUtils.getRootCause(exchange.getException()));
  }

  /**
   * @param reading null when it did not begin
   */
  private void giveBack(GenericFile<File> file, FileReading reading, Throwable failure) {
    waitingFor = file.getFile().toPath();
    if (reading != null) {
      reading.awaitDisk();
    }
    if (reading != null && reading.isTakenInPart()) {
      pause();
    }
    if (!(failure instanceof InterruptedIOException)) {
      staying.say(file, why(failure, file.getFile().toPath()));
    }
  }

  /** What is said of a file may be said of another, such as one of the spool. */
  private static String why(Throwable failure, Path file) {
    boolean its = failure instanceof FileSystemException of && file.toString().equals(of.getFile());
    if (its && failure instanceof AccessDeniedException) {
      return "this user may not read it; chmod or chown it";
    }
    if (its && failure instanceof NoSuchFileException) {
      return "it is not there any more";
    }
    return failure == null ? "no failure is known" : String.valueOf(failure.getMessage());
  }
}
