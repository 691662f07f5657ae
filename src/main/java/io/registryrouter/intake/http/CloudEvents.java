package io.registryrouter.intake.http;

import io.registryrouter.decode.ObjectParser;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.RawBatch;
import io.registryrouter.event.Reason;
import io.registryrouter.intake.cut.Originals;
import java.util.Optional;

/** Takes events out of their CloudEvents, byte for byte. */
final class CloudEvents {

  private static final ObjectParser JSON = new ObjectParser(1);

  private final RawBatch envelopes;
  private final RawBatch events;
  private final int maxEvent;

  private CloudEvents(RawBatch envelopes, int maxEvent) {
    this.envelopes = envelopes;
    this.events = new RawBatch(envelopes.path(), envelopes.source(), envelopes.buffer());
    this.maxEvent = maxEvent;
  }

  /**
   * @param envelopes CloudEvents; their buffer becomes that of the events and may be written to
   * @return the event of each, and as dead letters the CloudEvents that hold none
   */
  static RawBatch unwrap(RawBatch envelopes, int maxEvent) {
    CloudEvents all = new CloudEvents(envelopes, maxEvent);
    for (int i = 0; i < envelopes.size(); i++) {
      all.unwrap(i);
    }
    return all.events;
  }

  private void unwrap(int i) {
    byte[] buffer = envelopes.buffer();
    int start = envelopes.start(i);
    int end = envelopes.end(i);
    CloudEvent envelope = new CloudEvent(buffer, start, maxEvent);
    Optional<String> unreadable = JSON.parse(buffer, start, end, envelope::members);
    if (unreadable.isPresent()) {
      dead(i, Reason.MALFORMED, unreadable.get(), Originals.raw(buffer, start, end));
      return;
    }
    events.markFromEnvelope();
    String fault = envelope.fault();
    if (fault != null) {
      dead(i, Reason.MALFORMED, "a CloudEvent with " + fault, Originals.object(buffer, start, end));
      return;
    }
    envelope.place();
    event(i, envelope.eventStart(), envelope.eventEnd());
  }

  private void event(int i, int start, int end) {
    if (end - start > maxEvent) {
      String detail = Originals.tooLarge(end - start, maxEvent);
      dead(i, Reason.TOO_LARGE, detail, Originals.excerpt(envelopes.buffer(), start, end));
    } else {
      events.add(start, end, envelopes.line(i), start);
    }
  }

  private void dead(int i, Reason reason, String detail, DeadLetter.Original original) {
    events.add(envelopes.deadLetter(i, reason, detail, original));
  }
}
