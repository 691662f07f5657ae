package io.registryrouter.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;

/**
 * Walks through one event and notes the fields that decide its way. Of duplicate keys the last
 * wins, whatever its type. Names and values are compared unescaped, as the parser gives them.
 */
final class FieldPicker {

  private final byte[] buffer;
  private final int start;
  private final int end;
  private final Level top = new Level();
  private Level payload;
  private int[] cuts;

  /** The fields of the event proper, which are at the top or inside {@code payload}. */
  private static final class Level {
    private String action;
    private String eventTime;
    private String targetName;
    private String targetHost;
    private String targetId;
    private String parameterRepository;
    private String parameterName;
    private String requestRepository;
    private String logSourceCrn;
    private String id;
  }

  FieldPicker(byte[] buffer, int start, int end) {
    this.buffer = buffer;
    this.start = start;
    this.end = end;
  }

  /** From the object's first token to its last. */
  void pick(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (name.equals("payload")) {
        payload = parser.nextToken() == JsonToken.START_OBJECT ? level(parser) : skip(parser);
      } else if (name.equals("enrichment")) {
        cutOut(parser);
      } else {
        field(parser, name, top);
      }
    }
  }

  private static Level level(JsonParser parser) throws IOException {
    Level level = new Level();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      field(parser, parser.currentName(), level);
    }
    return level;
  }

  private static Level skip(JsonParser parser) throws IOException {
    parser.skipChildren();
    return null;
  }

  private static void field(JsonParser parser, String name, Level level) throws IOException {
    JsonToken token = parser.nextToken();
    switch (name) {
      case "action" -> level.action = text(parser, token);
      case "id" -> level.id = text(parser, token);
      case "eventTime" -> level.eventTime = text(parser, token);
      case "logSourceCRN" -> level.logSourceCrn = text(parser, token);
      case "target" -> target(parser, token, level);
      case "requestData" -> requestData(parser, token, level);
      default -> parser.skipChildren();
    }
  }

  private static void target(JsonParser parser, JsonToken token, Level level) throws IOException {
    level.targetName = null;
    level.targetId = null;
    level.targetHost = null;
    if (token != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (name) {
        case "name" -> level.targetName = text(parser, value);
        case "id" -> level.targetId = text(parser, value);
        case "host" -> level.targetHost = address(parser, value);
        default -> parser.skipChildren();
      }
    }
  }

  private static String address(JsonParser parser, JsonToken token) throws IOException {
    if (token != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return null;
    }
    String address = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean wanted = parser.currentName().equals("address");
      String value = text(parser, parser.nextToken());
      address = wanted ? value : address;
    }
    return address;
  }

  private static void requestData(JsonParser parser, JsonToken token, Level level)
      throws IOException {
    level.parameterRepository = null;
    level.parameterName = null;
    level.requestRepository = null;
    if (token != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (name) {
        case "repository" -> level.requestRepository = text(parser, value);
        case "RequestParameters" -> parameters(parser, value, level);
        default -> parser.skipChildren();
      }
    }
  }

  private static void parameters(JsonParser parser, JsonToken token, Level level)
      throws IOException {
    level.parameterRepository = null;
    level.parameterName = null;
    if (token != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (name) {
        case "repository" -> level.parameterRepository = text(parser, value);
        case "name" -> level.parameterName = text(parser, value);
        default -> parser.skipChildren();
      }
    }
  }

  /** The string, or null for any other value, which is passed over. */
  private static String text(JsonParser parser, JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_STRING) {
      return parser.getText();
    }
    parser.skipChildren();
    return null;
  }

  /** Notes where a member of the top object stands, with the comma that goes with it. */
  private void cutOut(JsonParser parser) throws IOException {
    int name = start + (int) parser.currentTokenLocation().getByteOffset();
    parser.nextToken();
    parser.skipChildren();
    parser.finishToken();
    int valueEnd = start + (int) parser.currentLocation().getByteOffset();
    int before = name - 1;
    while (isWhitespace(buffer[before])) {
      before--;
    }
    int lastCut = cuts == null ? start : cuts[cuts.length - 1];
    if (buffer[before] == ',' && before >= lastCut) {
      addCut(before, valueEnd);
    } else {
      addCut(name, afterComma(valueEnd));
    }
  }

  /** The first member takes the comma behind it along, if there is one. */
  private int afterComma(int valueEnd) {
    int next = valueEnd;
    while (next < end && isWhitespace(buffer[next])) {
      next++;
    }
    return next < end && buffer[next] == ',' ? next + 1 : valueEnd;
  }

  private void addCut(int from, int to) {
    cuts = cuts == null ? new int[2] : Arrays.copyOf(cuts, cuts.length + 2);
    cuts[cuts.length - 2] = from;
    cuts[cuts.length - 1] = to;
  }

  private static boolean isWhitespace(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }

  int[] cuts() {
    return cuts;
  }

  Event.Fields fields() {
    boolean wrapped = top.action == null && payload != null;
    Level level = wrapped ? payload : top;
    return new Event.Fields(
        wrapped,
        level.action,
        level.eventTime,
        level.targetName,
        level.parameterRepository,
        level.parameterName,
        level.requestRepository,
        level.targetHost,
        level.targetId,
        top.logSourceCrn != null ? top.logSourceCrn : level.logSourceCrn,
        level.id != null ? level.id : top.id);
  }
}
