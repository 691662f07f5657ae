package io.registryrouter.spool;

import static io.registryrouter.spool.Groups.line;
import static io.registryrouter.spool.LogFixture.append;
import static io.registryrouter.spool.LogFixture.index;
import static io.registryrouter.spool.LogFixture.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexWalkTest {

  private static final int LINE = line("a").length();

  private final IndexWalk walk = new IndexWalk();

  @TempDir Path directory;

  /** Appends at 0, 1 and 3 lines. */
  @BeforeEach
  void writeThreeAppends() throws Exception {
    try (SpoolLog log = open(directory)) {
      append(log, "a").get();
      append(log, "b", "c").get();
      append(log, "d").get();
    }
  }

  private long appendOf(long offset) throws IOException {
    try (Segment segment = Segment.open(directory, 0)) {
      return walk.at(segment, offset).offset() / LINE;
    }
  }

  @Test
  void everyOffsetHasItsAppendForwardsAndBackwards() throws IOException {
    long[] appends = {0, 1, 1, 3};
    for (int at = 0; at < 4 * LINE; at++) {
      assertThat(appendOf(at)).as("offset %d", at).isEqualTo(appends[at / LINE]);
    }
    for (int at = 4 * LINE - 1; at >= 0; at--) {
      assertThat(appendOf(at)).as("offset %d", at).isEqualTo(appends[at / LINE]);
    }
  }

  @Test
  void whatIsAppendedLaterIsFoundAsWell() throws Exception {
    Path growing = directory.resolve("growing");
    try (SpoolLog log = open(growing);
        Segment segment = Segment.open(growing, 0)) {
      append(log, "a").get();
      assertThat(walk.at(segment, 0).offset()).isZero();

      append(log, "b").get();
      assertThat(walk.at(segment, LINE).offset()).isEqualTo(LINE);
    }
  }

  @Test
  void anIndexThatEndsTooSoonIsSaidAndReadAgainWhenItIsMended() throws IOException {
    String whole = Files.readString(index(directory, 0));
    Files.writeString(index(directory, 0), whole.lines().findFirst().orElseThrow() + "\n{");

    assertThatThrownBy(() -> appendOf(3L * LINE))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "the index of "
                + directory.resolve(Segment.name(0) + ".ndjson")
                + " ends before offset "
                + 3 * LINE);

    Files.writeString(index(directory, 0), whole);
    assertThat(appendOf(3L * LINE)).isEqualTo(3);
  }
}
