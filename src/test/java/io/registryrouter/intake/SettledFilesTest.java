package io.registryrouter.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.time.Duration;
import java.time.Instant;
import org.apache.camel.component.file.GenericFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettledFilesTest {

  private static final Duration SETTLE = Duration.ofSeconds(1);

  private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final SettledFiles files = new SettledFiles(() -> SETTLE, clock);

  @Test
  void fileWaitsUntilItHeldStill() {
    GenericFile<File> file = file("a.ndjson", 100, 1);

    assertThat(files.accept(file)).isFalse();
    clock.advance(SETTLE.minusMillis(1));
    assertThat(files.accept(file)).isFalse();
    clock.advance(Duration.ofMillis(1));
    assertThat(files.accept(file)).isTrue();
  }

  @Test
  void fileThatGrowsWaitsAnew() {
    files.accept(file("a.ndjson", 100, 1));
    clock.advance(SETTLE);

    assertThat(files.accept(file("a.ndjson", 101, 1))).isFalse();
    clock.advance(SETTLE);
    assertThat(files.accept(file("a.ndjson", 101, 1))).isTrue();
  }

  @Test
  void fileThatIsWrittenToWithoutGrowingWaitsAnew() {
    files.accept(file("a.ndjson", 100, 1));
    clock.advance(SETTLE);

    assertThat(files.accept(file("a.ndjson", 100, 2))).isFalse();
    clock.advance(SETTLE);
    assertThat(files.accept(file("a.ndjson", 100, 2))).isTrue();
  }

  @Test
  void filesWaitEachForThemselves() {
    files.accept(file("a.ndjson", 100, 1));
    clock.advance(SETTLE);

    assertThat(files.accept(file("b.ndjson", 100, 1))).isFalse();
    assertThat(files.accept(file("a.ndjson", 100, 1))).isTrue();
  }

  @Test
  void oldFileWaitsAsWellForItMayBeStillBeingCopied() {
    assertThat(files.accept(file("a.ndjson", 100, 0))).isFalse();
  }

  @Test
  void withoutATimeToSettleFilesGoThroughAtOnce() {
    SettledFiles atOnce = new SettledFiles(() -> Duration.ZERO, clock);

    assertThat(atOnce.accept(file("a.ndjson", 100, 1))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {".hidden.ndjson", "a.ndjson.tmp", "a.ndjson.part", ".progress"})
  void nameOfAFileThatIsBeingWrittenNeverGoesThrough(String name) {
    files.accept(file(name, 100, 1));
    clock.advance(SETTLE);

    assertThat(files.accept(file(name, 100, 1))).isFalse();
  }

  @Test
  void directoriesAreLookedInto() {
    GenericFile<File> directory = file("day-1", 0, 1);
    directory.setDirectory(true);

    assertThat(files.accept(directory)).isTrue();
  }

  private static GenericFile<File> file(String name, long size, long modified) {
    GenericFile<File> file = new GenericFile<>();
    file.setFileNameOnly(name);
    file.setAbsoluteFilePath("/inbox/" + name);
    file.setFileLength(size);
    file.setLastModified(modified);
    return file;
  }
}
