package io.registryrouter.deliver;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
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

  /**
   * The codes; none when the body is not as it should be. Of duplicate keys the last wins.
   *
   * @param lines how many there should be; what more there are only count
   */
  static List<Integer> parse(byte[] body, int lines) throws IOException {
    try (JsonParser parser = JSON.createParser(body)) {
      List<Integer> codes = List.of();
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return codes;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean named = parser.currentName().equals("status");
        boolean array = parser.nextToken() == JsonToken.START_ARRAY;
        if (named) {
          codes = array ? codes(parser, lines) : List.of();
        }
        if (!named || !array) {
          parser.skipChildren();
        }
      }
      return parser.nextToken() == null ? codes : List.of();
    } catch (JacksonException e) {
      return List.of();
    }
  }

  /** Reads the array to its end. */
  private static List<Integer> codes(JsonParser parser, int lines) throws IOException {
    List<Integer> codes = new ArrayList<>();
    boolean readable = true;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      readable &=
          parser.currentToken() == JsonToken.VALUE_NUMBER_INT
              && parser.getNumberType() == JsonParser.NumberType.INT;
      if (readable) {
        codes.add(codes.size() < lines ? parser.getIntValue() : 0);
      }
      parser.skipChildren();
    }
    return readable ? codes : List.of();
  }
}
