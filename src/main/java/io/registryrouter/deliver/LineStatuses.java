package io.registryrouter.deliver;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The codes of a 207 from LogDNA's ingest API: {@code {"status":[200,500,…]}}, one a line of the
 * request, in order, as the client of its makers reads them (https://github.com/logdna/logger-node,
 * lib/logger.js).
 */
final class LineStatuses {

  private static final ObjectMapper JSON = new ObjectMapper();

  private LineStatuses() {}

  /** The codes; none when the body is not as it should be. */
  static List<Integer> parse(byte[] body) throws IOException {
    try {
      JsonNode status = JSON.readTree(body).path("status");
      List<Integer> codes = new ArrayList<>();
      status.forEach(code -> codes.add(code.isInt() ? code.intValue() : null));
      return status.isArray() && !codes.contains(null) ? codes : List.of();
    } catch (JacksonException e) {
      return List.of();
    }
  }
}
