package io.registryrouter.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;

/** Streaming parsers for the bytes of events, which come from outside. Thread-safe. */
public final class EventParsers {

  /**
   * A factory keeps the names that its parsers saw, and gives them to the next ones. Larger events
   * get one of their own, so that long names, which the outside decides, do not fill the memory.
   */
  private static final int SMALL_EVENT = 8 * 1024;

  private final int nesting;
  private final JsonFactory small;

  public EventParsers() {
    this(Decoder.MAX_NESTING);
  }

  /**
   * @param nesting how deep objects and arrays may be nested
   */
  EventParsers(int nesting) {
    this.nesting = nesting;
    this.small = factory();
  }

  private JsonFactory factory() {
    return JsonFactory.builder()
        // Events are UTF-8; guessing another encoding would corrupt them.
        .disable(JsonFactory.Feature.CHARSET_DETECTION)
        // Names come from outside: no interning, and no failure when they are made to collide.
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
        // The size of an event is limited by intake; within it any number and text is fine.
        .streamReadConstraints(constraints(nesting))
        .build();
  }

  /** What limits nothing but how deep objects and arrays may be nested. */
  public static StreamReadConstraints constraints(int nesting) {
    return StreamReadConstraints.builder()
        .maxNestingDepth(nesting)
        .maxNumberLength(Integer.MAX_VALUE)
        .maxStringLength(Integer.MAX_VALUE)
        .maxNameLength(Integer.MAX_VALUE)
        .build();
  }

  /** A parser of one event; {@code to} is the index behind its last byte. */
  public JsonParser parser(byte[] buffer, int from, int to) throws IOException {
    JsonFactory json = to - from <= SMALL_EVENT ? small : factory();
    return json.createParser(buffer, from, to - from);
  }
}
