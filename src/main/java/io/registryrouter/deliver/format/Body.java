package io.registryrouter.deliver.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.registryrouter.config.DestinationSettings.Format;
import io.registryrouter.spool.Slice;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/**
 * One out format: how the events of a slice stand in a request. Nothing is kept between calls, so
 * that a request can be written again. Thread-safe.
 */
public interface Body {

  /** A length that is only known once it is written. */
  long UNKNOWN = -1;

  /** Writes the framing, and into it the events' own bytes. */
  void write(Slice slice, OutputStream out) throws IOException;

  String contentType();

  /** In bytes, before compression; {@link #UNKNOWN} when finding out means writing it. */
  default long length(Slice slice) {
    return UNKNOWN;
  }

  /** Header fields that come from the event. */
  default Map<String, String> headers(Slice slice) throws IOException {
    return Map.of();
  }

  static Body of(Format format) {
    return switch (format) {
      case NDJSON -> new NdjsonBody();
      case JSON -> new JsonBody();
      case LOGDNA -> new LogdnaBody();
      case CLOUD_LOGS -> new CloudLogsBody();
      case CLOUDEVENTS -> new CloudEventsBody(true);
      case CLOUDEVENTS_STRUCTURED -> new CloudEventsBody(false);
      case CLOUDEVENTS_BINARY -> new CloudEventsBinaryBody();
    };
  }

  /** Writes framing; closing it leaves the stream open. */
  static JsonGenerator generator(OutputStream out) throws IOException {
    return Generators.JSON.createGenerator(out);
  }

  /** Writes an event as a value, its bytes as they are. */
  static void writeEvent(
      JsonGenerator generator, OutputStream out, byte[] buffer, int start, int end)
      throws IOException {
    generator.writeRawValue(""); // what belongs before a value
    generator.flush();
    out.write(buffer, start, end - start);
  }

  /** What makes the generators of JSON. */
  final class Generators {

    private static final JsonFactory JSON =
        JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            // A body that fails in the middle must not look whole.
            .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
            .build();

    private Generators() {}
  }
}
