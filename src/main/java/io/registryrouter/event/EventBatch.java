package io.registryrouter.event;

import io.registryrouter.config.EventPath;
import java.util.Arrays;
import java.util.List;

/**
 * Decoded events of one source over their common buffer, and what was no event.
 *
 * @param path the path they came in by
 * @param deadLetters what cannot go on; later stages add theirs
 */
public record EventBatch(
    EventPath path,
    Source source,
    byte[] buffer,
    List<Event> events,
    List<DeadLetter> deadLetters) {

  /** One of its events as a dead letter, with its original bytes. */
  public DeadLetter deadLetter(Event event, Reason reason, String detail) {
    byte[] original = Arrays.copyOfRange(buffer, event.start(), event.end());
    return new DeadLetter(
        reason, detail, path, source, event.line(), event.offset(), new DeadLetter.Json(original));
  }
}
