package io.registryrouter.intake.tail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerationsTest {

  @ParameterizedTest
  @CsvSource({
    "audit.log, audit.log.1, true",
    "audit.log, audit.log-20260131, true",
    "audit.log, audit.log.2026-01-31_12, true",
    "audit.log, audit-20260131.log, true",
    "audit.log, audit.7.log, true",
    "0.log, 0.log.20260131-120000, true",
    "audit, audit.1, true",
    "audit.log, audit.log, false",
    "audit.log, audit.log.old, false",
    "audit.log, audit.log.1.gz, false",
    "audit.log, audit.log.1x, false",
    "audit.log, audit2.log, false",
    "audit.log, audits.log.1, false",
    "audit.log, other.log.1, false",
    "audit.log, audit.1, false",
  })
  void whatRotationCallsAFileIsToldFromOtherFiles(String live, String name, boolean one) {
    assertThat(Generations.isOne(name, live)).isEqualTo(one);
  }

  @ParameterizedTest
  @CsvSource({
    "audit.log, audit.log.3, audit.log.12, true",
    "audit.log, audit.log-20260131, audit.log-20260201.1, true",
    "audit.log, audit-2026-01-31.log, audit-2026-02-01-1.log, true",
    "audit.log, audit.log, audit.log-20260201, true",
    "audit.log, before the upgrade, audit.log.1, true",
    "audit.log, audit.log.1, audit-2.log, false",
    "audit.log, audit.log.1, audit_1.log, false",
    "audit.log, audit.log.1, audit.log.20260131, false",
    "audit.log, audit.log-20260131, audit.log.20260131, false",
    "audit2.log, audit2.log.1, audit3.log.1, false",
  })
  void whatRotationCallsFilesIsOfOneKind(String live, String last, String name, boolean one) {
    assertThat(Generations.isOne(name, live, last)).isEqualTo(one);
  }

  @ParameterizedTest
  @CsvSource({
    "2.log, 1.log, true",
    "2.log, 1.log.20260131-000002, true",
    "audit-2026-02-01.log, audit-2026-01-31.log.1, true",
    "audit-2026-02-01.log, audit-2026-01-31.log, true",
    "2.log, 1.log.gz, false",
    "2.log, 1.log.1.gz, false",
    "2.log, registry.log, false",
    "audit-2026-02-01.log, audit-2.log, false",
    "audit-2026-02-01.log, audit.log, false",
  })
  void whatALinkPointedAtIsToldFromOtherFilesAlsoWhenItIsRotated(
      String live, String name, boolean one) {
    assertThat(Generations.isOfKind(name, live)).isEqualTo(one);
  }

  /** As a sort of many demands it: of files of all names that a directory holds. */
  @Test
  void anyFilesHaveAnOrder() {
    List<Seen> files = new ArrayList<>();
    for (int number = 0; number < 100; number++) {
      files.add(seen("audit.log." + number, 5));
      files.add(seen("audit.log." + number + ".gz", 5));
      files.add(seen("other-" + number, 5));
    }
    List<Seen> sorted = files.stream().sorted(Generations.OLDEST_FIRST).toList();
    for (int seed = 0; seed < 200; seed++) {
      Collections.shuffle(files, new Random(seed));

      assertThat(files.stream().sorted(Generations.OLDEST_FIRST).toList()).isEqualTo(sorted);
    }
  }

  @Test
  void theOldestComesFirstAndAtTheSameMomentTheHigherNumber() {
    Seen a = seen("audit.log.2", 5);
    Seen b = seen("audit.log.10", 5);
    Seen c = seen("audit.log.1", 7);
    Seen d = seen("audit.log.11", 9);

    List<Seen> sorted = Stream.of(d, a, c, b).sorted(Generations.OLDEST_FIRST).toList();

    assertThat(sorted).containsExactly(b, a, c, d);
  }

  private static Seen seen(String name, long modified) {
    FileTime time = FileTime.fromMillis(modified);
    return new Seen(Path.of("/logs", name), new Seen.Key(1, 1), 0, time, time);
  }
}
