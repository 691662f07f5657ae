package io.registryrouter.deadletter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.registryrouter.config.EventPath;
import io.registryrouter.deadletter.StoredDeadLetter.Fields;
import io.registryrouter.deadletter.StoredDeadLetter.Obstacle;
import io.registryrouter.deadletter.StoredDeadLetter.Original;
import io.registryrouter.deadletter.StoredDeadLetter.Unfit;
import io.registryrouter.deadletter.StoredDeadLetter.Whole;
import io.registryrouter.decode.EventParsers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;

/** Reads a line that {@link DeadLetterLine} wrote; the event in it is not parsed but located. */
final class StoredLine {

  /** Whatever could become a dead letter can be read again, so that nothing here is limited. */
  static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(EventParsers.constraints(Integer.MAX_VALUE))
          .build();

  private final byte[] line;
  private String reason = "";
  private String detail = "";
  private String at = "";
  private String path = "";
  private String source = "";
  private String destination = "";
  private Original original;
  private boolean excerpt;

  private StoredLine(byte[] line) {
    this.line = line;
  }

  /**
   * @throws IOException when it is no dead letter, saying why
   */
  static Fields parse(byte[] line) throws IOException {
    StoredLine stored = new StoredLine(line);
    try (JsonParser json = JSON.createParser(line)) {
      if (json.nextToken() != JsonToken.START_OBJECT || line[0] != '{') {
        throw new IOException("it does not begin with a brace");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        stored.member(json);
      }
      if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
        throw new IOException("it goes on after its last brace");
      }
    }
    return stored.fields();
  }

  private void member(JsonParser json) throws IOException {
    String name = json.currentName();
    JsonToken value = json.nextToken();
    switch (name) {
      case "reason" -> reason = text(json);
      case "detail" -> detail = text(json);
      case "at" -> at = text(json);
      case "path" -> path = text(json);
      case "destination" -> destination = text(json);
      case "source" -> source = value == JsonToken.START_OBJECT ? source(json) : "";
      case "event" -> original = event(json);
      case "raw" -> original = raw(text(json));
      case "rawBase64" -> original = new Unfit(Obstacle.NOT_TEXT);
      case "size" -> excerpt = true;
      default -> {}
    }
    json.skipChildren();
  }

  private static String text(JsonParser json) throws IOException {
    String text = json.getValueAsString();
    return text == null ? "" : text;
  }

  private static String source(JsonParser json) throws IOException {
    String sourceName = "";
    String sourceLine = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "name" -> sourceName = text(json);
        case "line" -> sourceLine = ":" + text(json);
        default -> {}
      }
      json.skipChildren();
    }
    return sourceName + sourceLine;
  }

  private Original event(JsonParser json) throws IOException {
    int from = (int) json.currentTokenLocation().getByteOffset();
    json.skipChildren();
    return new Whole(line, from, (int) json.currentLocation().getByteOffset());
  }

  private static Original raw(String text) {
    if (text.isBlank() || text.indexOf('\n') >= 0) {
      return new Unfit(Obstacle.NOT_ONE_LINE);
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Whole(bytes, 0, bytes.length);
  }

  private Fields fields() throws IOException {
    if (original == null) {
      throw new IOException("it has none of event, raw and rawBase64");
    }
    EventPath by =
        EventPath.of(path)
            .orElseThrow(
                () ->
                    new IOException(
                        "its path \""
                            + path
                            + "\" is none of "
                            + String.join(", ", EventPath.labels())));
    return new Fields(
        reason,
        detail,
        instant(),
        by,
        source,
        destination,
        excerpt ? new Unfit(Obstacle.EXCERPT) : original);
  }

  private Instant instant() throws IOException {
    try {
      return Instant.parse(at);
    } catch (DateTimeException e) {
      throw new IOException("its at \"" + at + "\" is no time", e);
    }
  }
}
