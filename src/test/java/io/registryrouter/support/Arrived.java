package io.registryrouter.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** What arrived of very many events, beside what should have; a failure shows where they part. */
public final class Arrived {

  private static final int SHOWN = 10;

  private Arrived() {}

  /** All of them, once and in order. */
  public static void assertAll(String what, List<String> arrived, List<String> expected) {
    int same = 0;
    while (same < Math.min(arrived.size(), expected.size())
        && arrived.get(same).equals(expected.get(same))) {
      same++;
    }
    assertThat(from(same, arrived))
        .as("%s; %d arrived, the first %d as they should", what, arrived.size(), same)
        .isEqualTo(from(same, expected));
    assertThat(arrived).as(what).hasSameSizeAs(expected);
  }

  private static List<String> from(int index, List<String> all) {
    return all.subList(index, Math.min(index + SHOWN, all.size()));
  }
}
