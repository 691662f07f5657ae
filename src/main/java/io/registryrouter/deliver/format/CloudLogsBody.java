package io.registryrouter.deliver.format;

import com.fasterxml.jackson.core.JsonGenerator;
import io.registryrouter.deliver.format.EventFields.Field;
import io.registryrouter.spool.Slice;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Set;

/**
 * The entries of IBM Cloud Logs' ingestion API, {@code POST /logs/v1/singles}
 * (https://cloud.ibm.com/docs/cloud-logs?topic=cloud-logs-send-logs-api): each event as the object
 * {@code text}, with its time in milliseconds, or that of its arrival.
 */
final class CloudLogsBody implements Body {

  private static final String APPLICATION = "registry-event-router";
  private static final Set<Field> WANTED = Set.of(Field.SEVERITY, Field.EVENT_TIME, Field.DOMAIN);

  @Override
  public void write(Slice slice, OutputStream out) throws IOException {
    try (JsonGenerator generator = Body.generator(out)) {
      generator.writeStartArray();
      slice.forEach((start, end) -> writeEntry(generator, out, slice, start, end));
      generator.writeEndArray();
    }
  }

  private static void writeEntry(
      JsonGenerator generator, OutputStream out, Slice slice, int start, int end)
      throws IOException {
    EventFields fields = EventFields.of(slice.buffer(), start, end, WANTED);
    generator.writeStartObject();
    generator.writeStringField("applicationName", APPLICATION);
    generator.writeStringField("subsystemName", fields.get(Field.DOMAIN));
    generator.writeNumberField("severity", severity(fields.get(Field.SEVERITY)));
    generator.writeNumberField("timestamp", fields.time(slice, start).toEpochMilli());
    generator.writeFieldName("text");
    Body.writeEvent(generator, out, slice.buffer(), start, end);
    generator.writeEndObject();
  }

  /** Of 1 debug, 2 verbose, 3 info, 4 warning, 5 error, 6 critical (same page). */
  private static int severity(String severity) {
    return switch (severity == null ? "" : severity) {
      case "warning" -> 4;
      case "critical" -> 6;
      default -> 3;
    };
  }

  @Override
  public String contentType() {
    return "application/json";
  }
}
