package io.registryrouter.faults;

import io.registryrouter.support.TestHome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/** How a destination wants its requests, and how events are found in one. */
enum Wire {
  LINES("ndjson", "none"),
  GZIP_LINES("ndjson", "gzip"),
  ARRAY("json", "none");

  private final String format;
  private final String compression;

  Wire(String format, String compression) {
    this.format = format;
    this.compression = compression;
  }

  void configure(TestHome home, String destination) {
    home.set("router.destination." + destination + ".format", format)
        .set("router.destination." + destination + ".compression", compression);
  }

  /** The body as it was before it was compressed. */
  byte[] inflated(byte[] body) throws IOException {
    if (this == GZIP_LINES) {
      return new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
    }
    return body;
  }

  byte begin() {
    return (byte) (this == ARRAY ? '[' : 0);
  }

  byte between() {
    return (byte) (this == ARRAY ? ',' : '\n');
  }

  byte end() {
    return (byte) (this == ARRAY ? ']' : '\n');
  }
}
