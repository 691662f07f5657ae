package io.registryrouter.intake.http;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.registryrouter.decode.Bytes;
import io.registryrouter.decode.ObjectParser;
import java.io.IOException;
import java.util.Arrays;

/**
 * One CloudEvent of the <a
 * href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md#31-handling-of-data">JSON
 * format</a>. Of its attributes only {@code specversion} is looked at: it says how {@code data} is
 * to be understood. Of duplicate keys the last wins.
 */
final class CloudEvent {

  /** All of 1.0.x, as the specification has it: the patch number is not part of it. */
  private static final String SPEC_VERSION = "1.0";

  private static final byte[] NOT_BASE64 = new byte[0];
  private static final ObjectParser JSON = new ObjectParser();

  private final byte[] buffer;
  private final int start;
  private final int maxEvent;
  private JsonToken specVersionType;
  private String specVersion;
  private JsonToken data;
  private int dataStart;
  private int dataEnd;
  private byte[] base64;
  private int base64Start;

  /**
   * @param start index of its first byte in the buffer
   * @param maxEvent how large the event may be to be looked into
   */
  CloudEvent(byte[] buffer, int start, int maxEvent) {
    this.buffer = buffer;
    this.start = start;
    this.maxEvent = maxEvent;
  }

  /** Notes what it holds; the parser is at its first token. */
  void members(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      int valueStart = start + (int) parser.currentTokenLocation().getByteOffset();
      switch (name) {
        case "specversion" -> {
          specVersionType = value;
          specVersion = parser.getValueAsString();
        }
        case "data" -> {
          data = value == JsonToken.VALUE_NULL ? null : value;
          dataStart = valueStart;
        }
        case "data_base64" -> {
          base64 = value == JsonToken.VALUE_NULL ? null : decode(parser, value);
          base64Start = valueStart;
        }
        default -> {}
      }
      parser.skipChildren();
      if (name.equals("data")) {
        parser.finishToken();
        dataEnd = start + (int) parser.currentLocation().getByteOffset();
      }
    }
  }

  private static byte[] decode(JsonParser parser, JsonToken value) throws IOException {
    // an unread string would be decoded without being validated, and left in its middle
    parser.finishToken();
    try {
      return value == JsonToken.VALUE_STRING ? trimmed(parser.getBinaryValue()) : NOT_BASE64;
    } catch (JsonParseException e) {
      return NOT_BASE64;
    }
  }

  private static byte[] trimmed(byte[] text) {
    int from = 0;
    int to = text.length;
    while (from < to && Bytes.isWhitespace(text[from])) {
      from++;
    }
    while (from < to && Bytes.isWhitespace(text[to - 1])) {
      to--;
    }
    return Arrays.copyOfRange(text, from, to);
  }

  /** Why no event can be taken out of it; null when one can. */
  String fault() {
    if (specVersionType == null) {
      return "no \"specversion\"; CloudEvents " + SPEC_VERSION + " are read";
    }
    if (specVersionType != JsonToken.VALUE_STRING) {
      String kind = ObjectParser.kind(specVersionType);
      return "a JSON " + kind + " as \"specversion\"; the string \"" + SPEC_VERSION + "\" is read";
    }
    if (!SPEC_VERSION.equals(specVersion)) {
      return "specversion \"" + specVersion + "\"; CloudEvents " + SPEC_VERSION + " are read";
    }
    if (data != null && base64 != null) {
      return "both \"data\" and \"data_base64\"";
    }
    if (base64 == NOT_BASE64) {
      return "\"data_base64\" is no Base64 text";
    }
    if (base64 != null) {
      return base64Fault();
    }
    if (data == null) {
      return "no \"data\"";
    }
    return data == JsonToken.START_OBJECT
        ? null
        : "\"data\" is a JSON " + ObjectParser.kind(data) + ", not an object";
  }

  private String base64Fault() {
    String fault = "\"data_base64\" holds no JSON object";
    if (base64.length == 0 || base64[0] != '{') {
      return fault;
    }
    if (base64.length > maxEvent) {
      return null;
    }
    return JSON.parse(base64, 0, base64.length, JsonParser::skipChildren)
        .map(why -> fault + ": " + why)
        .orElse(null);
  }

  /** Puts what was Base64 where its text stood, which is longer; else the event is in its place. */
  void place() {
    if (base64 == null) {
      return;
    }
    System.arraycopy(base64, 0, buffer, base64Start, base64.length);
    dataStart = base64Start;
    dataEnd = base64Start + base64.length;
  }

  /** Index in the buffer of the event's first byte; there is one when there is no fault. */
  int eventStart() {
    return dataStart;
  }

  /** Index after its last byte. */
  int eventEnd() {
    return dataEnd;
  }
}
