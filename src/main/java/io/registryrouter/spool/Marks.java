package io.registryrouter.spool;

import io.registryrouter.route.Group;
import java.util.HashMap;
import java.util.Map;

/**
 * How far files had come into a log when it was opened. A crash may come after events are in the
 * log and before the progress within their file is noted; the file is then taken up again a little
 * too early, and what the log has of it already is left out.
 */
final class Marks {

  private final Map<String, Long> lastOffsets = new HashMap<>();

  /** Notes an append that was found in the log. */
  void note(IndexEntry entry) {
    String reading = entry.source().reading();
    if (!reading.isEmpty()) {
      lastOffsets.merge(
          key(reading, entry.path(), entry.domain()), entry.sourceOffset(), Math::max);
    }
  }

  /** The events of a group that the log does not have. */
  Group unknownOf(Group group) {
    String reading = group.batch().source().reading();
    if (reading.isEmpty() || lastOffsets.isEmpty()) {
      return group;
    }
    Long known = lastOffsets.get(key(reading, group.path().label(), group.registry().domain()));
    return known == null ? group : group.behind(known);
  }

  /** Order is kept for a source and a registry, so that one number says which events are there. */
  private static String key(String reading, String path, String domain) {
    return reading + " " + path + " " + domain;
  }
}
