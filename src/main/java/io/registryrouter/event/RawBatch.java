package io.registryrouter.event;

import io.registryrouter.config.EventPath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Bytes cut into events, not yet looked into. The buffer is used again for the next batch of the
 * same source, so a batch is done with before the next one is asked for.
 */
public final class RawBatch {

  /** Events that it has room for before it grows: a request may bring a single one. */
  private static final int FIRST_SIZE = 8;

  private final EventPath path;
  private final Source source;
  private final byte[] buffer;
  private final List<DeadLetter> deadLetters = new ArrayList<>();
  private int[] starts = new int[FIRST_SIZE];
  private int[] ends = new int[FIRST_SIZE];
  private long[] lines = new long[FIRST_SIZE];
  private long[] offsets = new long[FIRST_SIZE];
  private int size;
  private String broken;
  private boolean fromEnvelope;
  private int ignored;

  public RawBatch(EventPath path, Source source, byte[] buffer) {
    this.path = path;
    this.source = source;
    this.buffer = buffer;
  }

  public void add(int start, int end, long line, long offset) {
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, size * 2);
      ends = Arrays.copyOf(ends, size * 2);
      lines = Arrays.copyOf(lines, size * 2);
      offsets = Arrays.copyOf(offsets, size * 2);
    }
    starts[size] = start;
    ends[size] = end;
    offsets[size] = offset;
    lines[size++] = line;
  }

  public void add(DeadLetter deadLetter) {
    deadLetters.add(deadLetter);
  }

  /** What is no event, where event {@code i} stands, which goes no further. */
  public DeadLetter deadLetter(int i, Reason reason, String detail, DeadLetter.Original original) {
    return new DeadLetter(reason, detail, path, source, lines[i], offsets[i], original);
  }

  public void markBroken(String detail) {
    broken = detail;
  }

  public void markFromEnvelope() {
    fromEnvelope = true;
  }

  public void ignore(int notifications) {
    ignored += notifications;
  }

  /** Index in the buffer after the last event. */
  public int endOfLast() {
    return size == 0 ? 0 : ends[size - 1];
  }

  public EventPath path() {
    return path;
  }

  public Source source() {
    return source;
  }

  public byte[] buffer() {
    return buffer;
  }

  public int size() {
    return size;
  }

  /** Index in the buffer of the first byte of event {@code i}. */
  public int start(int i) {
    return starts[i];
  }

  /** Index in the buffer after the last byte of event {@code i}. */
  public int end(int i) {
    return ends[i];
  }

  /** Line of the source in which event {@code i} starts, from 1. */
  public long line(int i) {
    return lines[i];
  }

  /** Where event {@code i} starts in its source, in bytes after inflating. */
  public long offset(int i) {
    return offsets[i];
  }

  /** What was too long to be looked into, and what followed a break. */
  public List<DeadLetter> deadLetters() {
    return deadLetters;
  }

  /** Why the source could not be read to its end; empty when it could. */
  public Optional<String> broken() {
    return Optional.ofNullable(broken);
  }

  /**
   * True when the events came inside a JSON object that could be read; what is wrong in there is a
   * dead letter, not a request that cannot be read.
   */
  public boolean isFromEnvelope() {
    return fromEnvelope;
  }

  /** How many were left out because they are no audit events, and need not be. */
  public int ignored() {
    return ignored;
  }

  public boolean isEmpty() {
    return size == 0 && deadLetters.isEmpty();
  }
}
