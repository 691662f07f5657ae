package io.registryrouter.spool;

import io.registryrouter.intake.Handover;
import io.registryrouter.route.Group;
import java.io.IOException;

/** Where {@code to: spool:<destination>} puts a group. */
@FunctionalInterface
public interface GroupSink {

  /**
   * @param handover told how many events were taken and when they are on disk
   * @throws IOException when they cannot be taken; the events are given back to their source
   */
  void accept(String destination, Group group, Handover handover) throws IOException;
}
