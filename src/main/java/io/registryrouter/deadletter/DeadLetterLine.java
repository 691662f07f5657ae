package io.registryrouter.deadletter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.registryrouter.event.DeadLetter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** A dead letter as one line of JSON. */
final class DeadLetterLine {

  private static final JsonFactory JSON =
      JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

  /** An excerpt may end within a character; so many bytes of one can be missing. */
  private static final int MAX_TORN = 3;

  /** Characters that are looked at together. */
  private static final int PIECE = 8 * 1024;

  private DeadLetterLine() {}

  static void write(DeadLetter deadLetter, Instant at, OutputStream out) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("reason", deadLetter.reason().label());
      json.writeStringField("detail", deadLetter.detail());
      json.writeStringField("at", at.toString());
      json.writeStringField("path", deadLetter.path().label());
      json.writeObjectFieldStart("source");
      json.writeStringField("kind", deadLetter.source().kind().label());
      json.writeStringField("name", deadLetter.source().name());
      if (deadLetter.line() > 0) {
        json.writeNumberField("line", deadLetter.line());
      }
      json.writeEndObject();
      delivery(json, deadLetter.delivery());
      original(json, deadLetter.original(), out);
      json.writeEndObject();
    }
    out.write('\n');
  }

  private static void delivery(JsonGenerator json, DeadLetter.Delivery delivery)
      throws IOException {
    if (delivery == null) {
      return;
    }
    json.writeStringField("destination", delivery.destination());
    if (delivery.status() > 0) {
      json.writeNumberField("status", delivery.status());
      json.writeStringField("response", delivery.response());
    }
  }

  /** In pieces: an original may be as large as a request's body. */
  private static void original(JsonGenerator json, DeadLetter.Original original, OutputStream out)
      throws IOException {
    if (original instanceof DeadLetter.Json object) {
      json.writeFieldName("event");
      json.writeRawValue("");
      json.flush();
      Writer rest = new OutputStreamWriter(out, StandardCharsets.UTF_8);
      text(object.object(), object.object().length).transferTo(rest);
      rest.flush();
    } else if (original instanceof DeadLetter.Raw raw) {
      raw(json, raw.bytes(), 0);
    } else if (original instanceof DeadLetter.Excerpt excerpt) {
      raw(json, excerpt.head(), MAX_TORN);
      json.writeNumberField("size", excerpt.size());
      json.writeStringField("sha256", excerpt.sha256());
    }
  }

  private static void raw(JsonGenerator json, byte[] bytes, int maxTorn) throws IOException {
    for (int torn = 0; torn <= Math.min(maxTorn, bytes.length); torn++) {
      int length = bytes.length - torn;
      if (isUtf8(bytes, length)) {
        json.writeFieldName("raw");
        json.writeString(text(bytes, length), -1); // up to its end
        return;
      }
    }
    json.writeFieldName("rawBase64");
    json.writeBinary(bytes);
  }

  private static Reader text(byte[] bytes, int length) {
    return new InputStreamReader(
        new ByteArrayInputStream(bytes, 0, length), StandardCharsets.UTF_8);
  }

  private static boolean isUtf8(byte[] bytes, int length) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer left = ByteBuffer.wrap(bytes, 0, length);
    CharBuffer piece = CharBuffer.allocate(Math.min(length, PIECE) + 1);
    CoderResult result;
    do {
      result = decoder.decode(left, piece.clear(), true);
    } while (result.isOverflow());
    return !result.isError();
  }
}
