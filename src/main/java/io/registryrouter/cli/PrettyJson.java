package io.registryrouter.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.registryrouter.decode.EventParsers;
import java.io.IOException;
import java.io.StringWriter;

/** JSON for people: indented, but with every member, in its order, and numbers as written. */
final class PrettyJson {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(EventParsers.constraints(Integer.MAX_VALUE))
          .streamWriteConstraints(
              StreamWriteConstraints.builder().maxNestingDepth(Integer.MAX_VALUE).build())
          .build();

  private PrettyJson() {}

  static String of(byte[] json) throws IOException {
    StringWriter text = new StringWriter();
    DefaultIndenter lines = new DefaultIndenter("  ", System.lineSeparator());
    try (JsonParser in = JSON.createParser(json);
        JsonGenerator out = JSON.createGenerator(text)) {
      out.setPrettyPrinter(
          new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines));
      for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
        if (token.isNumeric()) {
          out.writeNumber(in.getText());
        } else {
          out.copyCurrentEvent(in);
        }
      }
    }
    return PlainText.ofJson(text.toString());
  }
}
