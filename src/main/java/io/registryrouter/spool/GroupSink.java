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

  /**
   * Asked before the first group of a batch, so that a batch is taken whole or not at all.
   *
   * @throws IOException when there is no room for so many bytes now
   */
  default void requireRoom(long bytes) throws IOException {}
}
