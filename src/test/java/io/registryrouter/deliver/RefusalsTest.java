package io.registryrouter.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events are numbers here, and an offset is the number of the event behind it. */
class RefusalsTest {

  private record Run(List<Integer> delivered, List<Integer> dead, int requests) {}

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 7, 8, 100, 1000, 5000})
  void onePoisonEventCostsAtMostTwiceTheLogarithm(int events) {
    int bound = 2 * (int) Math.ceil(Math.log(events) / Math.log(2));
    int step = Math.max(1, events / 50);
    for (int poison = 0; poison < events; poison += step) {
      Run run = run(events, events, Set.of(poison));

      assertThat(run.dead()).containsExactly(poison);
      assertThat(run.delivered()).hasSize(events - 1).isSorted().doesNotContain(poison);
      assertThat(run.requests() - 1)
          .as("after the first, poison %d", poison)
          .isLessThanOrEqualTo(bound);
    }
  }

  @Test
  void anyPoisonIsFoundAndNothingElse() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Set<Integer> poison = new TreeSet<>();
      for (int i = random.nextInt(9); i > 0; i--) {
        poison.add(random.nextInt(300));
      }

      Run run = run(300, 1 + random.nextInt(80), poison);

      assertThat(run.dead()).as("seed %d", seed).containsExactlyElementsOf(poison);
      assertThat(run.delivered()).as("seed %d", seed).hasSize(300 - poison.size()).isSorted();
    }
  }

  @Test
  void aDestinationThatRefusesEverythingIsSuspect() {
    Refusals refusals = new Refusals(0);
    List<Refusals.Verdict> verdicts = new ArrayList<>();
    for (int offset = 1; offset <= 12; offset++) {
      verdicts.add(refusals.refused(offset, 1));
      refusals.deadLettered(false);
    }

    assertThat(verdicts.subList(0, 10)).containsOnly(Refusals.Verdict.DEAD_LETTER);
    assertThat(verdicts.subList(10, 12)).containsOnly(Refusals.Verdict.SUSPECT);

    refusals.accepted();

    assertThat(refusals.refused(14, 1)).isEqualTo(Refusals.Verdict.DEAD_LETTER);
  }

  /** Delivers so many events in requests of at most {@code batch}, as the loop does. */
  private static Run run(int events, int batch, Set<Integer> poison) {
    Refusals refusals = new Refusals(0);
    List<Integer> delivered = new ArrayList<>();
    List<Integer> dead = new ArrayList<>();
    int requests = 0;
    int from = 0;
    while (from < events) {
      int size = Math.min(batch, refusals.events());
      int to = (int) Math.min(Math.min(events, (long) from + size), refusals.limit());
      requests++;
      int begin = from;
      if (poison.stream().noneMatch(event -> event >= begin && event < to)) {
        for (int event = from; event < to; event++) {
          delivered.add(event);
        }
        refusals.accepted();
        refusals.passed(to);
        from = to;
      } else if (refusals.refused(to, to - from) == Refusals.Verdict.DEAD_LETTER) {
        dead.add(from);
        refusals.deadLettered(false);
        refusals.passed(to);
        from = to;
      }
    }
    return new Run(delivered, dead, requests);
  }
}
