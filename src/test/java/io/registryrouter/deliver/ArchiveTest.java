package io.registryrouter.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.registryrouter.spool.Slice;
import io.registryrouter.support.Forced;
import io.registryrouter.support.VolatileFileSystem;
import io.registryrouter.support.VolatileFileSystem.Fault;
import io.registryrouter.support.VolatileFileSystem.Operation;
import io.registryrouter.support.Warnings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ArchiveTest {

  private static final String SPOOL = "0a1b2c3d-0000-0000-0000-000000000000";
  private static final String OTHER = "ffffffff-0000-0000-0000-000000000000";
  private static final String FIRST = "2019-08-15.0a1b2c3d.00000000000000000000.ndjson";

  @RegisterExtension final Warnings warnings = new Warnings(Archive.class);
  @TempDir Path temporary;
  private Instant now = Instant.parse("2019-08-15T23:59:59Z");

  private Path directory() {
    return temporary.resolve("us-south");
  }

  private Archive archive() {
    InstantSource source = () -> now;
    return new Archive(directory(), true, source.withZone(ZoneOffset.UTC));
  }

  private static Slice slice(long from, String text) {
    return slice(SPOOL, from, text);
  }

  private static Slice slice(String spool, long from, String text) {
    byte[] bytes = (text + "stale").getBytes(StandardCharsets.UTF_8); // a buffer may be longer
    int length = text.length();
    return new Slice(
        "us-south", spool, from, from + length, bytes, length, 1, offset -> Instant.EPOCH);
  }

  private Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(directory())) {
      for (Path file : all.toList()) {
        files.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return files;
  }

  @Test
  void slicesFollowOneAnotherInOneFile() throws Exception {
    Archive archive = archive();

    archive.append(slice(0, "a\n"));
    archive.append(slice(2, "b\n"));

    assertThat(files()).isEqualTo(Map.of(FIRST, "a\nb\n"));
  }

  @Test
  void aNewDayBeginsANewFile() throws Exception {
    Archive archive = archive();
    archive.append(slice(0, "a\n"));
    now = now.plus(Duration.ofSeconds(1));

    archive.append(slice(2, "b\n"));

    assertThat(files())
        .isEqualTo(Map.of(FIRST, "a\n", "2019-08-16.0a1b2c3d.00000000000000000002.ndjson", "b\n"));
  }

  @Test
  void aSliceHalfWrittenByACrashIsCutOffWhereverItTore() throws Exception {
    for (int torn = 0; torn <= 4; torn++) {
      Archive archive = archive();
      archive.append(slice(0, "a\n"));
      archive.close();
      Files.writeString(directory().resolve(FIRST), "a\n" + "bcd\n".substring(0, torn));

      archive().append(slice(2, "bcd\n"));

      assertThat(files()).isEqualTo(Map.of(FIRST, "a\nbcd\n"));
      Files.delete(directory().resolve(FIRST));
    }
  }

  @Test
  void aFirstSliceHalfWrittenByACrashIsWrittenAgain() throws Exception {
    Files.createDirectories(directory());
    Files.writeString(directory().resolve(FIRST), "a");

    archive().append(slice(0, "abc\n"));

    assertThat(files()).isEqualTo(Map.of(FIRST, "abc\n"));
  }

  @Test
  void aSliceOfYesterdayThatComesAgainTodayStaysWhereItIs() throws Exception {
    Archive archive = archive();
    archive.append(slice(0, "a\n"));
    archive.append(slice(2, "b\n"));
    archive.close();
    now = now.plus(Duration.ofDays(1));

    Archive next = archive();
    next.append(slice(2, "b\n"));
    next.append(slice(4, "c\n"));

    assertThat(files())
        .isEqualTo(
            Map.of(FIRST, "a\nb\n", "2019-08-16.%s.%020d.ndjson".formatted("0a1b2c3d", 4), "c\n"));
    assertThat(warnings.said()).isEmpty();
  }

  @Test
  void aSliceOfYesterdayThatIsTornIsWrittenAgainTodayAndIsThereOnce() throws Exception {
    Archive archive = archive();
    archive.append(slice(0, "a\n"));
    archive.append(slice(2, "one\n"));
    archive.close();
    Files.writeString(directory().resolve(FIRST), "a\non\0\0");
    now = now.plus(Duration.ofDays(1));

    archive().append(slice(2, "one\n"));

    assertThat(files())
        .isEqualTo(
            Map.of(FIRST, "a\n", "2019-08-16.0a1b2c3d.00000000000000000002.ndjson", "one\n"));
    assertThat(warnings.said()).isEmpty();
  }

  /** A power failure may take segments away and leave the cursor before them. */
  @Test
  void whatTheSpoolHasNotAnyMoreStaysArchived() throws Exception {
    Archive archive = archive();
    for (int i = 0; i < 4; i++) {
      archive.append(slice(2L * i, "abcd".charAt(i) + "\n"));
    }
    now = now.plus(Duration.ofDays(1));
    archive.append(slice(8, "e\n"));
    archive.append(slice(10, "f\n"));
    archive.close();

    Archive next = archive();
    next.append(slice(0, "a\n"));
    next.append(slice(6, "d\ne\n"));
    next.append(slice(10, "f\ng\n"));

    assertThat(files())
        .isEqualTo(
            Map.of(
                FIRST,
                "a\nb\nc\nd\n",
                "2019-08-16.0a1b2c3d.00000000000000000008.ndjson",
                "e\nf\ng\n"));
    assertThat(warnings.said()).isEmpty();
  }

  @Test
  void whatIsMissingBetweenTwoFilesIsWrittenAgain() throws Exception {
    Archive archive = archive();
    archive.append(slice(0, "a\n"));
    Path first = directory().resolve(FIRST);
    Path last = directory().resolve("2019-08-15.0a1b2c3d.00000000000000000004.ndjson");
    Files.writeString(last, "c\n");

    archive.append(slice(0, "a\nb\nc\nd\n"));

    assertThat(first).hasContent("a\nb\n");
    assertThat(last).hasContent("c\nd\n");
    assertThat(files()).hasSize(2);
  }

  /** A file may begin in the middle of what is now an event. */
  @Test
  void whatAnotherPastOfTheLogHasArchivedIsCutAtAnEvent() throws Exception {
    Archive archive = archive();
    archive.append(slice(0, "a1\n"));
    archive.append(slice(3, "a2\n"));
    now = now.plus(Duration.ofDays(1));
    archive.append(slice(6, "a3\n"));
    archive.close();

    archive().append(slice(0, "a1\na222\na4\n"));

    assertThat(files())
        .isEqualTo(
            Map.of(FIRST, "a1\n", "2019-08-16.0a1b2c3d.00000000000000000003.ndjson", "a222\na4\n"));
  }

  @Test
  void cuttingBackMoreThanComesAgainIsSaid() throws Exception {
    Archive archive = archive();
    archive.append(slice(0, "a\n"));
    archive.append(slice(2, "b\n"));
    archive.append(slice(4, "c\n"));
    now = now.plus(Duration.ofDays(1));
    archive.append(slice(6, "d\n"));
    archive.close();

    archive().append(slice(2, "B\n")); // a spool that is older than its archive

    String second = "2019-08-16.0a1b2c3d.%020d.ndjson";
    assertThat(files()).isEqualTo(Map.of(FIRST, "a\n", second.formatted(2), "B\n"));
    assertThat(warnings.said())
        .containsExactly(
            "destination=us-south file=%s offset=2 bytes=4".formatted(directory().resolve(FIRST)),
            "destination=us-south file=%s offset=2 bytes=2"
                .formatted(directory().resolve(second.formatted(6))));
  }

  @Test
  void aSliceThatComesAgainInTheSameProcessTakesItsOwnPlace() throws Exception {
    Archive archive = archive();
    archive.append(slice(0, "a\n"));
    archive.append(slice(2, "b\n"));

    archive.append(slice(2, "b\n"));
    archive.append(slice(4, "c\n"));

    assertThat(files()).isEqualTo(Map.of(FIRST, "a\nb\nc\n"));
  }

  @Test
  void theFirstSliceMayComeAgainInTheSameProcess() throws Exception {
    Archive archive = archive();
    archive.append(slice(0, "a\n"));

    archive.append(slice(0, "a\n"));

    assertThat(files()).isEqualTo(Map.of(FIRST, "a\n"));
  }

  @Test
  void whatAnotherLogArchivedIsNeverTouched() throws Exception {
    Archive other = archive();
    other.append(slice(OTHER, 0, "other\n"));
    other.close();

    archive().append(slice(0, "a\n"));

    assertThat(files())
        .isEqualTo(Map.of(FIRST, "a\n", FIRST.replace("0a1b2c3d", "ffffffff"), "other\n"));
  }

  @Test
  void foreignFilesAreNeverTouched() throws Exception {
    Files.createDirectories(directory());
    Files.writeString(directory().resolve("notes.ndjson"), "mine");
    Files.writeString(directory().resolve(FIRST + ".gz"), "compressed");

    archive().append(slice(0, "a\n"));

    assertThat(files())
        .isEqualTo(Map.of(FIRST, "a\n", "notes.ndjson", "mine", FIRST + ".gz", "compressed"));
  }

  @Test
  void theNamesOfAFileAndItsDirectoryAreOnDiskWithTheEvents() throws Exception {
    Path file = directory().resolve(FIRST);

    assertThat(Forced.by(() -> archive().append(slice(0, "a\n"))))
        .contains(temporary, directory(), file);

    // a process may have been killed when it had written them
    assertThat(Forced.by(() -> archive().append(slice(0, "a\n"))))
        .contains(temporary, directory(), file);
  }

  @Test
  void whatIsCutIsOffTheDiskBeforeItIsWrittenElsewhere() throws Exception {
    archive().append(slice(0, "a\n"));
    Files.writeString(directory().resolve(FIRST), "a\no");
    now = now.plus(Duration.ofDays(1));

    assertThat(Forced.by(() -> archive().append(slice(2, "one\n"))))
        .containsSubsequence(
            directory().resolve(FIRST),
            directory().resolve("2019-08-16.0a1b2c3d.00000000000000000002.ndjson"));
  }

  /** As in the spool: an fsync that follows one that failed says nothing of what that one had. */
  @Test
  void whatAFailedFsyncHadToBringToDiskIsWrittenOnceMore() throws Exception {
    VolatileFileSystem disk = new VolatileFileSystem();
    InstantSource source = () -> now;
    Path archived = disk.getPath("/archive/us-south");
    Archive archive = new Archive(archived, true, source.withZone(ZoneOffset.UTC));
    archive.append(slice(0, "a\n"));
    disk.fault(
        (operation, file) -> {
          if (operation == Operation.FSYNC) {
            throw new IOException("no fsync");
          }
        });
    assertThatThrownBy(() -> archive.append(slice(2, "b\n"))).hasMessageEndingWith("no fsync");
    disk.fault(Fault.NONE);

    archive.append(slice(2, "b\n"));
    disk.losePower();

    assertThat(archived.resolve(FIRST)).hasContent("a\nb\n");
  }

  @Test
  void aFileDeletedMeanwhileIsFollowedByANewOne() throws Exception {
    Archive archive = archive();
    archive.append(slice(0, "a\n"));
    Files.delete(directory().resolve(FIRST));

    archive.append(slice(2, "b\n"));

    assertThat(files()).isEqualTo(Map.of("2019-08-15.0a1b2c3d.00000000000000000002.ndjson", "b\n"));
  }

  @Test
  void aFileEditedMeanwhileIsFollowedByANewOne() throws Exception {
    Archive archive = archive();
    archive.append(slice(0, "a\n"));
    Path edited = Files.writeString(directory().resolve("sed"), "x\n");
    Files.move(edited, directory().resolve(FIRST), StandardCopyOption.REPLACE_EXISTING);

    archive.append(slice(2, "b\n"));
    Files.writeString(
        directory().resolve("2019-08-15.0a1b2c3d.00000000000000000002.ndjson"), ""); // truncated
    archive.append(slice(4, "c\n"));

    assertThat(files())
        .isEqualTo(
            Map.of(
                FIRST,
                "x\n",
                "2019-08-15.0a1b2c3d.00000000000000000002.ndjson",
                "",
                "2019-08-15.0a1b2c3d.00000000000000000004.ndjson",
                "c\n"));
  }

  @Test
  void aFileEditedBeforeARestartIsLeftAsItIs() throws Exception {
    try (Archive archive = archive()) {
      archive.append(slice(0, "a\n"));
      archive.append(slice(2, "b\n"));
    }
    Files.writeString(directory().resolve(FIRST), "longer\nb\n");

    try (Archive archive = archive()) {
      archive.append(slice(4, "c\n"));
    }

    assertThat(files())
        .isEqualTo(
            Map.of(FIRST, "longer\nb\n", "2019-08-15.0a1b2c3d.00000000000000000004.ndjson", "c\n"));
    assertThat(warnings.said())
        .containsExactly("destination=us-south file=" + directory().resolve(FIRST));
  }

  @Test
  void aDirectoryDeletedMeanwhileIsMadeAgain() throws Exception {
    Archive archive = archive();
    archive.append(slice(0, "a\n"));
    Files.delete(directory().resolve(FIRST));
    Files.delete(directory());

    archive.append(slice(2, "b\n"));

    assertThat(files()).hasSize(1);
  }

  @Test
  void deliveredFilesDeletedBeforeARestartStayDeleted() throws Exception {
    archive().append(slice(100, "b\n"));

    assertThat(files()).isEqualTo(Map.of("2019-08-15.0a1b2c3d.00000000000000000100.ndjson", "b\n"));
  }

  @Test
  void anArchiveThatCannotBeWrittenSaysSoAndGoesOnLater() throws Exception {
    Files.writeString(directory(), "in the way");
    Archive archive = archive();

    assertThatThrownBy(() -> archive.append(slice(0, "a\n"))).isInstanceOf(IOException.class);

    Files.delete(directory());
    archive.append(slice(0, "a\n"));
    assertThat(files()).isEqualTo(Map.of(FIRST, "a\n"));
  }

  @Test
  void anInterruptBreaksNoSliceOff() throws Exception {
    Archive archive = archive();
    archive.append(slice(0, "a\n"));

    Thread.currentThread().interrupt();
    archive.append(slice(2, "b\n"));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(files()).isEqualTo(Map.of(FIRST, "a\nb\n"));
  }

  /** Or its room on the disk would not be free. */
  @Test
  void aFileThatWasDeletedIsLetGoOf() throws IOException {
    Archive archive = archive();
    archive.append(slice(0, "a\n"));
    archive.release();
    assertThat(deletedAndOpen()).isEmpty();
    Files.delete(directory().resolve(FIRST));
    assertThat(deletedAndOpen()).isNotEmpty();

    archive.release();

    assertThat(deletedAndOpen()).isEmpty();
    archive.append(slice(2, "b\n"));
    assertThat(files()).hasSize(1).containsValue("b\n");
  }

  private List<String> deletedAndOpen() throws IOException {
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : open) {
        String file = Files.exists(descriptor, LinkOption.NOFOLLOW_LINKS) ? target(descriptor) : "";
        if (file.startsWith(directory().toString()) && file.endsWith(" (deleted)")) {
          found.add(file);
        }
      }
    }
    return found;
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return ""; // closed meanwhile
    }
  }
}
