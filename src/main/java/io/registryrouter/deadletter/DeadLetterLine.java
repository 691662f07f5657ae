package io.registryrouter.deadletter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.registryrouter.event.DeadLetter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/** A dead letter as one line of JSON. */
final class DeadLetterLine {

  private static final JsonFactory JSON =
      JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

  /** An excerpt may end within a character; so many bytes of one can be missing. */
  private static final int MAX_TORN = 3;

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
      original(json, deadLetter.original());
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

  private static void original(JsonGenerator json, DeadLetter.Original original)
      throws IOException {
    if (original instanceof DeadLetter.Json object) {
      json.writeFieldName("event");
      json.writeRawValue(new String(object.object(), StandardCharsets.UTF_8));
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
      Optional<String> text = utf8(ByteBuffer.wrap(bytes, 0, bytes.length - torn));
      if (text.isPresent()) {
        json.writeStringField("raw", text.get());
        return;
      }
    }
    json.writeFieldName("rawBase64");
    json.writeBinary(bytes);
  }

  private static Optional<String> utf8(ByteBuffer bytes) {
    try {
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
