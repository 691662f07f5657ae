package io.registryrouter.decode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The names of members that somebody reads (CADF; wrapped events), told apart without a String. */
enum Name {
  ID("id"),
  NAME("name"),
  HOST("host"),
  ACTION("action"),
  TARGET("target"),
  PAYLOAD("payload"),
  ADDRESS("address"),
  EVENT_TIME("eventTime"),
  ENRICHMENT("enrichment"),
  REPOSITORY("repository"),
  REQUEST_DATA("requestData"),
  LOG_SOURCE_CRN("logSourceCRN"),
  REQUEST_PARAMETERS("RequestParameters"),
  /** Any other, which nobody reads. */
  OTHER("");

  private static final int LONGEST = 17;
  private static final Name[][] BY_LENGTH = byLength();
  private static final Map<String, Name> BY_TEXT =
      Arrays.stream(values()).collect(Collectors.toMap(name -> name.text, Function.identity()));

  private final String text;
  private final byte[] bytes;

  Name(String text) {
    this.text = text;
    this.bytes = text.getBytes(StandardCharsets.US_ASCII);
  }

  private static Name[][] byLength() {
    Name[][] table = new Name[LONGEST + 1][];
    for (int length = 0; length <= LONGEST; length++) {
      int wanted = length;
      table[length] =
          Arrays.stream(values())
              .filter(name -> name != OTHER && name.bytes.length == wanted)
              .toArray(Name[]::new);
    }
    return table;
  }

  /** The name between two indexes, without its quotes. */
  static Name of(byte[] buffer, int from, int to) {
    if (to - from <= LONGEST) {
      for (Name name : BY_LENGTH[to - from]) {
        if (Arrays.equals(name.bytes, 0, to - from, buffer, from, to)) {
          return name;
        }
      }
    }
    return OTHER;
  }

  static Name of(String text) {
    return BY_TEXT.getOrDefault(text, OTHER);
  }
}
