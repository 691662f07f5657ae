package io.registryrouter.event;

import io.registryrouter.config.EventPath;

/**
 * An event, or what was meant to be one, that could not go on.
 *
 * @param detail what was found, for people; cut off at 500 characters
 * @param path the path it came in by
 * @param line where it starts in its source, from 1; 0 when that is not known any more
 * @param offset the same in bytes after inflating
 * @param delivery where it could not be delivered to; null when it never came so far
 */
public record DeadLetter(
    Reason reason,
    String detail,
    EventPath path,
    Source source,
    long line,
    long offset,
    Original original,
    Delivery delivery) {

  private static final int MAX_DETAIL = 500;

  public DeadLetter {
    // A detail may quote the event; the event itself is kept in the original.
    detail = detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL) + "…";
  }

  /** What never came as far as a destination. */
  public DeadLetter(
      Reason reason,
      String detail,
      EventPath path,
      Source source,
      long line,
      long offset,
      Original original) {
    this(reason, detail, path, source, line, offset, original, null);
  }

  /**
   * A destination and its last word.
   *
   * @param status HTTP status; 0 when there was no answer
   * @param response beginning of the answer's body
   */
  public record Delivery(String destination, int status, String response) {}

  /** What came in, kept so that it can be looked at and, where it is whole, replayed. */
  public sealed interface Original {}

  /** A whole JSON object on one line. */
  public record Json(byte[] object) implements Original {}

  /** Bytes that are no JSON object, whole. */
  public record Raw(byte[] bytes) implements Original {}

  /**
   * The beginning of something too long to keep.
   *
   * @param size bytes in all
   * @param sha256 of all bytes, hexadecimal
   */
  public record Excerpt(byte[] head, long size, String sha256) implements Original {}
}
