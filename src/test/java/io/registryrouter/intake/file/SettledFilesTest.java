package io.registryrouter.intake.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.observe.SteadyClock;
import io.registryrouter.support.MutableClock;
import io.registryrouter.support.Tool;
import io.registryrouter.support.Warnings;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.camel.component.file.FileEndpoint;
import org.apache.camel.component.file.GenericFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettledFilesTest {

  private static final Duration SETTLE = Duration.ofSeconds(1);

  @TempDir private Path inbox;
  @TempDir private Path others;
  @RegisterExtension final Warnings warnings = new Warnings(SettledFiles.class);
  private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final SettledFiles files = new SettledFiles(() -> SETTLE, file -> true, () -> {}, clock);

  @Test
  void anInboxThatIsGoneIsSaidUntilItIsBack() throws Exception {
    Path gone = inbox.resolve("gone");
    FileEndpoint endpoint = new FileEndpoint();
    endpoint.getConfiguration().setDirectory(gone.toString());
    files.begin(null, endpoint);
    files.begin(null, endpoint);

    assertThat(files.troubles())
        .containsExactly(
            Map.entry(".", "the inbox is gone, or this user may not look for it; restore it"));
    assertThat(warnings.said())
        .containsExactly(
            "file=. error=the inbox is gone, or this user may not look for it; restore it");

    Files.createDirectory(gone);
    files.begin(null, endpoint);
    files.begin(null, endpoint);
    assertThat(files.troubles()).isEmpty();

    Files.delete(gone);
    files.begin(null, endpoint);
    assertThat(warnings.said()).as("each time anew").hasSize(2);
  }

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

  /** The walk through a large inbox takes long, and comes by the files in any order. */
  @Test
  void whatOneLookHasFoundGoesThroughTogether() {
    files.begin(null, null);
    assertThat(files.accept(file("b.ndjson", 100, 1))).isFalse();
    clock.advance(SETTLE.dividedBy(2));
    assertThat(files.accept(file("a.ndjson", 100, 1))).isFalse();

    clock.advance(SETTLE.dividedBy(2));
    files.begin(null, null);
    assertThat(files.accept(file("b.ndjson", 100, 1))).isFalse();
    assertThat(files.accept(file("c.ndjson", 100, 1))).isFalse();
    clock.advance(SETTLE.dividedBy(2));
    assertThat(files.accept(file("a.ndjson", 100, 1))).isFalse();

    files.begin(null, null);
    assertThat(files.accept(file("b.ndjson", 100, 1))).isTrue();
    assertThat(files.accept(file("c.ndjson", 100, 1))).isFalse();
    assertThat(files.accept(file("a.ndjson", 100, 1))).isTrue();
  }

  @Test
  void aClockThatIsSetBackHoldsNoFileUp() {
    SettledFiles steady =
        new SettledFiles(
            () -> Duration.ofMillis(5), file -> true, () -> {}, SteadyClock.from(clock));
    steady.accept(file("a.ndjson", 100, 1));

    clock.advance(Duration.ofHours(-1));

    await().until(() -> steady.accept(file("a.ndjson", 100, 1)));
  }

  @Test
  void filesThatAreTakenAwayBeforeTheyHaveSettledAreForgotten() throws IOException {
    files.accept(file("stays.ndjson", 100, 1));
    for (int i = 0; i < 3000; i++) {
      files.accept(file(i + ".ndjson", 100, 1));
      Files.delete(inbox.resolve(i + ".ndjson"));
    }
    clock.advance(SETTLE);

    assertThat(files.waiting()).isLessThan(1000);
    assertThat(files.accept(file("stays.ndjson", 100, 1))).isTrue();
  }

  @Test
  void howManyFilesThereAreIsNoMatterOfMemory() throws IOException {
    int more = 100;
    for (int i = 0; i < SettledFiles.MOST + more; i++) {
      files.accept(file(i + ".ndjson", 100, 1));
    }
    assertThat(files.waiting()).isEqualTo(SettledFiles.MOST);

    clock.advance(SETTLE);
    for (int i = 0; i < SettledFiles.MOST; i++) {
      assertThat(files.accept(file(i + ".ndjson", 100, 1))).isTrue();
      Files.delete(inbox.resolve(i + ".ndjson")); // taken
    }
    String last = SettledFiles.MOST + ".ndjson";
    assertThat(files.accept(file(last, 100, 1))).isFalse();
    clock.advance(SETTLE);
    assertThat(files.accept(file(last, 100, 1))).isTrue();
  }

  /**
   * One that was seen later would go before them otherwise, also when its name comes after theirs.
   */
  @Test
  void filesThatWereLetThroughAndHadToWaitGoOnFirst() throws IOException {
    files.accept(file("a.ndjson", 100, 1));
    files.accept(file("b.ndjson", 100, 1));
    clock.advance(SETTLE);

    assertThat(files.accept(file("b.ndjson", 100, 1))).isTrue();
    assertThat(files.accept(file("c.ndjson", 100, 1))).isFalse();
    assertThat(files.accept(file("b.ndjson", 100, 1))).isTrue();
  }

  @Test
  void whatHasToWaitForAnotherFileTakesNoPlaceInALook() throws IOException {
    SettledFiles oneFirst =
        new SettledFiles(() -> Duration.ZERO, file -> file.endsWith("z.ndjson"), () -> {}, clock);

    assertThat(oneFirst.accept(file("a.ndjson", 100, 1))).isFalse();
    assertThat(oneFirst.accept(file("z.ndjson", 100, 1))).isTrue();
    assertThat(oneFirst.waiting()).isEqualTo(1);
  }

  @Test
  void oldFileWaitsAsWellForItMayBeStillBeingCopied() {
    assertThat(files.accept(file("a.ndjson", 100, 0))).isFalse();
  }

  @Test
  void withoutATimeToSettleFilesGoThroughAtOnce() {
    SettledFiles atOnce = new SettledFiles(() -> Duration.ZERO, file -> true, () -> {}, clock);

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
  void directoriesAreLookedInto() throws IOException {
    Files.createDirectory(inbox.resolve("day-1"));
    Files.createSymbolicLink(
        inbox.resolve("elsewhere"), Files.createDirectory(others.resolve("day-2")));

    assertThat(files.accept(directory("day-1"))).isTrue();
    assertThat(files.accept(directory("elsewhere"))).isTrue();
  }

  @Test
  void aLinkToADirectoryThatItStandsInIsNotFollowed() throws IOException {
    Files.createDirectory(inbox.resolve("day-1"));
    Files.createSymbolicLink(inbox.resolve("self"), Path.of("."));
    Files.createSymbolicLink(inbox.resolve("day-1/up"), Path.of(".."));
    Files.createSymbolicLink(
        inbox.resolve("elsewhere"), Files.createDirectory(others.resolve("day-2")));
    Files.createSymbolicLink(others.resolve("day-2/round"), inbox);
    Files.createSymbolicLink(others.resolve("day-2/itself"), others.resolve("day-2"));

    assertThat(files.accept(directory("self"))).isFalse();
    assertThat(files.accept(directory("day-1/up"))).isFalse();
    assertThat(files.accept(directory("elsewhere/round"))).isFalse();
    assertThat(files.accept(directory("elsewhere/itself"))).isFalse();
    assertThat(warnings.said())
        .hasSize(4)
        .contains("file=self error=it is a link to a directory that it stands in; remove it");
  }

  @Test
  void whatIsNoRegularFileStaysAndIsSaidOnce() throws IOException {
    Tool.run(inbox, Map.of(), "mkfifo", inbox.resolve("pipe.ndjson").toString());
    Files.createSymbolicLink(inbox.resolve("link.ndjson"), Path.of("nothing"));
    SettledFiles atOnce = new SettledFiles(() -> Duration.ZERO, file -> true, () -> {}, clock);

    for (int i = 0; i < 2; i++) {
      assertThat(atOnce.accept(named("pipe.ndjson", 0, 1))).isFalse();
      assertThat(atOnce.accept(named("link.ndjson", 0, 1))).isFalse();
      assertThat(atOnce.accept(named("caf\uFFFD.ndjson", 0, 1))).isFalse();
    }

    assertThat(warnings.said())
        .containsExactly(
            "file=pipe.ndjson error=it is no regular file; remove it",
            "file=link.ndjson error=it is a link to what is not there; remove it",
            "file=caf\uFFFD.ndjson error=its name is not UTF-8; rename it");
  }

  @Test
  void howManyStayIsNoReasonToSayItAtEachLook() {
    for (int look = 0; look < 3; look++) {
      files.begin(null, null);
      for (int i = 0; i < SettledFiles.MOST_TROUBLES + 500; i++) {
        assertThat(files.accept(named("caf\uFFFD" + i, 0, 1))).isFalse();
      }
    }
    assertThat(warnings.said()).hasSize(SettledFiles.MOST_TROUBLES);
    assertThat(files.troubles()).hasSize(SettledFiles.MOST_TROUBLES);

    files.begin(null, null);
    files.begin(null, null);
    assertThat(files.troubles()).isEmpty();
    files.accept(named("caf\uFFFD0", 0, 1));
    assertThat(warnings.said())
        .as("again, after it was gone")
        .hasSize(SettledFiles.MOST_TROUBLES + 1);
  }

  /** Such as one of those before a thousand others; it is not known whether it still stays. */
  @Test
  void whatALookDidNotComeByStaysUntilOneDid() {
    FileEndpoint endpoint = new FileEndpoint();
    endpoint.getConfiguration().setDirectory(inbox.toString());
    endpoint.setMaxMessagesPerPoll(1);
    SettledFiles atOnce = new SettledFiles(() -> Duration.ZERO, file -> true, () -> {}, clock);
    atOnce.begin(null, endpoint);
    atOnce.accept(named("caf\uFFFD", 0, 1));
    for (int look = 0; look < 3; look++) {
      atOnce.begin(null, endpoint);
      assertThat(atOnce.accept(file("a.ndjson", 0, 1))).isTrue();

      assertThat(atOnce.troubles()).containsOnlyKeys("caf\uFFFD");
    }
    atOnce.begin(null, endpoint);
    atOnce.accept(named("caf\uFFFD", 0, 1));
    assertThat(warnings.said()).hasSize(1);

    atOnce.begin(null, endpoint);
    atOnce.begin(null, endpoint);
    assertThat(atOnce.troubles()).as("after a look that came by all").isEmpty();
  }

  @Test
  void whatStaysIsSaidOnceOverTheLooks() {
    for (int look = 0; look < 3; look++) {
      files.begin(null, null);
      files.accept(named("caf\uFFFD", 0, 1));
    }

    assertThat(warnings.said()).hasSize(1);
    files.begin(null, null);
    assertThat(files.troubles())
        .containsExactly(Map.entry("caf\uFFFD", "its name is not UTF-8; rename it"));
  }

  /** With NUL in the place of what Java cannot turn into bytes where the locale is not UTF-8. */
  @Test
  void aNameThatCannotBeOneInThisLocaleHoldsUpNoOtherFile() {
    SettledFiles atOnce = new SettledFiles(() -> Duration.ZERO, file -> true, () -> {}, clock);
    GenericFile<File> foreign = named("a.ndjson", 0, 1);
    foreign.setFile(new File(inbox.toFile(), "caf\0.ndjson"));

    assertThat(atOnce.accept(foreign)).isFalse();
    foreign.setDirectory(true);
    assertThat(atOnce.accept(foreign)).isFalse();
    assertThat(atOnce.accept(file("b.ndjson", 0, 1))).isTrue();

    assertThat(warnings.said())
        .containsExactly(
            "file=a.ndjson error=its name has characters that the locale has not; rename it, or"
                + " start the router with LC_ALL=C.UTF-8");
  }

  private GenericFile<File> directory(String name) {
    GenericFile<File> directory = named(name, 0, 1);
    directory.setDirectory(true);
    return directory;
  }

  private GenericFile<File> file(String name, long size, long modified) {
    try {
      Files.write(inbox.resolve(name), new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return named(name, size, modified);
  }

  private GenericFile<File> named(String name, long size, long modified) {
    GenericFile<File> file = new GenericFile<>();
    file.setFile(inbox.resolve(name).toFile());
    file.setFileNameOnly(Path.of(name).getFileName().toString());
    file.setRelativeFilePath(name);
    file.setAbsoluteFilePath(inbox.resolve(name).toString());
    file.setFileLength(size);
    file.setLastModified(modified);
    return file;
  }
}
