package io.registryrouter.deliver.format;

import com.fasterxml.jackson.core.JsonGenerator;
import io.registryrouter.deliver.format.EventFields.Field;
import io.registryrouter.spool.Slice;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Set;

/**
 * The lines of LogDNA's (now Mezmo's) ingest API, {@code POST /logs/ingest}
 * (https://docs.mezmo.com/reference/ingest): each event as the text of a line, with its time in
 * milliseconds, or that of its arrival.
 */
final class LogdnaBody implements Body {

  private static final String APP = "container-registry";
  private static final Set<Field> WANTED = Set.of(Field.SEVERITY, Field.EVENT_TIME);

  @Override
  public void write(Slice slice, OutputStream out) throws IOException {
    try (JsonGenerator generator = Body.generator(out)) {
      generator.writeStartObject();
      generator.writeArrayFieldStart("lines");
      slice.forEach((start, end) -> writeLine(generator, slice, start, end));
      generator.writeEndArray();
      generator.writeEndObject();
    }
  }

  private static void writeLine(JsonGenerator generator, Slice slice, int start, int end)
      throws IOException {
    EventFields fields = EventFields.of(slice.buffer(), start, end, WANTED);
    generator.writeStartObject();
    generator.writeNumberField("timestamp", fields.time(slice, start).toEpochMilli());
    generator.writeFieldName("line");
    generator.writeUTF8String(slice.buffer(), start, end - start);
    generator.writeStringField("app", APP);
    generator.writeStringField("level", level(fields.get(Field.SEVERITY)));
    generator.writeEndObject();
  }

  private static String level(String severity) {
    return switch (severity == null ? "" : severity) {
      case "warning" -> "WARN";
      case "critical" -> "ERROR";
      default -> "INFO";
    };
  }

  @Override
  public String contentType() {
    return "application/json";
  }
}
