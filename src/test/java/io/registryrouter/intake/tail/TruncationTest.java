package io.registryrouter.intake.tail;

import static io.registryrouter.intake.tail.Scene.line;
import static io.registryrouter.intake.tail.Scene.lines;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.registryrouter.config.EventPath;
import io.registryrouter.intake.Head;
import io.registryrouter.intake.file.FileIntake;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that are copied and truncated while they are followed, or otherwise hold something else.
 */
final class TruncationTest extends FollowedFiles {

  @Test
  void anotherContentUnderTheSameInodeIsNotTakenForTheOldFile() throws Exception {
    scene.append("app.log", 0, 10);
    scene.look();

    scene.truncate("app.log");
    scene.append("app.log", 100, 150);
    scene.restart();

    assertThat(scene.look()).isEqualTo(lines(100, 150));
    assertThat(scene.said(Level.ERROR))
        .containsExactly(
            "ERROR what this name stood for was rotated or truncated and is not found; events may"
                + " be lost, see docs/tail.md file=app.log takenTo=100 knownBytesNotTaken=0");
  }

  @Test
  void aTruncatedFileIsFollowedFromItsBeginning() throws Exception {
    scene.append("app.log", 0, 10);
    scene.look();
    scene.said(Level.INFO);

    scene.truncate("app.log");
    scene.append("app.log", 10, 12);
    assertThat(scene.look()).isEqualTo(lines(10, 12));
    assertThat(scene.said(Level.INFO))
        .contains(
            "INFO truncated; it is followed from its beginning file=app.log takenTo=100"
                + " knownBytesNotTaken=0");
  }

  @Test
  void aTruncatedFileThatHasGrownToTheSameSizeOrBeyondIsNoticed() throws Exception {
    scene.append("app.log", 10, 20);
    scene.look();

    scene.truncate("app.log");
    scene.append("app.log", 20, 30);
    assertThat(scene.look()).isEqualTo(lines(20, 30));

    scene.truncate("app.log");
    scene.append("app.log", 30, 90);
    assertThat(scene.look()).isEqualTo(lines(30, 90));
  }

  @Test
  void theSameLineIsTakenAgainAfterATruncation() throws Exception {
    scene.append("app.log", line(1) + "\n" + line(2) + "\n");
    scene.look();

    scene.truncate("app.log");
    scene.look();
    scene.append("app.log", line(1) + "\n");

    assertThat(scene.look()).containsExactly(line(1));
  }

  @Test
  void whatWasNotTakenBeforeATruncationIsTakenFromTheCopy() throws Exception {
    scene.append("app.log", 0, 10);
    scene.look();
    scene.append("app.log", 10, 20);
    Files.copy(scene.file("app.log"), scene.file("app.log.1"));
    scene.truncate("app.log");
    scene.append("app.log", 20, 30);

    assertThat(scene.look()).isEqualTo(lines(10, 30));
    assertThat(scene.said(Level.WARN)).isEmpty();
  }

  @Test
  void theCopyIsAlsoFoundAfterARestart() throws Exception {
    scene.append("app.log", 0, 10);
    scene.look();
    scene.append("app.log", 10, 20);
    Files.copy(scene.file("app.log"), scene.file("app.log-20260131"));
    scene.truncate("app.log");
    scene.append("app.log", 20, 80);
    scene.restart();

    assertThat(scene.look()).isEqualTo(lines(10, 80));
    scene.restart();
    assertThat(scene.look()).isEmpty();
  }

  /** Between the listing of its directory and its opening, with the copy begun before or not. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theCopyIsAlsoFoundWhenItIsMadeAtTheMomentOfAStart(boolean begun) throws Exception {
    scene.append("app.log", 0, 10);
    scene.look();
    scene.tails().close();
    scene.append("app.log", 10, 20);
    if (begun) {
      scene.append("app.log.1", 0, 5);
    }
    Followed.Opener opener = scene.opener;
    scene.opener =
        file -> {
          scene.opener = opener;
          scene.append("app.log.1", begun ? 5 : 0, 20);
          scene.truncate("app.log");
          scene.append("app.log", 20, 30);
          return opener.open(file);
        };
    scene.start();

    assertThat(scene.look()).isEqualTo(lines(10, 30));
    assertThat(scene.said(Level.WARN)).isEmpty();
  }

  @Test
  void withoutACopyWhatIsLostByATruncationIsAnErrorThatSaysHowMuch() throws Exception {
    scene.append("app.log", 0, 10);
    scene.look();
    scene.refuses = "the spool is full";
    scene.append("app.log", 10, 20);
    scene.look();
    scene.said(Level.INFO);

    scene.truncate("app.log");
    scene.refuses = null;
    scene.append("app.log", 20, 21);

    assertThat(scene.look()).isEqualTo(lines(20, 21));
    assertThat(scene.said(Level.WARN))
        .containsExactly(
            "ERROR what this name stood for was rotated or truncated and is not found; events may"
                + " be lost, see docs/tail.md file=app.log takenTo=100 knownBytesNotTaken=110");
  }

  @Test
  void ofAFileOfWhichNothingWasTakenAllIsTakenFromTheCopy() throws Exception {
    scene.refuses = "the spool is full";
    scene.append("app.log", 0, 10);
    scene.look();
    scene.said(Level.INFO);
    scene.copyAndTruncate("app.log", "app.log.1", 1);
    scene.append("app.log", 10, 15);
    scene.look();
    scene.refuses = null;
    scene.pass(Duration.ofSeconds(1));

    assertThat(scene.look()).isEqualTo(lines(0, 15));
    assertThat(scene.said(Level.ERROR)).isEmpty();
  }

  @Test
  void whatWasWrittenCopiedAndTruncatedBetweenTwoLooksIsTakenFromTheCopy() throws Exception {
    scene.append("app.log", "");
    scene.look();
    scene.append("app.log", 0, 10);
    scene.copyAndTruncate("app.log", "app.log.1", 1);
    scene.writtenIn("app.log", 2);

    assertThat(scene.look()).isEqualTo(lines(0, 10));
    scene.append("app.log", 10, 15);
    assertThat(scene.look()).isEqualTo(lines(10, 15));
  }

  @Test
  void whatWasCopiedAndTruncatedSeveralTimesWhileTheRouterWasDownIsTaken() throws Exception {
    scene.append("app.log.7", line("old") + "\n");
    scene.append("app-2.log", line("another log") + "\n");
    scene.append("app.log", "");
    scene.writtenIn("app.log", 1);
    scene.look();
    scene.append("app-2.log", line("another log") + "\n");
    scene.writtenIn("app-2.log", 9);
    scene.append("app.log", 0, 10);
    scene.copyAndTruncate("app.log", "app.log.2", 2);
    scene.append("app.log", 10, 20);
    scene.copyAndTruncate("app.log", "app.log.1", 3);
    scene.append("app.log", 20, 30);
    scene.restart();

    assertThat(scene.look()).isEqualTo(lines(0, 30));
    scene.restart();
    assertThat(scene.look()).isEmpty();
    assertThat(scene.said(Level.ERROR)).isEmpty();
  }

  @Test
  void afterATruncationNothingIsTakenForWhatIsInTheSpoolAlready() throws Exception {
    scene.append("app.log", "");
    scene.look();
    byte[] noted = Files.readAllBytes(scene.store);
    scene.append("app.log", 0, 20);
    scene.look();
    Files.write(scene.store, noted); // killed before the position was noted
    scene.copyAndTruncate("app.log", "app.log.1", 1);
    scene.append("app.log", 20, 60);
    scene.start();

    assertThat(scene.look()).isEqualTo(lines(20, 60));
  }

  @Test
  void ofWhatIsTruncatedBeforeAnythingWasTakenAndHasNoCopyTheErrorSaysHowMuch() throws Exception {
    scene.refuses = "the spool is full";
    scene.append("app.log", 0, 10);
    scene.look();
    scene.said(Level.INFO);
    scene.truncate("app.log");
    scene.append("app.log", 10, 15);
    scene.refuses = null;

    assertThat(scene.look()).isEqualTo(lines(10, 15));
    assertThat(scene.said(Level.WARN))
        .containsExactly(
            "ERROR what this name stood for was rotated or truncated and is not found; events may"
                + " be lost, see docs/tail.md file=app.log takenTo=0 knownBytesNotTaken=100");
  }

  /** The live file then waits for the copy of what was in it before. */
  @Test
  void whatIsCopiedAndTruncatedAgainWhileItWaitsForWhatWasBeforeIsTakenInOrder() throws Exception {
    scene.append("app.log", 0, 10);
    scene.look();
    scene.refuses = "the spool is full";
    scene.append("app.log", 10, 20);
    scene.look();
    for (int time = 1; time <= 4; time++) {
      scene.makeRoom("app.log");
      scene.copyAndTruncate("app.log", "app.log.1", time);
      scene.look();
      scene.append("app.log", 10 + 10 * time, 20 + 10 * time);
      scene.writtenIn("app.log", time);
      scene.look();
    }
    assertThat(scene.tails().state().lag()).isEqualTo(5 * 110);

    scene.refuses = null;
    scene.pass(Duration.ofSeconds(1));

    assertThat(scene.look()).isEqualTo(lines(10, 60));
    assertThat(scene.said(Level.ERROR)).isEmpty();
    scene.restart();
    assertThat(scene.look()).isEmpty();
  }

  @Test
  void whatIsTruncatedWhileItWaitsForWhatWasBeforeAndHasNoCopyIsAnErrorThatSaysHowMuch()
      throws Exception {
    scene.append("app.log", 0, 10);
    scene.look();
    scene.refuses = "the spool is full";
    scene.append("app.log", 10, 20);
    scene.copyAndTruncate("app.log", "app.log.1", 1);
    scene.look();
    scene.append("app.log", 20, 30);
    scene.look();
    scene.said(Level.INFO);

    scene.truncate("app.log");
    scene.append("app.log", 30, 50);
    scene.look();

    assertThat(scene.said(Level.ERROR))
        .containsExactly(
            "ERROR what this name stood for was rotated or truncated and is not found; events may"
                + " be lost, see docs/tail.md file=app.log takenTo=0 knownBytesNotTaken=110");
    assertThat(scene.tails().state().losses()).isEqualTo(1);
    scene.refuses = null;
    scene.pass(Duration.ofSeconds(1));
    List<String> all = new ArrayList<>(lines(10, 20));
    all.addAll(lines(30, 50));
    assertThat(scene.look()).isEqualTo(all);
  }

  @Test
  void whatIsCopiedAndTruncatedTwiceWhilePositionsCannotBeNotedIsTakenInOrder() throws Exception {
    scene.append("app.log", 0, 10);
    scene.look();
    Path inbox = scene.store.getParent();
    Path away = inbox.resolveSibling("away");
    scene.append("app.log", 10, 20);
    scene.refuses = "the disk is full";
    scene.look();
    Files.move(inbox, away);
    scene.copyAndTruncate("app.log", "app.log.1", 1);
    lookInVain();
    lookInVain();
    scene.append("app.log", 20, 30);
    scene.writtenIn("app.log", 2);
    lookInVain();
    scene.makeRoom("app.log");
    scene.copyAndTruncate("app.log", "app.log.1", 3);
    lookInVain();
    scene.append("app.log", 30, 50);
    lookInVain();

    Files.move(away, inbox);
    scene.refuses = null;
    scene.pass(Duration.ofSeconds(1));

    assertThat(scene.look()).isEqualTo(lines(10, 50));
    assertThat(scene.said(Level.ERROR)).isEmpty();
  }

  /** As while an edit is put in force, or the disk is slow. */
  @Test
  void whatIsCopiedAndTruncatedTwiceWhileABatchIsUnderWayIsTakenInOrder() throws Exception {
    scene.append("app.log", 0, 10);
    scene.look();
    scene.append("app.log", 10, 20);
    scene.meanwhile =
        () -> {
          scene.append("app.log", 20, 25);
          scene.copyAndTruncate("app.log", "app.log.1", 1);
          scene.append("app.log", 25, 30);
          scene.makeRoom("app.log");
          scene.copyAndTruncate("app.log", "app.log.1", 2);
          scene.append("app.log", 30, 70);
          scene.writtenIn("app.log", 3);
        };

    assertThat(scene.look()).isEqualTo(lines(10, 70));
    assertThat(scene.said(Level.ERROR)).isEmpty();
  }

  @Test
  void aLogThatIsCopiedAndTruncatedTwiceBesideOneThatWaitsIsTakenInOrder() throws Exception {
    scene.tail("*.log");
    scene.append("app.log", 0, 10);
    scene.append("other.log", 100, 110);
    scene.look();
    scene.refuses = "the spool is full";
    scene.refusesOnly = scene.file("app.log");
    for (int time = 1; time <= 2; time++) {
      scene.append("app.log", 10 * time, 10 + 10 * time);
      scene.append("other.log", 100 + 10 * time, 110 + 10 * time);
      scene.writtenIn("app.log", time);
      scene.look();
      scene.makeRoom("app.log");
      scene.makeRoom("other.log");
      scene.copyAndTruncate("app.log", "app.log.1", time);
      scene.copyAndTruncate("other.log", "other.log.1", time);
      scene.look();
    }
    scene.append("app.log", 30, 40);
    scene.append("other.log", 130, 140);
    assertThat(scene.look()).isEqualTo(lines(130, 140));
    scene.refuses = null;
    scene.pass(Duration.ofSeconds(1));

    assertThat(scene.look()).isEqualTo(lines(10, 40));
    assertThat(scene.said(Level.ERROR)).isEmpty();
  }

  @Test
  void whatWasTruncatedWhileTheRouterWasDownAndWaitedForWhatWasBeforeIsAnError() throws Exception {
    scene.append("app.log", 0, 10);
    scene.look();
    scene.refuses = "the spool is full";
    scene.append("app.log", 10, 20);
    scene.copyAndTruncate("app.log", "app.log.1", 1);
    scene.look();
    scene.append("app.log", 20, 30);
    scene.look();
    scene.truncate("app.log");
    scene.append("app.log", 30, 50);
    scene.start();
    scene.look();

    assertThat(scene.said(Level.ERROR))
        .containsExactly(
            "ERROR what this name stood for was rotated or truncated and is not found; events may"
                + " be lost, see docs/tail.md file=app.log takenTo=0 knownBytesNotTaken=110");
  }

  /** What is thrown is tried again. */
  private void lookInVain() throws InterruptedException {
    try {
      assertThat(scene.lookOnce()).isEmpty();
    } catch (IOException e) {
      assertThat(e).hasMessageContaining(".tails");
    }
  }

  @Test
  void aFileThatIsTruncatedWhileItIsReadHasNoLineForNow() throws Exception {
    scene.append("app.log", 0, 10);
    Path file = scene.file("app.log");
    Seen seen = Seen.at(file).orElseThrow();
    TailedFile tailed = TailedFile.begin(file, seen, seen.modified(), 0);
    tailed.open(FileChannel.open(file, StandardOpenOption.READ));
    tailed.measure(0);
    assertThat(tailed.unread()).isEqualTo(100);

    scene.truncate("app.log");

    assertThat(tailed.cut(EventPath.ACTIVITY_TRACKER, new FileIntake.Limits(1000, 1000), false))
        .isNull();
    assertThat(tailed.isTruncated()).isTrue();
    tailed.close();
  }

  /** Which is read in pieces, between any two reads of its file. */
  @ParameterizedTest
  @ValueSource(strings = {"nothing", "another", "the first one again"})
  void aLineLongerThanABatchIsTakenOnceWheneverItsFileIsCopiedAndTruncated(String behind)
      throws Exception {
    int read = 1;
    while (isTruncatedBefore(read, behind)) {
      read++;
    }
    assertThat(read).isGreaterThan(20);
  }

  /** Whether it comes to so many reads. */
  private boolean isTruncatedBefore(int read, String behind) throws Exception {
    String first = line("a".repeat(2 * Head.MOST)); // so that both begin alike
    String large = line("x".repeat(Lines.BATCH_BYTES));
    String next =
        switch (behind) {
          case "another" -> line("y".repeat(2 * Lines.BATCH_BYTES));
          case "the first one again" -> first;
          default -> "";
        };
    AtomicInteger reads = new AtomicInteger(Integer.MIN_VALUE); // until the line is there
    try (Scene copied =
        new Scene(Files.createDirectory(directory.resolve("before" + read)), "app.log")) {
      copied.maxEvent = 4 * Lines.BATCH_BYTES;
      Followed.Opener opener = copied.opener;
      copied.opener =
          file ->
              new WatchedFile(
                  opener.open(file),
                  at -> {
                    if (reads.incrementAndGet() == read) {
                      copied.copyAndTruncate("app.log", "app.log.1", 0);
                      copied.append("app.log", next.isEmpty() ? "" : next + "\n");
                    }
                  });
      copied.append("app.log", first + "\n" + line(1) + "\n");
      copied.look();

      reads.set(0);
      copied.append("app.log", large + "\n" + line(2) + "\n");
      List<String> arrived = new ArrayList<>(copied.look());
      copied.append("app.log", line(3) + "\n");
      arrived.addAll(copied.look());

      boolean truncated = reads.get() >= read;
      assertThat(arrived.remove(next)).as("read %d", read).isEqualTo(truncated && !next.isEmpty());
      assertThat(arrived).as("read %d", read).containsExactly(large, line(2), line(3));
      assertThat(copied.said(Level.WARN)).isEmpty();
      Files.delete(copied.file("app.log"));
      Files.deleteIfExists(copied.file("app.log.1"));
      return truncated;
    }
  }

  @Test
  void theHoleThatAWriterLeavesThatDoesNotAppendIsPassedOver() throws Exception {
    scene.append("app.log", 0, 10);
    scene.look();

    scene.truncate("app.log");
    scene.writeAt("app.log", 5_000_000, line(10) + "\n");
    assertThat(scene.look()).containsExactly(line(10));

    scene.truncate("app.log");
    scene.writeAt("app.log", 5_000_011, line(11) + "\n");
    assertThat(scene.look()).containsExactly(line(11));
    assertThat(scene.look()).isEmpty();
  }

  @Test
  void zeroBytesBetweenTwoLinesAreNoPartOfTheSecond() throws Exception {
    scene.append("app.log", line(1) + "\n" + "\0".repeat(5000) + line(2) + "\n\0\0");
    assertThat(scene.look()).containsExactly(line(1), line(2));

    scene.append("app.log", line(3) + "\n");
    assertThat(scene.look()).containsExactly(line(3));
  }

  /** However its program begins each of its logs. */
  @Test
  void aLogOfAnotherPathIsNoCopy() throws Exception {
    String banner = line("b".repeat(2000)) + "\n";
    scene.tailElsewhere("access.log");
    scene.append("app.log", banner);
    scene.append("app.log", 0, 2);
    scene.append("access.log", banner);
    scene.append("access.log", 100, 110);
    scene.look();
    scene.append("app.log", 2, 3);

    scene.copyAndTruncate("app.log", "app.log.1", 0);

    assertThat(scene.look()).containsExactly(line(2));
    scene.append("app.log", 3, 4);
    assertThat(scene.look()).containsExactly(line(3));
  }

  @Test
  void anotherLogThatBeginsAsLongAsABeginningIsKnownIsNoCopy() throws Exception {
    String banner = line("b".repeat(2000)) + "\n";
    scene.append("app.log", banner);
    scene.append("app.log", 0, 2);
    scene.append("access.log", banner);
    scene.append("access.log", 100, 110);
    scene.look();

    scene.truncate("app.log");
    scene.append("app.log", 2, 3);

    assertThat(scene.look()).containsExactly(line(2));
  }

  @Test
  void ofALogThatHasHardlyBegunACopyHasALikeName() throws Exception {
    scene.append("app.log", 0, 1);
    scene.append("access.log", 0, 1);
    scene.append("access.log", 100, 110);
    scene.look();
    scene.append("app.log", 1, 2);

    scene.copyAndTruncate("app.log", "app.log.bak", 0);

    assertThat(scene.look()).containsExactly(line(1));
  }

  /** The backup is older, and the rotated one has all. */
  @Test
  void ofSeveralCopiesTheOneThatIsCalledAsRotationCallsItIsTaken() throws Exception {
    scene.append("app.log", line("b".repeat(2000)) + "\n");
    scene.append("app.log", 0, 2);
    scene.look();
    scene.append("app.log", 2, 4);
    Files.copy(scene.file("app.log"), scene.file("a-backup.log"));
    scene.append("app.log", 4, 6);

    scene.copyAndTruncate("app.log", "app.log.1", 0);
    scene.append("app.log", 6, 7);

    assertThat(scene.look()).containsExactlyElementsOf(lines(2, 7));
  }

  /** Each time between the reading of its beginning and of its end. */
  @Test
  void aCopyThatIsRenamedWhileItIsLookedAtIsFoundAll() throws Exception {
    scene.append("app.log", 0, 300);
    scene.look();
    scene.append("app.log", 300, 302);
    scene.copyAndTruncate("app.log", "app.log.1", 0);
    scene.append("app.log", 400, 401);
    AtomicInteger opened = new AtomicInteger();
    Followed.Opener before = scene.opener;
    scene.opener =
        file -> {
          boolean copy = file.getFileName().toString().matches("app\\.log\\.[12]");
          int number = copy ? opened.incrementAndGet() : 0;
          if (number == 2) {
            scene.rename("app.log.1", "app.log.2");
          } else if (number == 4) {
            scene.rename("app.log.2", "app.log.3");
          }
          return before.open(file);
        };

    List<String> arrived = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      arrived.addAll(scene.lookOnce());
    }
    assertThat(opened).hasValue(4); // both were renamed
    assertThat(arrived).containsExactly(line(300), line(301), line(400));
  }
}
