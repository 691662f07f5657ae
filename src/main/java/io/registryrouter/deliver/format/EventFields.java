package io.registryrouter.deliver.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.registryrouter.decode.EventParsers;
import io.registryrouter.enrich.EventTime;
import io.registryrouter.spool.Slice;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a format needs to know of an enriched event, picked in one pass of a streaming parser. A
 * field is null when it is absent, no string, or not wanted. Of duplicate keys the last wins. In a
 * wrapped event, one with no string {@code action} at the top and an object {@code payload}, the
 * fields are those inside {@code payload}.
 */
final class EventFields {

  /** CADF names, and the registry's domain from the router's own enrichment. */
  enum Field {
    ACTION,
    SEVERITY,
    EVENT_TIME,
    ID,
    TARGET_NAME,
    DOMAIN
  }

  private static final EventParsers PARSERS = new EventParsers();

  private final Set<Field> wanted;
  private final Map<Field, String> top = new EnumMap<>(Field.class);
  private Map<Field, String> payload;
  private boolean flat;

  private EventFields(Set<Field> wanted) {
    this.wanted = wanted;
  }

  /** Of the event whose bytes stand in the buffer from {@code start} to {@code end}. */
  static EventFields of(byte[] buffer, int start, int end, Set<Field> wanted) throws IOException {
    EventFields fields = new EventFields(wanted);
    try (JsonParser parser = PARSERS.parser(buffer, start, end)) {
      parser.nextToken();
      fields.pick(parser);
    }
    return fields;
  }

  String get(Field field) {
    boolean wrapped = !flat && payload != null && field != Field.DOMAIN;
    String inside = wrapped ? payload.get(field) : null;
    return inside != null || (wrapped && field != Field.ID) ? inside : top.get(field);
  }

  /** When it happened; empty when there is no valid {@code eventTime}. */
  Optional<Instant> time() {
    return EventTime.parse(get(Field.EVENT_TIME));
  }

  /** The same, or else when it arrived, of the event that starts at an index of the slice. */
  Instant time(Slice slice, int start) throws IOException {
    Optional<Instant> said = time();
    return said.isPresent() ? said.get() : slice.arrived(start);
  }

  private void pick(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (name) {
        case "payload" -> payload = level(parser, value);
        case "enrichment" -> member(parser, value, "registryDomain", Field.DOMAIN, top);
        default -> {
          flat = name.equals("action") ? value == JsonToken.VALUE_STRING : flat;
          field(parser, name, value, top);
        }
      }
    }
  }

  private Map<Field, String> level(JsonParser parser, JsonToken value) throws IOException {
    if (value != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return null;
    }
    Map<Field, String> level = new EnumMap<>(Field.class);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      field(parser, name, parser.nextToken(), level);
    }
    return level;
  }

  private void field(JsonParser parser, String name, JsonToken value, Map<Field, String> level)
      throws IOException {
    switch (name) {
      case "action" -> note(parser, value, Field.ACTION, level);
      case "severity" -> note(parser, value, Field.SEVERITY, level);
      case "eventTime" -> note(parser, value, Field.EVENT_TIME, level);
      case "id" -> note(parser, value, Field.ID, level);
      case "target" -> member(parser, value, "name", Field.TARGET_NAME, level);
      default -> parser.skipChildren();
    }
  }

  /** Notes one member of an object. */
  private void member(
      JsonParser parser, JsonToken value, String member, Field field, Map<Field, String> level)
      throws IOException {
    level.remove(field);
    if (value != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean named = parser.currentName().equals(member);
      JsonToken inside = parser.nextToken();
      if (named) {
        note(parser, inside, field, level);
      } else {
        parser.skipChildren();
      }
    }
  }

  private void note(JsonParser parser, JsonToken value, Field field, Map<Field, String> level)
      throws IOException {
    boolean text = value == JsonToken.VALUE_STRING && wanted.contains(field);
    level.put(field, text ? parser.getText() : null);
    parser.skipChildren();
  }
}
