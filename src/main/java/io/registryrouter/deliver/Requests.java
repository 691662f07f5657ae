package io.registryrouter.deliver;

import io.registryrouter.config.DestinationSettings;
import io.registryrouter.config.DestinationSettings.Compression;
import io.registryrouter.config.DestinationSettings.Format;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.spool.Slice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/** Turns slices into what their destination wants to be posted. Thread-safe. */
public final class Requests {

  private static final ContentType NDJSON = ContentType.create("application/x-ndjson");
  private static final ContentType JSON = ContentType.create("application/json");

  private final Map<String, DestinationSettings> destinations;

  public Requests(RouterConfig config) {
    this.destinations = config.destinations();
  }

  /** A request without its address: header fields and body. */
  public record Request(Map<String, String> headers, HttpEntity body) {}

  /** Where the slice goes. */
  public String url(Slice slice) {
    return settings(slice).url().orElseThrow().toString();
  }

  public Request request(Slice slice) throws IOException {
    DestinationSettings settings = settings(slice);
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Idempotency-Key", slice.key());
    settings
        .credentials()
        .header()
        .ifPresent(name -> headers.put(name, settings.credentials().headerValue()));
    return new Request(headers, body(slice, settings));
  }

  private DestinationSettings settings(Slice slice) {
    return destinations.get(slice.destination());
  }

  private static HttpEntity body(Slice slice, DestinationSettings settings) throws IOException {
    boolean ndjson = settings.format() == Format.NDJSON;
    byte[] bytes = ndjson ? slice.buffer() : array(slice);
    int length = ndjson ? slice.length() : bytes.length;
    ContentType type = ndjson ? NDJSON : JSON;
    if (settings.compression() == Compression.NONE) {
      return new ByteArrayEntity(bytes, 0, length, type);
    }
    ByteArrayOutputStream compressed = new ByteArrayOutputStream(length / 4);
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(bytes, 0, length);
    }
    return new ByteArrayEntity(compressed.toByteArray(), type, "gzip");
  }

  /** Lines to array: an event holds no line feed, so each one there is separates two events. */
  private static byte[] array(Slice slice) {
    byte[] array = new byte[slice.length() + 1];
    array[0] = '[';
    System.arraycopy(slice.buffer(), 0, array, 1, slice.length());
    for (int i = 1; i < array.length; i++) {
      if (array[i] == '\n') {
        array[i] = ',';
      }
    }
    array[array.length - 1] = ']';
    return array;
  }
}
