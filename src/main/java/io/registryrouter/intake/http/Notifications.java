package io.registryrouter.intake.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.registryrouter.decode.Decoder;
import io.registryrouter.decode.ObjectParser;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.RawBatch;
import io.registryrouter.event.Reason;
import io.registryrouter.intake.cut.DeepValues;
import io.registryrouter.intake.cut.EventCutter;
import io.registryrouter.intake.cut.Originals;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Makes audit events of a registry's notifications: one event each, with the notification's own
 * bytes as {@code requestData.notification}.
 */
final class Notifications {

  private static final ObjectParser JSON = new ObjectParser();

  private final RawBatch envelope;
  private final byte[] readable;
  private final int start;
  private final int maxEvent;
  private final ByteArrayOutputStream events = new ByteArrayOutputStream();
  private final List<Integer> ends = new ArrayList<>();
  private final List<DeadLetter> deadLetters = new ArrayList<>();
  private int ignored;
  private int seen;
  private boolean hasEvents;

  private Notifications(RawBatch envelope, byte[] readable, int maxEvent) {
    this.envelope = envelope;
    this.readable = readable;
    this.start = envelope.start(0);
    this.maxEvent = maxEvent;
  }

  /**
   * @param envelope one JSON value, {@code {"events":[…]}}
   * @return a batch over a buffer of its own
   * @throws HttpProblem 413 when there are too many
   */
  static RawBatch toEvents(RawBatch envelope, int maxEvent) throws HttpProblem {
    byte[] body = envelope.buffer();
    int end = envelope.end(0);
    byte[] readable = DeepValues.replaced(body, envelope.start(0), end);
    Notifications all = new Notifications(envelope, readable, maxEvent);
    Optional<String> unreadable = JSON.parse(readable, all.start, end, all::members);
    if (unreadable.isPresent()) {
      Notifications nothing = new Notifications(envelope, readable, maxEvent);
      nothing.dead(Reason.MALFORMED, unreadable.get(), Originals.raw(body, all.start, end));
      return nothing.batch();
    }
    if (all.seen > EventCutter.MAX_EVENTS_IN_MEMORY) {
      throw RequestBody.tooMany();
    }
    if (!all.hasEvents) {
      all.dead(
          Reason.NOT_A_REGISTRY_EVENT,
          "no array \"events\": no envelope of registry notifications",
          Originals.object(body, all.start, end));
    }
    RawBatch batch = all.batch();
    batch.markFromEnvelope();
    return batch;
  }

  private RawBatch batch() {
    RawBatch batch = new RawBatch(envelope.path(), envelope.source(), events.toByteArray());
    batch.ignore(ignored);
    deadLetters.forEach(batch::add);
    int from = 0;
    for (int end : ends) {
      batch.add(from, end, envelope.line(0), from);
      from = end;
    }
    return batch;
  }

  private void members(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean wanted = parser.currentName().equals("events");
      boolean array = parser.nextToken() == JsonToken.START_ARRAY;
      if (wanted) {
        forget();
        hasEvents = array;
      }
      if (wanted && array) {
        elements(parser);
      } else {
        parser.skipChildren();
      }
    }
  }

  /** Of duplicate keys the last wins. */
  private void forget() {
    events.reset();
    ends.clear();
    deadLetters.clear();
    ignored = 0;
    seen = 0;
  }

  private void elements(JsonParser parser) throws IOException {
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      int from = start + (int) parser.currentTokenLocation().getByteOffset();
      Notification notification = null;
      if (token == JsonToken.START_OBJECT) {
        notification = Notification.read(parser);
      } else {
        parser.skipChildren();
        parser.finishToken();
      }
      int to = start + (int) parser.currentLocation().getByteOffset();
      if (++seen > EventCutter.MAX_EVENTS_IN_MEMORY) {
        continue; // the rest is only validated, all of it is refused
      }
      if (notification == null) {
        String detail = "a JSON " + ObjectParser.kind(token) + ", not an object, among \"events\"";
        dead(Reason.MALFORMED, detail, Originals.raw(bytes(), from, to));
      } else if (!Arrays.equals(bytes(), from, to, readable, from, to)) {
        // an envelope is as deep around it as its event would be
        String detail = "as an event nested deeper than " + Decoder.MAX_NESTING + " levels";
        dead(Reason.MALFORMED, detail, Originals.raw(bytes(), from, to));
      } else {
        take(notification, from, to);
      }
    }
  }

  private void take(Notification notification, int from, int to) throws IOException {
    Notification.Meaning meaning = notification.meaning();
    if (meaning instanceof Notification.Meaning.Ignored) {
      ignored++;
    } else if (meaning instanceof Notification.Meaning.Unknown unknown) {
      dead(Reason.NOT_A_REGISTRY_EVENT, unknown.why(), Originals.object(bytes(), from, to));
    } else if (meaning instanceof Notification.Meaning.Audited audited) {
      byte[] event = NotificationEvent.write(notification, audited.action(), bytes(), from, to);
      if (event.length > maxEvent) {
        String detail = "as an event " + Originals.tooLarge(event.length, maxEvent);
        dead(Reason.TOO_LARGE, detail, Originals.excerpt(bytes(), from, to));
      } else {
        events.writeBytes(event);
        ends.add(events.size());
      }
    }
  }

  private byte[] bytes() {
    return envelope.buffer();
  }

  private void dead(Reason reason, String detail, DeadLetter.Original original) {
    deadLetters.add(envelope.deadLetter(0, reason, detail, original));
  }
}
