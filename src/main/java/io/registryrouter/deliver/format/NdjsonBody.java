package io.registryrouter.deliver.format;

import io.registryrouter.spool.Slice;
import java.io.IOException;
import java.io.OutputStream;

/** One event a line: the slice as it is. */
final class NdjsonBody implements Body {

  @Override
  public void write(Slice slice, OutputStream out) throws IOException {
    out.write(slice.buffer(), 0, slice.length());
  }

  @Override
  public String contentType() {
    return "application/x-ndjson";
  }

  @Override
  public long length(Slice slice) {
    return slice.length();
  }
}
