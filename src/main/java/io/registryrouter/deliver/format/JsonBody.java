package io.registryrouter.deliver.format;

import io.registryrouter.spool.Slice;
import java.io.IOException;
import java.io.OutputStream;

/** An array of events. */
final class JsonBody implements Body {

  @Override
  public void write(Slice slice, OutputStream out) throws IOException {
    slice.forEach(
        (start, end) -> {
          out.write(start == 0 ? '[' : ',');
          out.write(slice.buffer(), start, end - start);
        });
    out.write(']');
  }

  @Override
  public String contentType() {
    return "application/json";
  }

  /** Each event's line feed is the comma or bracket before it. */
  @Override
  public long length(Slice slice) {
    return slice.length() + 1L;
  }
}
