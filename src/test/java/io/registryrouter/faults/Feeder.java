package io.registryrouter.faults;

import java.io.IOException;

/** A source of events; used by one thread. */
interface Feeder {

  /**
   * Hands over the next events, as often as it takes.
   *
   * @return false when it has no more
   */
  boolean feed() throws IOException;
}
