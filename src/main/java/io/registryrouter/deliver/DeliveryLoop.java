package io.registryrouter.deliver;

import io.registryrouter.config.DestinationSettings;
import io.registryrouter.config.Units;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.Reason;
import io.registryrouter.observe.Attempts;
import io.registryrouter.observe.Balance;
import io.registryrouter.observe.DeliveryStatus;
import io.registryrouter.spool.AnsweredLines;
import io.registryrouter.spool.IndexEntry;
import io.registryrouter.spool.Slice;
import io.registryrouter.spool.Undelivered;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Takes one destination's log forward: one slice after the other, one at a time. Delivered moves
 * the cursor, retry leaves it where it is, a refused slice is halved until the offending event is
 * alone and goes to the dead letters, one that was stored in part is taken apart. Used by one
 * thread.
 */
final class DeliveryLoop {

  private static final Logger LOG = LoggerFactory.getLogger(DeliveryLoop.class);
  private static final Duration LOOK_UP = Duration.ofSeconds(1);

  private final Undelivered undelivered;
  private final DestinationSettings settings;
  private final Sender sender;
  private final DeadLetterChannel deadLetters;
  private final Balance balance;
  private final Attempts attempts;
  private final DeliveryStatus status;
  private final Ages ages;
  private final BodyLimit limit;
  private final Refusals refusals;
  private final Setbacks setbacks;
  private byte[] buffer = new byte[0];
  private String lastFault = "";

  /** Of the event that is to be a dead letter; a crash forgets it. */
  private Refusal refusal = new Refusal(-1, "");

  /** What a destination said of the event at an offset. */
  private record Refusal(long from, String response) {}

  /** Sends a slice down the route. */
  @FunctionalInterface
  interface Sender {
    Outcome send(Slice slice);
  }

  /** Takes dead letters; when it returns they are on disk. */
  @FunctionalInterface
  interface DeadLetterChannel {
    void accept(List<DeadLetter> deadLetters) throws IOException;
  }

  DeliveryLoop(
      Undelivered undelivered,
      DestinationSettings settings,
      Sender sender,
      DeadLetterChannel deadLetters,
      Balance balance,
      DeliveryStatus status,
      Clock clock,
      Ages ages) {
    this.undelivered = undelivered;
    this.settings = settings;
    this.sender = sender;
    this.deadLetters = deadLetters;
    this.balance = balance;
    this.attempts = balance.attempts(settings.name());
    this.status = status;
    this.ages = ages;
    this.limit = new BodyLimit(settings);
    this.refusals = new Refusals(undelivered.refusedInARow());
    this.setbacks = new Setbacks(settings, status, clock);
  }

  /**
   * One attempt, or a while of waiting for something to deliver.
   *
   * @return how long to pause before the next, in milliseconds
   */
  long step() throws InterruptedException {
    try {
      ages.look();
      if (undelivered.moveOn()) {
        return 0;
      }
      if (status.trouble() != null && undelivered.size() == 0) {
        setbacks.overForWantOfEvents();
      }
      if (!undelivered.awaitEvents(LOOK_UP)) {
        return 0;
      }
      if (undelivered.answer().isPresent()) {
        return settle(0);
      }
      if (!isFull()) {
        undelivered.awaitBytes(settings.batchBytes(), settings.linger());
      }
      return deliver(limit.cut(next(), undelivered.isBegun()));
    } catch (IOException e) {
      return retry(new Outcome.Retry("the router's own disk: " + e));
    } catch (RuntimeException | Error e) { // such as want of direct memory; the thread goes on
      sayWhere(e);
      return retry(new Outcome.Retry("the router itself: " + e));
    }
  }

  /** Once, until it is another one. */
  private void sayWhere(Throwable fault) {
    if (!fault.toString().equals(lastFault)) {
      lastFault = fault.toString();
      LOG.atError()
          .addKeyValue("destination", settings.name())
          .setCause(fault)
          .log("a fault of the router keeps events from being delivered");
    }
  }

  /** Whether the next request is as large as it can become, or is a part of an earlier one. */
  private boolean isFull() {
    return undelivered.isBegun()
        || undelivered.isAnsweredInPart()
        || refusals.limit() < Long.MAX_VALUE
        || undelivered.size() >= settings.batchEvents();
  }

  private Slice next() throws IOException {
    int events = Math.min(settings.batchEvents(), refusals.events());
    Slice slice = undelivered.next(settings.batchBytes(), events, refusals.limit(), buffer);
    buffer = slice.buffer();
    return slice;
  }

  private long deliver(Slice slice) throws IOException {
    if (setbacks.any() && status.trouble() != null && expire(slice)) {
      return settle(0);
    }
    Optional<String> objection = limit.objection(slice);
    if (objection.isPresent()) {
      deadLetter(slice, Reason.REJECTED, objection.get(), noAnswer());
      done(slice, () -> {});
      return 0;
    }
    undelivered.begin(slice);
    return conclude(slice, attempt(slice));
  }

  private Outcome attempt(Slice slice) {
    long begin = System.nanoTime();
    Outcome outcome = sender.send(slice);
    attempts.ended(result(outcome, slice), Duration.ofNanos(System.nanoTime() - begin));
    return outcome;
  }

  private Attempts.Result result(Outcome outcome, Slice slice) {
    if (outcome instanceof Outcome.Partly partly) {
      boolean all = !partly.statuses().contains(AnsweredLines.STORED);
      return all && refusals.areSuspect() ? Attempts.Result.RETRY : Attempts.Result.PARTLY;
    }
    if (outcome instanceof Outcome.Reject) {
      boolean alone = slice.events() == 1;
      return alone && refusals.areSuspect() ? Attempts.Result.RETRY : Attempts.Result.REJECTED;
    }
    return outcome instanceof Outcome.Retry ? Attempts.Result.RETRY : Attempts.Result.DELIVERED;
  }

  /**
   * Goes on over events whose answer is known.
   *
   * @param justNow offset up to which the destination has answered right now; what is behind it was
   *     answered before, and says nothing of how the destination is doing
   */
  private long settle(long justNow) throws IOException {
    long wait = 0;
    OptionalInt answer = undelivered.answer();
    while (wait == 0 && answer.isPresent()) {
      Slice slice = next();
      wait = settle(slice, answer.getAsInt(), slice.from() < justNow);
      answer = undelivered.answer();
    }
    return wait;
  }

  private long settle(Slice slice, int answer, boolean justNow) throws IOException {
    if (answer == AnsweredLines.EXPIRED) {
      expired(slice);
      return 0;
    }
    if (answer == AnsweredLines.STORED && !justNow) {
      refusals.acceptedBefore();
      done(slice, () -> count(slice.events()));
      return 0;
    }
    Outcome outcome = Reply.classifyLine(answer);
    if (outcome instanceof Outcome.Reject reject) {
      return refused(slice, reject, !justNow);
    }
    return conclude(slice, outcome);
  }

  private void expired(Slice slice) throws IOException {
    String late =
        String.format(
            "not delivered to %s within %s (expire-after)",
            settings.name(), Units.text(settings.expireAfter()));
    String last = status.trouble() == null ? "" : "; last: " + status.trouble().why();
    deadLetter(slice, Reason.EXPIRED, late + last, noAnswer());
    done(slice, () -> {});
  }

  private long conclude(Slice slice, Outcome outcome) throws IOException {
    if (outcome instanceof Outcome.Partly partly) {
      undelivered.answered(slice, partly.statuses().stream().map(DeliveryLoop::answer).toList());
      long wait = settle(slice.to());
      return wait > 0 ? wait : partly.again().map(this::retry).orElse(0L);
    }
    if (outcome instanceof Outcome.Retry retry) {
      return retry(retry);
    }
    if (outcome instanceof Outcome.Reject reject) {
      return refused(slice, reject, false);
    }
    refusals.accepted();
    done(
        slice,
        () -> {
          setbacks.over();
          count(slice.events());
        });
    return 0;
  }

  private void count(int delivered) {
    balance.delivered(settings.name(), delivered);
    status.delivered(delivered);
  }

  private static int answer(int status) {
    return Reply.classifyLine(status) instanceof Outcome.Retry ? AnsweredLines.AGAIN : status;
  }

  private long refused(Slice slice, Outcome.Reject reject, boolean answeredBefore)
      throws IOException {
    String why = "HTTP status " + reject.status();
    switch (refusals.refused(slice.to(), slice.events())) {
      case HALVE -> undelivered.release();
      case DEAD_LETTER -> {
        if (undelivered.answer().isEmpty()) {
          // after a crash it dies again, and is not delivered as well
          undelivered.answered(slice, List.of(reject.status()));
          refusal = new Refusal(slice.from(), reject.response());
        }
        String said = refusal.from() == slice.from() ? refusal.response() : reject.response();
        deadLetter(
            slice,
            Reason.REJECTED,
            settings.name() + " refused it with " + why,
            new DeadLetter.Delivery(settings.name(), reject.status(), said));
        refusals.deadLettered(answeredBefore);
        done(slice, () -> {});
        if (!answeredBefore) {
          setbacks.over();
        }
      }
      case SUSPECT -> {
        undelivered.doubtRefusals();
        return setbacks.failed(
            Outcome.Retry.untilMended(
                why + " for every single event: the destination is at fault, not the events"),
            Level.ERROR);
      }
    }
    return 0;
  }

  /**
   * In trouble, what has become too old goes to the dead letters; true when something does. That is
   * noted first: after a crash it does so again, and is not delivered as well.
   */
  private boolean expire(Slice slice) throws IOException {
    IndexEntry append;
    Instant at;
    try {
      append = undelivered.nextAppend();
      at = append.arrived();
    } catch (IOException e) { // its index is damaged; the events are not
      LOG.debug("nobody knows how long {} has waited", settings.name(), e);
      return false;
    }
    if (!ages.hasWaited(at, settings.expireAfter())) {
      return false;
    }
    Slice expired = slice.upTo(append.end());
    undelivered.answered(expired, Collections.nCopies(expired.events(), AnsweredLines.EXPIRED));
    return true;
  }

  private DeadLetter.Delivery noAnswer() {
    return new DeadLetter.Delivery(settings.name(), 0, "");
  }

  private void deadLetter(Slice slice, Reason reason, String detail, DeadLetter.Delivery delivery)
      throws IOException {
    deadLetters.accept(SpooledEvents.deadLetters(slice, origin(slice), reason, detail, delivery));
  }

  private IndexEntry origin(Slice slice) {
    try {
      return undelivered.nextAppend();
    } catch (IOException e) { // its index is damaged; the events are not
      LOG.atWarn()
          .addKeyValue("destination", settings.name())
          .addKeyValue("error", e.toString())
          .log("where a dead letter came from is not known any more");
      return SpooledEvents.unnamed(slice);
    }
  }

  private void done(Slice slice, Runnable count) throws IOException {
    refusals.passed(slice.to());
    undelivered.done(slice, refusals.inARow(), count);
  }

  private long retry(Outcome.Retry retry) {
    return setbacks.failed(retry, Level.WARN);
  }
}
