package io.registryrouter.route;

import io.registryrouter.enrich.EnrichedBatch;
import io.registryrouter.enrich.EnrichedEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts the events of a batch that go the same way together, each group in the order of the batch.
 */
public final class Grouper {

  private Grouper() {}

  public static List<Group> group(EnrichedBatch batch) {
    List<Group> groups = new ArrayList<>();
    Group last = null;
    for (EnrichedEvent event : batch.events()) {
      if (last == null || !last.takes(event)) {
        last = find(groups, batch, event);
      }
      last.add(event);
    }
    return groups;
  }

  /** How many bytes they take in a spool. */
  public static long bytes(List<Group> groups) {
    long bytes = 0;
    for (Group group : groups) {
      bytes += group.bytes();
    }
    return bytes;
  }

  /**
   * The newest first: of a registry and path only its last group may take more, so that order is
   * kept.
   */
  private static Group find(List<Group> groups, EnrichedBatch batch, EnrichedEvent event) {
    for (int i = groups.size() - 1; i >= 0; i--) {
      Group group = groups.get(i);
      if (group.takes(event)) {
        return group;
      }
      if (group.path() == event.path() && group.registry() == event.registry()) {
        break; // on the other side of the cutoff; both may go to one destination, in order
      }
    }
    Group group = new Group(batch.batch(), event);
    groups.add(group);
    return group;
  }
}
