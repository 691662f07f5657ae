package io.registryrouter.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What should not have happened: the first of it, and how much there was. Thread-safe. */
final class Problems {

  private static final int KEPT = 20;

  private final List<String> first = new ArrayList<>();
  private int count;

  synchronized void add(String format, Object... arguments) {
    if (count++ < KEPT) {
      first.add(String.format(Locale.ROOT, format, arguments));
    }
  }

  /** Empty when all is well. */
  synchronized List<String> found() {
    List<String> found = new ArrayList<>(first);
    if (count > KEPT) {
      found.add("… " + count + " in all");
    }
    return found;
  }
}
