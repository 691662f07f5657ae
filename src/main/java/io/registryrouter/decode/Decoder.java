package io.registryrouter.decode;

import io.registryrouter.config.Action;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.Event;
import io.registryrouter.event.EventBatch;
import io.registryrouter.event.RawBatch;
import io.registryrouter.event.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Bytes to events. Each event is validated as a whole (RFC 8259, strict UTF-8) in one pass of a
 * streaming reader that picks the fields of {@link Event.Fields} and builds nothing else. What is
 * no registry event becomes a dead letter and never stops the rest. Thread-safe.
 */
public final class Decoder {

  /** How deep objects and arrays may be nested. */
  public static final int MAX_NESTING = 1000;

  private final ObjectParser json = new ObjectParser();

  public EventBatch decode(RawBatch raw) {
    PlainReader plain = new PlainReader();
    List<Event> events = new ArrayList<>(raw.size());
    List<DeadLetter> deadLetters = new ArrayList<>(raw.deadLetters());
    for (int i = 0; i < raw.size(); i++) {
      try {
        events.add(decode(raw, i, plain));
      } catch (NoEventException e) {
        deadLetters.add(deadLetter(raw, i, e));
      }
    }
    return new EventBatch(raw.path(), raw.source(), raw.buffer(), events, deadLetters);
  }

  private Event decode(RawBatch raw, int i, PlainReader plain) throws NoEventException {
    byte[] buffer = raw.buffer();
    int start = raw.start(i);
    int end = raw.end(i);
    FieldPicker picker = new FieldPicker(buffer, start, end);
    if (!plain.read(buffer, start, end, picker)) {
      picker = readAny(buffer, start, end);
      Bytes.toOneLine(buffer, start, end);
    } else if (!plain.isOneLine()) {
      Bytes.toOneLine(buffer, start, end);
    }
    Event.Fields fields = picker.fields();
    requireRegistryAction(fields);
    return new Event(start, end, raw.line(i), raw.offset(i), fields, picker.cuts());
  }

  private FieldPicker readAny(byte[] buffer, int start, int end) throws NoEventException {
    FieldPicker picker = new FieldPicker(buffer, start, end);
    Optional<String> malformed =
        json.parse(buffer, start, end, parser -> picker.pick(new JacksonReader(parser, start)));
    if (malformed.isPresent()) {
      throw new NoEventException(Reason.MALFORMED, malformed.get());
    }
    return picker;
  }

  private static void requireRegistryAction(Event.Fields fields) throws NoEventException {
    if (fields.action() == null) {
      throw new NoEventException(
          Reason.NOT_A_REGISTRY_EVENT, "no string \"action\" at the top or in \"payload\"");
    }
    if (!fields.action().startsWith(Action.SERVICE)) {
      throw new NoEventException(
          Reason.NOT_A_REGISTRY_EVENT,
          "action \"" + fields.action() + "\" does not start with " + Action.SERVICE);
    }
  }

  /** A malformed original is kept as it came, an object that is no event on one line. */
  private static DeadLetter deadLetter(RawBatch raw, int i, NoEventException e) {
    byte[] bytes = Arrays.copyOfRange(raw.buffer(), raw.start(i), raw.end(i));
    DeadLetter.Original original =
        e.reason == Reason.MALFORMED ? new DeadLetter.Raw(bytes) : new DeadLetter.Json(bytes);
    return raw.deadLetter(i, e.reason, e.getMessage(), original);
  }

  /** Ends the look at one event; carries no stack trace, bad input is nothing exceptional. */
  private static final class NoEventException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    NoEventException(Reason reason, String detail) {
      super(detail, null, false, false);
      this.reason = reason;
    }
  }
}
