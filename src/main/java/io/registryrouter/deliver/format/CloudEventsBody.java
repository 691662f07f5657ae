package io.registryrouter.deliver.format;

import com.fasterxml.jackson.core.JsonGenerator;
import io.registryrouter.spool.Slice;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/**
 * CloudEvents 1.0 in the JSON event format: a batch, or in structured mode the one event of the
 * slice. The event's own bytes are {@code data}.
 */
final class CloudEventsBody implements Body {

  private final boolean batch;

  CloudEventsBody(boolean batch) {
    this.batch = batch;
  }

  @Override
  public void write(Slice slice, OutputStream out) throws IOException {
    try (JsonGenerator generator = Body.generator(out)) {
      if (batch) {
        generator.writeStartArray();
      }
      slice.forEach((start, end) -> writeEvent(generator, out, slice, start, end));
      if (batch) {
        generator.writeEndArray();
      }
    }
  }

  private static void writeEvent(
      JsonGenerator generator, OutputStream out, Slice slice, int start, int end)
      throws IOException {
    generator.writeStartObject();
    for (Map.Entry<String, String> attribute :
        CloudEventAttributes.of(slice, start, end).entrySet()) {
      generator.writeStringField(attribute.getKey(), attribute.getValue());
    }
    generator.writeStringField("datacontenttype", "application/json");
    generator.writeFieldName("data");
    Body.writeEvent(generator, out, slice.buffer(), start, end);
    generator.writeEndObject();
  }

  @Override
  public String contentType() {
    return batch ? "application/cloudevents-batch+json" : "application/cloudevents+json";
  }
}
