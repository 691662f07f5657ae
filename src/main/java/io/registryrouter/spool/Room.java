package io.registryrouter.spool;

import java.io.IOException;

/** Asked before the first group of a batch, so that a batch is taken whole or not at all. */
@FunctionalInterface
public interface Room {

  /**
   * @throws IOException when there is no room for so many bytes now
   */
  void require(long bytes) throws IOException;
}
