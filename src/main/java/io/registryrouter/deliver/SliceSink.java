package io.registryrouter.deliver;

import io.registryrouter.spool.Slice;
import java.io.IOException;

/** Takes what a delivery archives. */
@FunctionalInterface
public interface SliceSink {

  /** Appends the slice's events; when this returns they are on disk. */
  void append(Slice slice) throws IOException;
}
