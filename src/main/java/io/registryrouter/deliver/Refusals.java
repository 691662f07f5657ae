package io.registryrouter.deliver;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Finds the events that a destination refuses: a refused range is halved until the offending event
 * is alone. For one such event among n that takes at most 2·⌈log₂ n⌉ further requests. Used by one
 * thread.
 */
final class Refusals {

  /**
   * After so many single events refused in a row, the destination is at fault and not the events.
   */
  private static final int SUSPECT_AFTER = 10;

  /** Ends of refused ranges that are not through yet, the innermost first. */
  private final Deque<Long> ends = new ArrayDeque<>();

  private int half = Integer.MAX_VALUE;
  private int inARow;

  /** Further ones, by replies that were remembered. */
  private int answered;

  /**
   * @param inARow single events that were refused by runs before
   */
  Refusals(int inARow) {
    this.inARow = inARow;
  }

  /** Single events refused since one was accepted; what was answered before is not kept. */
  int inARow() {
    return inARow;
  }

  /** What to do with a refused range. */
  enum Verdict {
    HALVE,
    DEAD_LETTER,
    SUSPECT
  }

  /** The range up to {@code to} with so many events was refused; it is not done with yet. */
  Verdict refused(long to, int events) {
    if (events > 1) {
      ends.push(to);
      half = (events + 1) / 2;
      return Verdict.HALVE;
    }
    return areSuspect() ? Verdict.SUSPECT : Verdict.DEAD_LETTER;
  }

  /** Whether the next single event to be refused is kept, and tried again. */
  boolean areSuspect() {
    return inARow + answered >= SUSPECT_AFTER;
  }

  /**
   * A single event that was refused is a dead letter now.
   *
   * @param answeredBefore whether it was refused by a reply that was remembered
   */
  void deadLettered(boolean answeredBefore) {
    if (answeredBefore) {
      answered++;
    } else {
      inARow++;
    }
  }

  /** The destination takes events. */
  void accepted() {
    inARow = 0;
    answered = 0;
  }

  /** It took one by a reply that was remembered, which says nothing of what it refused since. */
  void acceptedBefore() {
    answered = 0;
  }

  /** The range up to {@code to} is done with, whatever became of it. */
  void passed(long to) {
    half = Integer.MAX_VALUE;
    while (!ends.isEmpty() && ends.peek() <= to) {
      ends.pop();
    }
  }

  /** Where the next range must end at the latest: a refused range is gone through by itself. */
  long limit() {
    return ends.isEmpty() ? Long.MAX_VALUE : ends.peek();
  }

  /** How many events the next range may have. */
  int events() {
    return half;
  }
}
