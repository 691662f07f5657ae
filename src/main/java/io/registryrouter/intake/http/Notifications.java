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
  private final RequestBody.Budget budget;
  private final List<Integer> ends = new ArrayList<>();
  private final List<DeadLetter> deadLetters = new ArrayList<>();
  private int ignored;
  private int seen;
  private boolean hasEvents;

  private byte[] events = new byte[0];
  private int end;

  /** Why nothing of it is taken; the rest is only validated then. */
  private Optional<HttpProblem> refusal = Optional.empty();

  private Notifications(
      RawBatch envelope, byte[] readable, int maxEvent, RequestBody.Budget budget) {
    this.envelope = envelope;
    this.readable = readable;
    this.start = envelope.start(0);
    this.maxEvent = maxEvent;
    this.budget = budget;
  }

  /**
   * @param envelope one JSON value, {@code {"events":[…]}}
   * @param budget charged with what their buffer is larger than that of the envelope, which is
   *     charged already and not needed any more behind it
   * @return a batch over a buffer of its own
   * @throws HttpProblem 413 when there are too many; or the budget's
   */
  static RawBatch toEvents(RawBatch envelope, int maxEvent, RequestBody.Budget budget)
      throws HttpProblem {
    byte[] body = envelope.buffer();
    int end = envelope.end(0);
    byte[] readable = DeepValues.replaced(body, envelope.start(0), end);
    Notifications all = new Notifications(envelope, readable, maxEvent, budget);
    Optional<String> unreadable = JSON.parse(readable, all.start, end, all::members);
    if (unreadable.isPresent()) {
      Notifications nothing = new Notifications(envelope, readable, maxEvent, budget);
      nothing.dead(Reason.MALFORMED, unreadable.get(), Originals.raw(body, all.start, end));
      return nothing.batch();
    }
    if (all.refusal.isPresent()) {
      throw all.refusal.get();
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
    RawBatch batch = new RawBatch(envelope.path(), envelope.source(), events);
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
    end = 0;
    ends.clear();
    deadLetters.clear();
    ignored = 0;
    seen = 0;
    refusal = Optional.empty();
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
        refusal = Optional.of(RequestBody.tooMany());
      }
      if (refusal.isPresent()) {
        continue;
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
      Measured event = new Measured(maxEvent);
      NotificationEvent.write(notification, audited.action(), bytes(), from, to, event);
      if (event.whole > maxEvent) {
        String detail = "as an event " + Originals.tooLarge(event.whole, maxEvent);
        dead(Reason.TOO_LARGE, detail, Originals.excerpt(bytes(), from, to));
      } else {
        keep(event);
      }
    }
  }

  private void keep(Measured event) {
    try {
      makeRoom(event.size());
      event.copyTo(events, end);
      end += event.size();
      ends.add(end);
    } catch (HttpProblem problem) {
      refusal = Optional.of(problem);
    }
  }

  /** By a quarter: there is not the memory for one that is twice as large beside the old one. */
  private void makeRoom(int more) throws HttpProblem {
    int needed = end + more;
    if (needed > events.length) {
      int before = Math.max(events.length, bytes().length);
      int room = Math.max(needed, before + before / 4);
      budget.add(room - before);
      events = Arrays.copyOf(events, room);
    }
  }

  /** Keeps no more than it has to, however much comes. */
  private static final class Measured extends ByteArrayOutputStream {

    private final int max;
    private long whole;

    Measured(int max) {
      this.max = max;
    }

    @Override
    public synchronized void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
      whole += length;
      if (whole <= max) {
        super.write(bytes, from, length);
      }
    }

    synchronized void copyTo(byte[] buffer, int at) {
      System.arraycopy(buf, 0, buffer, at, count);
    }
  }

  private byte[] bytes() {
    return envelope.buffer();
  }

  private void dead(Reason reason, String detail, DeadLetter.Original original) {
    deadLetters.add(envelope.deadLetter(0, reason, detail, original));
  }
}
