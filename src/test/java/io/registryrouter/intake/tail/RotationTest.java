package io.registryrouter.intake.tail;

import static io.registryrouter.intake.tail.Scene.line;
import static io.registryrouter.intake.tail.Scene.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import ch.qos.logback.classic.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are renamed while they are followed, and what their names then stand for. */
final class RotationTest extends FollowedFiles {

  /** Nobody has written to it since, for the newer one of its name was followed before. */
  @Test
  void whatWasAllTakenAndIsGoneBehindANewerOneIsNoLoss() throws Exception {
    scene.append("app.log", 0, 2);
    scene.look();
    scene.rotate("app.log");
    scene.append("app.log", 2, 4);
    scene.look();
    scene.restart();
    Files.delete(scene.file("app.log.1"));
    scene.rotate("app.log");
    scene.append("app.log", 4, 6);

    assertThat(scene.look()).containsExactlyElementsOf(lines(4, 6));
    assertThat(scene.said(Level.WARN)).isEmpty();
  }

  @Test
  void aFileThatIsRenamedIsReadToItsEndBeforeTheNextIsBegun() throws Exception {
    scene.append("app.log", 0, 10);
    scene.look();
    scene.append("app.log", 10, 150_000);

    scene.rotate("app.log");
    scene.append("app.log", 150_000, 150_010);

    assertThat(scene.look()).isEqualTo(lines(10, 150_010));
  }

  /** Its writer has not noticed yet, and does while another file is taken. */
  @Test
  void theLastLineOfARenamedFileIsTakenBeforeTheNextFileAlsoWhenOtherFilesAreBusy()
      throws Exception {
    scene.tail("*.log");
    scene.append("app.log", line(1) + "\n");
    scene.append("busy.log", "");
    assertThat(scene.look()).containsExactly(line(1));
    scene.rotate("app.log");
    scene.append("app.log", "");
    scene.append("busy.log", line("busy") + "\n");
    scene.meanwhile =
        () -> {
          scene.append("app.log.1", line(2) + "\n");
          scene.append("app.log", line(3) + "\n");
        };

    assertThat(scene.look()).containsExactly(line("busy"), line(2), line(3));
  }

  @Test
  void whatIsWrittenToARenamedFileIsTakenAsLongAsItExists() throws Exception {
    scene.append("app.log", line(1) + "\n");
    scene.look();
    scene.rotate("app.log");
    assertThat(scene.look()).isEmpty();
    scene.append("app.log.1", line(2) + "\n"); // its writer has not noticed yet
    assertThat(scene.look()).containsExactly(line(2));
    scene.append("app.log", line(3) + "\n");
    assertThat(scene.look()).containsExactly(line(3));
    scene.pass(Duration.ofDays(3));
    scene.restart();
    scene.rotate("app.log");
    scene.append("app.log.2", line(4) + "\n");

    assertThat(scene.look()).containsExactly(line(4));
  }

  @Test
  void theUnfinishedLastLineOfARenamedFileIsTakenOnceItIsQuietAndBeforeTheNextFile()
      throws Exception {
    scene.append("app.log", line(1) + "\n" + line(2));
    scene.look();
    scene.rotate("app.log");
    scene.append("app.log", line(3) + "\n");
    assertThat(scene.look()).isEmpty();
    scene.pass(Scene.SETTLE.minusMillis(1));
    assertThat(scene.look()).isEmpty();

    scene.pass(Duration.ofMillis(1));

    assertThat(scene.look()).containsExactly(line(2), line(3));
  }

  @Test
  void severalRotationsBetweenTwoLooksLoseNothing() throws Exception {
    scene.append("app.log", 0, 5);
    scene.look();
    scene.append("app.log", 5, 10);
    for (int i = 10; i < 50; i += 10) {
      scene.rotate("app.log");
      scene.append("app.log", i, i + 10);
    }

    assertThat(scene.look()).isEqualTo(lines(5, 50));
  }

  @Test
  void severalRotationsWhileTheRouterIsDownLoseNothing() throws Exception {
    scene.append("app.log", 0, 5);
    scene.look();
    scene.append("app.log", 5, 10);
    for (int i = 10; i < 50; i += 10) {
      scene.rotate("app.log");
      scene.append("app.log", i, i + 10);
    }

    scene.restart();

    assertThat(scene.look()).isEqualTo(lines(5, 50));
  }

  @Test
  void aGenerationIsTakenAlsoWhenTheOneBeforeItIsWrittenToLast() throws Exception {
    scene.append("app.log", 0, 2);
    scene.writtenIn("app.log", -60);
    List<String> arrived = new ArrayList<>(scene.look());

    scene.tails().close();
    scene.rotate("app.log");
    scene.append("app.log", 3, 6);
    scene.writtenIn("app.log", -40);
    scene.rotate("app.log");
    scene.append("app.log", 6, 8);
    scene.append("app.log.2", 2, 3); // by a worker that let go of it late
    scene.writtenIn("app.log.2", -20);
    scene.start();
    arrived.addAll(scene.look());

    assertThat(arrived).isEqualTo(Scene.lines(0, 8));
  }

  @Test
  void namesWithDatesAreRotationsTooAndOtherNamesAreNot() throws Exception {
    scene.append("app.log", line(1) + "\n");
    scene.look();
    scene.rename("app.log", "app.log-20260131");
    scene.append("app.log-20260201", line(2) + "\n");
    scene.append("app-2.log", line("another log") + "\n");
    scene.append("app.log.20260131", line("a backup") + "\n");
    scene.append("app.log.audit", line("another log") + "\n");
    scene.append("app.log.2.gz", "not a line\n");
    scene.append("app2.log", line("another log") + "\n");
    scene.append("app.log", line(3) + "\n");

    assertThat(scene.look()).containsExactly(line(2), line(3));
  }

  @Test
  void whatTheGlobsNameIsNoGenerationOfAnotherLog() throws Exception {
    scene.tail("app*.log");
    scene.append("app.log", line(1) + "\n");
    scene.append("app_1.log", line(2) + "\n");
    scene.look();
    for (String name : List.of("app.log", "app_1.log")) {
      scene.rotate(name);
      scene.append(name, "");
      scene.rotate(name);
      scene.append(name, "");
    }
    String half = line("half");
    scene.append("app_1.log", half.substring(0, 5));
    assertThat(scene.look()).isEmpty();
    scene.pass(Scene.SETTLE);
    assertThat(scene.look()).isEmpty();

    scene.append("app_1.log", half.substring(5) + "\n");

    assertThat(scene.look()).containsExactly(half);
  }

  @Test
  void whatWasRotatedBeforeAFileWasEverFollowedIsNotTaken() throws Exception {
    scene.append("app.log.1", line("old") + "\n");
    scene.append("app.log", line(1) + "\n");

    assertThat(scene.look()).containsExactly(line(1));
  }

  @Test
  void whatWasRotatedBeforeAFileWasFollowedIsNotTakenLaterEitherThoughItWasWrittenToLater()
      throws Exception {
    scene.append("app.log", 0, 2);
    scene.writtenIn("app.log", -60);
    scene.append("app.log.1", line("old") + "\n");
    scene.writtenIn("app.log.1", -30);
    List<String> arrived = new ArrayList<>(scene.look());

    scene.tails().close();
    scene.append("app.log", 2, 3);
    scene.rotate("app.log");
    scene.append("app.log", 3, 5);
    scene.start();
    arrived.addAll(scene.look());

    assertThat(arrived).isEqualTo(Scene.lines(0, 5));
  }

  @Test
  void aFileThatDoesNotComeBackIsAnErrorWhenLinesOfItWereNotTaken() throws Exception {
    scene.tail("volume/app.log");
    Files.createDirectories(scene.file("volume"));
    scene.refuses = "full";
    scene.append("volume/app.log", 0, 2);
    scene.look();
    scene.restart();
    scene.rename("volume", "elsewhere");
    scene.said(Level.WARN);

    scene.look();
    assertThat(scene.said(Level.WARN))
        .containsExactly(
            "WARN a file that was followed is not there; it goes on when it comes back"
                + " file=volume/app.log takenTo=0 knownBytesNotTaken=20");

    scene.pass(Duration.ofDays(1));
    scene.look();
    assertThat(scene.said(Level.WARN))
        .containsExactly(
            "ERROR a file that was followed did not come back for a day; it is forgotten"
                + " file=volume/app.log takenTo=0 knownBytesNotTaken=20");
    assertThat(scene.tails().state().losses()).isEqualTo(1);
  }

  @Test
  void aFileThatWasRenamedWhileTheRouterWasDownIsFoundWhateverItIsCalled() throws Exception {
    scene.append("app.log", line(1) + "\n");
    scene.look();
    scene.append("app.log", line(2) + "\n");

    scene.rename("app.log", "before the upgrade");
    scene.append("app.log", line(3) + "\n");
    scene.restart();

    assertThat(scene.look()).containsExactly(line(2), line(3));
    assertThat(scene.said(Level.INFO))
        .contains("INFO found rotated file=app.log at=before the upgrade position=10");
  }

  @Test
  void whatWasRotatedAndCompressedWhileTheRouterWasDownIsAnErrorThatSaysWhere() throws Exception {
    scene.append("app.log", line(1) + "\n" + line(2));
    scene.look();
    scene.said(Level.INFO);

    Files.delete(scene.file("app.log"));
    scene.append("app.log.1.gz", "compressed");
    scene.append("app.log", line(3) + "\n");
    scene.restart();

    assertThat(scene.look()).containsExactly(line(3));
    assertThat(scene.said(Level.WARN))
        .containsExactly(
            "ERROR what this name stood for was rotated or truncated and is not found; events may"
                + " be lost, see docs/tail.md file=app.log takenTo=10 knownBytesNotTaken=9");
    assertThat(scene.tails().state().losses()).isEqualTo(1);
  }

  /** Its writer need not bring it to disk. */
  @ParameterizedTest
  @ValueSource(ints = {0, 40, 200})
  void whatAPowerFailureHasCutIsTakenFromItsBeginning(int written) throws Exception {
    scene.append("app.log", 100, 400);
    scene.look();
    scene.tails().close();
    try (FileChannel file = FileChannel.open(scene.file("app.log"), StandardOpenOption.WRITE)) {
      file.truncate(lineBytes(100, 350));
    }
    scene.append("app.log", 500, 500 + written);
    scene.start();

    List<String> there = new ArrayList<>(lines(100, 350));
    there.addAll(lines(500, 500 + written));
    assertThat(scene.look()).isEqualTo(there);
    assertThat(scene.said(Level.WARN))
        .singleElement(STRING)
        .startsWith(
            "ERROR a file ends before, or goes on otherwise than, what was taken of it, as after a"
                + " power failure; what is in it comes again, and events may be lost, see docs/tail.md"
                + " file=app.log takenTo="
                + lineBytes(100, 400));
  }

  private static int lineBytes(int from, int to) {
    return (to - from) * (line(from).length() + 1);
  }

  /** By its name it could be an older one of this log. */
  @Test
  void aLogOfAnotherPathIsNoneOfThisOne() throws Exception {
    scene.tailElsewhere("app-2019.log");
    scene.append("app.log", 0, 2);
    scene.append("app-2019.log", 100, 102);
    assertThat(scene.look()).containsExactlyElementsOf(lines(0, 2));
    scene.append("app-2019.log", 102, 103);

    Files.delete(scene.file("app.log")); // compressed
    scene.append("app.log", 2, 3);
    assertThat(scene.look()).containsExactly(line(2));
    scene.append("app-2019.log", 103, 104);
    scene.restart();
    Files.delete(scene.file("app.log"));
    scene.append("app.log", 3, 4);

    assertThat(scene.look()).containsExactly(line(3));
  }

  @Test
  void aLogThatBothPathsNameIsAWarning() throws Exception {
    scene.tail("*.log");
    scene.tailElsewhere("app*");
    scene.append("app.log", 0, 2);
    scene.append("other.log", 10, 12);

    assertThat(scene.look()).containsExactlyInAnyOrder(line(0), line(1), line(10), line(11));
    assertThat(scene.said(Level.WARN))
        .containsExactly(
            "WARN another path follows this file as well; each of its lines is taken twice file=app.log");
  }

  @Test
  void whatWasRotatedFromALogOfAnotherPathIsNoneOfThisOneEither() throws Exception {
    scene.tail("app");
    scene.tailElsewhere("app-2019");
    scene.append("app", 0, 2);
    scene.append("app-2019", 100, 102);
    scene.look();
    scene.append("app-2019", 102, 103);
    scene.rename("app-2019", "app-2019.1");
    scene.append("app-2019", 103, 104);
    scene.writtenIn("app-2019.1", 1);
    Files.delete(scene.file("app"));
    scene.append("app.1", 2, 3);
    scene.writtenIn("app.1", 2);
    scene.append("app", 3, 4);

    assertThat(scene.look()).containsExactlyElementsOf(lines(2, 4));
  }

  @Test
  void theInodeOfAnEmptyLogMayBeGivenToALogOfAnotherPath() throws Exception {
    scene.tailElsewhere("app.1.log");
    scene.append("app.log", "");
    scene.look();
    scene.restart();
    scene.rename("app.log", "app.1.log"); // as if its inode had been given to it
    scene.append("app.1.log", 100, 103);
    assertThat(scene.look()).isEmpty();
    scene.append("app.log", 0, 3);
    scene.append("app.1.log", 103, 105);

    assertThat(scene.look()).containsExactlyElementsOf(lines(0, 3));
  }

  @Test
  void anEmptyLogIsFoundRotatedBesideALogOfAnotherPath() throws Exception {
    scene.tailElsewhere("app-2019.log");
    scene.append("app.log", "");
    scene.look();
    scene.restart();
    scene.append("app-2019.log", 100, 103);
    scene.append("app.log", 0, 3);
    scene.rename("app.log", "app-20260131.log");
    scene.writtenIn("app-20260131.log", 1);
    scene.append("app.log", 3, 4);
    scene.writtenIn("app.log", 2);

    assertThat(scene.look()).containsExactlyElementsOf(lines(0, 4));
    assertThat(scene.said(Level.ERROR)).isEmpty();
  }
}
