package io.registryrouter.deliver;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The codes of a 207 from LogDNA's ingest API: {@code {"status":[200,500,…]}}, one a line of the
 * request, in order, as the client of its makers reads them (https://github.com/logdna/logger-node,
 * lib/logger.js).
 */
final class LineStatuses {

  private static final JsonFactory JSON = new JsonFactory();

  private LineStatuses() {}

  /** The codes; none when the body is not as it should be. */
  static List<Integer> parse(byte[] body) throws IOException {
    try (JsonParser parser = JSON.createParser(body)) {
      List<Integer> codes = List.of();
      boolean object = parser.nextToken() == JsonToken.START_OBJECT;
      while (object && parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean status = parser.currentName().equals("status");
        JsonToken value = parser.nextToken();
        if (status && value == JsonToken.START_ARRAY) {
          codes = codes(parser);
        } else {
          parser.skipChildren();
        }
      }
      return codes;
    } catch (JsonProcessingException e) {
      return List.of();
    }
  }

  private static List<Integer> codes(JsonParser parser) throws IOException {
    List<Integer> codes = new ArrayList<>();
    boolean sound = true;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
        codes.add(parser.getIntValue());
      } else {
        sound = false;
        parser.skipChildren();
      }
    }
    return sound ? codes : List.of();
  }
}
