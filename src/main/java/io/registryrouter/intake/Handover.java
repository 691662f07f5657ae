package io.registryrouter.intake;

import io.registryrouter.event.RawBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What became of the events that a source handed over: how many were expected to leave, by which
 * doors they left, and when all that is on disk. A source acknowledges only what has no {@link
 * #obstacle}. Thread-safe, for a route may send to several destinations at once.
 */
public final class Handover {

  private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

  /** Exchange property that carries it. */
  public static final String PROPERTY = "handover";

  private final List<CompletableFuture<Void>> pending = new ArrayList<>();
  private final Set<Duplicates.Key> claimed = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> fsyncFailures = new HashMap<>();
  private RawBatch current;
  private boolean announced;
  private int batches;
  private int expected;
  private int accepted;
  private int deadLettered;
  private int suppressed;
  private final List<Runnable> onceOnDisk = new ArrayList<>();

  /** Why a door did not take its events; null while each did. */
  private Exception failure;

  private boolean confirmed;
  private int ignored;

  /**
   * Gives a route one batch, as an exchange of its source.
   *
   * @param outcome hears once what became of it, and why the source must not acknowledge; null when
   *     it may
   * @throws RuntimeException when no exchange can be made; then nothing is heard
   */
  public static void give(
      RawBatch batch, DefaultConsumer source, BiConsumer<Handover, Exception> outcome) {
    Handover handover = new Handover();
    Exchange exchange = source.createExchange(false);
    exchange.setProperty(PROPERTY, handover);
    exchange.getMessage().setBody(batch);
    AtomicBoolean through = new AtomicBoolean();
    Runnable end =
        () -> {
          Exception failure = handover.reasonToGiveBack(exchange);
          source.releaseExchange(exchange, false);
          outcome.accept(handover, failure);
        };
    try {
      source
          .getAsyncProcessor()
          .process(
              exchange,
              doneSync -> {
                if (!through.getAndSet(true)) {
                  end.run();
                }
              });
    } catch (RuntimeException | Error e) { // of the route, which is not through by itself then
      if (through.getAndSet(true)) {
        LOG.error("a route failed behind its end; what became of its batch stands", e);
      } else {
        exchange.setException(e);
        end.run();
      }
    }
  }

  /**
   * The one of the source whose events these are.
   *
   * @throws IllegalStateException when no source waits for them
   */
  public static Handover of(Exchange exchange) {
    Handover handover = exchange.getProperty(PROPERTY, Handover.class);
    if (handover == null) {
      throw new IllegalStateException(
          "no source waits for these events: `to: spool:…`, `deadLetter` and the steps of"
              + " routes/20-prepare.camel.yaml are for routes behind a source");
    }
    return handover;
  }

  /**
   * A batch begins its way through the routes.
   *
   * @throws IllegalStateException when its events were announced before
   */
  public synchronized void begin(RawBatch batch) {
    if (batch == current && announced) {
      throw new IllegalStateException(
          "a route in routes/ sends a batch through `decode`, `enrich` and `group` twice, which would"
              + " deliver its events twice",
          failure);
    }
    current = batch;
    announced = false;
  }

  /** Announces the events of a batch, which have to leave by some door. */
  public synchronized void expect(int events) {
    announced = true;
    batches++;
    expected += events;
    confirmed = false;
  }

  /** Events that are in a spool once {@code onDisk} completes. */
  public synchronized void accepted(int events, CompletableFuture<Void> onDisk) {
    accepted += events;
    pending.add(onDisk);
  }

  /**
   * How many fsyncs of a destination's log had failed when this source first brought something
   * there; more by now means that something of it may have been given back.
   *
   * @param now how many it is now
   */
  public synchronized int fsyncFailuresAtFirst(String destination, int now) {
    return fsyncFailures.computeIfAbsent(destination, first -> now);
  }

  /**
   * Events that came before and are left out.
   *
   * @param count counts them once what came with them is on disk; else they come again
   */
  public synchronized void suppressed(int events, Runnable count) {
    suppressed += events;
    onceOnDisk.add(count);
  }

  /** How many events were left out. */
  public synchronized int suppressed() {
    return suppressed;
  }

  /** What came along with events and is none; it needs no door. */
  public synchronized void ignored(int notifications) {
    ignored += notifications;
  }

  public synchronized int ignored() {
    return ignored;
  }

  /** What of these events will count as seen once it is on disk. */
  public Set<Duplicates.Key> claimed() {
    return claimed;
  }

  /** Anything else that has to be on disk: a further copy of events, a note of progress. */
  public synchronized void alsoOnDisk(CompletableFuture<Void> onDisk) {
    pending.add(onDisk);
  }

  /** Events that are among the dead letters once {@code onDisk} completes. */
  public synchronized void deadLettered(int events, CompletableFuture<Void> onDisk) {
    deadLettered += events;
    pending.add(onDisk);
  }

  /**
   * A door did not take its events. Nothing of this source is acknowledged any more, even when the
   * route goes on as if nothing had happened, as Camel's multicast does.
   */
  public synchronized void failed(Exception why) {
    failure = why;
    pending.add(CompletableFuture.failedFuture(why));
  }

  /** Whether a door did not take its events. */
  public synchronized boolean hasFailed() {
    return failure != null;
  }

  public synchronized int accepted() {
    return accepted;
  }

  public synchronized int deadLettered() {
    return deadLettered;
  }

  /** Why events left by no door, or by too many; empty when all left by one. */
  public synchronized Optional<IllegalStateException> stray() {
    int strayed = expected - accepted - deadLettered;
    if (strayed == 0) {
      return Optional.empty();
    }
    String why =
        strayed > 0
            ? strayed
                + " events left by no door: a route in routes/ ended without"
                + " `to: spool:…` or `to: direct:dead-letter`"
            : -strayed
                + " events are dead letters besides: a route in routes/ sends to"
                + " `direct:dead-letter` what it sends to `spool:…`, or there twice";
    return Optional.of(new IllegalStateException(why));
  }

  /** The route has waited until everything of this source is on disk. */
  public synchronized void confirm() {
    confirmed = true;
    onceOnDisk.forEach(Runnable::run);
    onceOnDisk.clear();
  }

  /**
   * Why the source must not acknowledge though its route ended without an exception, as one does
   * behind Camel's {@code stop}; empty when everything is on disk.
   *
   * @param announced how many batches have to have been, at least
   */
  public synchronized Optional<IllegalStateException> obstacle(int announced) {
    return confirmed && batches >= announced
        ? Optional.empty()
        : stray()
            .or(
                () ->
                    Optional.of(
                        new IllegalStateException(
                            "a route in routes/ ended before `process: { ref: durable }`, which"
                                + " waits for the disk; remove `stop` and `rollback`, and restore"
                                + " that step")));
  }

  /**
   * Why a source must not acknowledge its one batch; null when it may.
   *
   * @param through its route; a failure that the route has handled is one if events are left over
   */
  public Exception reasonToGiveBack(Exchange through) {
    if (through.getException() != null) {
      return through.getException();
    }
    Exception handled = through.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    Exception obstacle = obstacle(1).orElse(null);
    return obstacle == null || handled == null ? obstacle : handled;
  }

  /** Whether so many batches were announced, and all their events left by the doors they should. */
  public synchronized boolean isComplete(int announced) {
    return batches == announced && stray().isEmpty() && failure == null;
  }

  /**
   * Completes when everything handed over until now is on disk, exceptionally when it cannot be.
   */
  public synchronized CompletableFuture<Void> durable() {
    pending.removeIf(onDisk -> onDisk.isDone() && !onDisk.isCompletedExceptionally());
    return CompletableFuture.allOf(pending.toArray(CompletableFuture[]::new));
  }
}
