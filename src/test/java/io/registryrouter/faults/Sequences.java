package io.registryrouter.faults;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** All sources of a test, found by the names that event ids begin with. Thread-safe. */
final class Sequences {

  private final Map<String, Sequence> byName = new ConcurrentSkipListMap<>();

  Sequence add(Sequence sequence) {
    byName.put(sequence.name(), sequence);
    return sequence;
  }

  /** Null when there is none. */
  Sequence named(String name) {
    return byName.get(name);
  }

  Collection<Sequence> all() {
    return byName.values();
  }
}
