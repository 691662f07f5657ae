package io.registryrouter.intake.tail;

import static io.registryrouter.intake.tail.Scene.line;
import static io.registryrouter.intake.tail.Scene.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import ch.qos.logback.classic.Level;
import io.registryrouter.config.EventPath;
import io.registryrouter.intake.file.FileIntake;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that grow, and what can happen to them while they are followed. */
class TailsTest {

  private static final String NOTED =
      "[{\"file\":\"/a\",\"at\":\"/a\",\"inode\":1,\"reading\":\"r\",\"line\":1,\"headBytes\":1,";
  private static final String NO_HEAD =
      NOTED + "\"head\":\"x\",\"modified\":\"2026-01-31T12:00:00Z\"}]";
  private static final String NO_TIME = NOTED + "\"head\":\"0\",\"modified\":\"yesterday\"}]";
  private static final String NO_PLACE =
      NOTED + "\"head\":\"0\",\"modified\":\"2026-01-31T12:00:00Z\",\"position\":-1}]";

  @TempDir private Path directory;
  private Scene scene;

  @BeforeEach
  void tailOneFile() throws IOException {
    scene = new Scene(directory, "app.log");
  }

  @AfterEach
  void close() throws IOException {
    scene.close();
  }

  @Test
  void aLineIsTakenWhenItHasEnded() throws Exception {
    scene.append("app.log", line(1) + "\n" + line(2));
    assertThat(scene.look()).containsExactly(line(1));
    assertThat(scene.tails().lag()).isEqualTo(line(2).length());

    scene.append("app.log", "\n" + line(3).substring(0, 4));
    assertThat(scene.look()).containsExactly(line(2));

    scene.append("app.log", line(3).substring(4) + "\n");
    assertThat(scene.look()).containsExactly(line(3));
    assertThat(scene.look()).isEmpty();
    assertThat(scene.tails().lag()).isZero();
  }

  @Test
  void anUnfinishedLineWaitsForEverAsLongAsTheFileKeepsItsName() throws Exception {
    scene.append("app.log", line(1));
    scene.look();
    scene.pass(Duration.ofDays(1));

    assertThat(scene.look()).isEmpty();
  }

  @Test
  void anUnfinishedLineWaitsAlsoWhileItsDirectoryIsAway() throws Exception {
    scene.tail("volume/app.log");
    Files.createDirectories(scene.file("volume"));
    scene.append("volume/app.log", "{\"n\":");
    assertThat(scene.look()).isEmpty();

    scene.rename("volume", "elsewhere");
    scene.look();
    scene.pass(Scene.SETTLE.multipliedBy(2));
    assertThat(scene.look()).isEmpty();

    scene.rename("elsewhere", "volume");
    scene.append("volume/app.log", "\"0\"}\n");
    assertThat(scene.look()).isEqualTo(Scene.lines(0, 1));
  }

  @Test
  void aByteOrderMarkCarriageReturnsAndBlankLinesAreNoMatter() throws Exception {
    scene.append("app.log", "\uFEFF" + line(1) + "\r\n\r\n  \n");
    assertThat(scene.look()).containsExactly(line(1));

    scene.append("app.log", "\n" + line(2) + "\r\n");
    assertThat(scene.look()).containsExactly(line(2));
    assertThat(scene.tails().lag()).isZero();
  }

  @Test
  void moreThanABatchIsTakenInBatchesInOrder() throws Exception {
    scene.append("app.log", 0, 200_000);

    assertThat(scene.lookOnce()).hasSizeLessThan(100_000);
    scene.restart();
    List<String> rest = scene.look();

    assertThat(rest).isEqualTo(lines(200_000 - rest.size(), 200_000));
  }

  @Test
  void anEventLongerThanABatchIsTakenWhole() throws Exception {
    scene.maxEvent = 4 * Lines.BATCH_BYTES;
    String large = line("x".repeat(3 * Lines.BATCH_BYTES));
    scene.append("app.log", line(1) + "\n" + large.substring(0, 2_000_000));
    assertThat(scene.look()).containsExactly(line(1));

    scene.append("app.log", large.substring(2_000_000) + "\n" + line(2) + "\n");

    assertThat(scene.look()).containsExactly(large, line(2));
  }

  @Test
  void aLineThatIsTooLongIsADeadLetterAndWhatFollowsGoesOn() throws Exception {
    String tooLong = line("x".repeat(40 * Lines.BATCH_BYTES));
    scene.append("app.log", line(1) + "\n" + tooLong);
    assertThat(scene.look()).containsExactly(line(1));

    scene.append("app.log", "\n" + line(2) + "\n");

    assertThat(scene.look())
        .containsExactly(
            "too-large: " + tooLong.length() + " bytes; router.event.max-size is 1048576 bytes",
            line(2));
    assertThat(scene.look()).isEmpty();
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
    assertThat(scene.tails().losses()).isEqualTo(1);
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
    assertThat(scene.tails().losses()).isEqualTo(1);
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
    assertThat(scene.tails().lag()).isEqualTo(5 * 110);

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
    assertThat(scene.tails().losses()).isEqualTo(1);
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

  /** It is found to have ended, and is read in pieces. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLineLongerThanABatchThatIsTruncatedWhileItIsReadIsTakenWholeFromTheCopy(boolean grows)
      throws Exception {
    scene.maxEvent = 4 * Lines.BATCH_BYTES;
    Followed.Opener opener = scene.opener;
    AtomicInteger reads = new AtomicInteger();
    String large = line("x".repeat(3 * Lines.BATCH_BYTES));
    String after = line("y".repeat(4 * Lines.BATCH_BYTES - 100));
    scene.opener =
        file ->
            new WatchedFile(
                opener.open(file),
                at -> {
                  if (at > 2 * Lines.BATCH_BYTES && reads.incrementAndGet() == 4) {
                    scene.copyAndTruncate("app.log", "app.log.1", 0);
                    scene.append("app.log", grows ? after + "\n" : "");
                  }
                });
    scene.append("app.log", line(1) + "\n");
    scene.look();

    scene.append("app.log", large + "\n" + line(2) + "\n");
    List<String> arrived = new ArrayList<>(scene.look());
    scene.append("app.log", line(3) + "\n");
    arrived.addAll(scene.look());

    assertThat(arrived.remove(after)).isEqualTo(grows);
    assertThat(arrived).containsExactly(large, line(2), line(3));
    assertThat(scene.said(Level.WARN)).isEmpty();
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

  @Test
  void aDeletedFileIsTakenToItsEndAndLetGo() throws Exception {
    scene.append("app.log", 0, 10);
    scene.refuses = "the spool is full";
    scene.look();
    Files.delete(scene.file("app.log"));
    scene.refuses = null;
    scene.pass(Duration.ofSeconds(2));
    assertThat(scene.look()).isEqualTo(lines(0, 10));
    assertThat(scene.tails().count()).isEqualTo(1);

    scene.pass(Duration.ofMinutes(1));
    scene.look();

    assertThat(scene.tails().count()).isZero();
    assertThat(Files.readString(scene.store)).isEqualTo("[]");
  }

  @Test
  void aFileThatIsDeletedWhileTheRouterIsDownWithLinesThatWereNotTakenIsAnError() throws Exception {
    scene.append("app.log", 0, 2);
    scene.look();
    scene.refuses = "full";
    scene.append("app.log", 2, 4);
    scene.look();
    scene.rotate("app.log");
    scene.append("app.log", "");
    scene.look();
    scene.tails().close();

    Files.delete(scene.file("app.log.1"));
    scene.refuses = null;
    scene.said(Level.WARN);
    scene.start();
    assertThat(scene.look()).isEmpty();
    assertThat(scene.said(Level.WARN))
        .containsExactly(
            "ERROR a file that was followed is not there; it goes on when it comes back"
                + " file=app.log takenTo=20 knownBytesNotTaken=20");
    assertThat(scene.tails().losses()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFileThatTheRouterSawDeletedAndHadTakenIsNoErrorAfterARestart(boolean rotatedAgain)
      throws Exception {
    scene.append("app.log", 0, 2);
    scene.look();
    scene.rotate("app.log");
    scene.append("app.log", 2, 4);
    scene.look();
    Files.delete(scene.file("app.log.1"));
    assertThat(scene.look()).isEmpty();
    scene.tails().close();

    if (rotatedAgain) {
      scene.rotate("app.log");
    }
    scene.append("app.log", 4, 6);
    scene.start();

    assertThat(scene.look()).isEqualTo(lines(4, 6));
    assertThat(scene.said(Level.WARN)).isEmpty();
    assertThat(scene.tails().count()).isEqualTo(rotatedAgain ? 2 : 1);
  }

  @Test
  void aTakenFileThatIsCompressedBehindANewerOneWhileTheRouterIsDownIsNoLoss() throws Exception {
    scene.append("app.log", 0, 2);
    scene.look();
    scene.rotate("app.log");
    scene.append("app.log", 2, 4);
    scene.look();
    scene.tails().close();

    Files.move(scene.file("app.log.1"), scene.file("app.log.2.gz"));
    scene.rotate("app.log");
    scene.append("app.log", 4, 6);
    scene.start();

    assertThat(scene.look()).isEqualTo(lines(4, 6));
    assertThat(scene.said(Level.WARN)).noneMatch(line -> line.startsWith("ERROR"));
    assertThat(scene.tails().losses()).isZero();
  }

  @Test
  void aFileThatTheRouterSawDeletedIsAnErrorAfterARestartWhenLinesOfItWereNotTaken()
      throws Exception {
    scene.append("app.log", 0, 2);
    scene.look();
    scene.refuses = "full";
    scene.append("app.log", 2, 4);
    scene.look();
    scene.rotate("app.log");
    scene.append("app.log", "");
    scene.look();
    Files.delete(scene.file("app.log.1"));
    scene.look();
    scene.refuses = null;
    scene.restart();
    scene.said(Level.WARN);

    assertThat(scene.look()).isEmpty();

    assertThat(scene.said(Level.WARN))
        .containsExactly(
            "ERROR a file that was followed is not there; it goes on when it comes back"
                + " file=app.log takenTo=20 knownBytesNotTaken=20");
  }

  @Test
  void aFileWhoseDirectoryIsAwayAtAStopIsNotBelievedToBeDeleted() throws Exception {
    scene.tail("volume/app.log");
    Files.createDirectories(scene.file("volume"));
    scene.append("volume/app.log", 0, 2);
    scene.look();
    scene.rename("volume", "elsewhere");
    scene.look();
    scene.tails().close();

    Files.createDirectories(scene.file("volume"));
    scene.append("volume/app.log", 4, 6);
    scene.start();

    assertThat(scene.look()).isEqualTo(lines(4, 6));
    assertThat(scene.said(Level.ERROR))
        .containsExactly(
            "ERROR what this name stood for was rotated or truncated and is not found; events may"
                + " be lost, see docs/tail.md file=volume/app.log takenTo=20"
                + " knownBytesNotTaken=0");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFileThatIsMovedToAnotherDirectoryBeforeAStopIsNotBelievedToBeDeleted(boolean movedBack)
      throws Exception {
    Files.createDirectory(scene.file("old"));
    scene.append("app.log", 0, 2);
    scene.look();
    scene.rename("app.log", "old/app.log");
    scene.look();
    scene.tails().close();

    scene.append("old/app.log", 2, 4);
    scene.rename("old/app.log", movedBack ? "app.log.1" : "old/app.log.1");
    scene.append("app.log", 4, 6);
    scene.said(Level.ERROR);
    scene.start();

    assertThat(scene.look()).isEqualTo(lines(movedBack ? 2 : 4, 6));
    assertThat(scene.said(Level.ERROR))
        .isEqualTo(
            movedBack
                ? List.of()
                : List.of(
                    "ERROR what this name stood for was rotated or truncated and is not found;"
                        + " events may be lost, see docs/tail.md file=app.log takenTo=20"
                        + " knownBytesNotTaken=0"));
  }

  /** As an editor or rsync does; a writer may not have noticed. */
  @ParameterizedTest
  @ValueSource(ints = {200, 2000})
  void aFileThatIsReplacedByACopyOfItGoesOnWhereItStood(int before) throws Exception {
    scene.append("app.log", 0, before);
    scene.look();
    FileChannel writer = FileChannel.open(scene.file("app.log"), StandardOpenOption.APPEND);

    Files.copy(scene.file("app.log"), scene.file("copy"));
    Files.move(scene.file("copy"), scene.file("app.log"), StandardCopyOption.REPLACE_EXISTING);
    assertThat(scene.look()).isEmpty();
    scene.append("app.log", before, before + 2);
    assertThat(scene.look()).isEqualTo(lines(before, before + 2));
    writer.write(ByteBuffer.wrap((line("late") + "\n").getBytes(StandardCharsets.UTF_8)));
    writer.close();
    assertThat(scene.look()).containsExactly(line("late"));
    scene.restart();
    scene.append("app.log", before + 2, before + 4);

    assertThat(scene.look()).isEqualTo(lines(before + 2, before + 4));
    assertThat(scene.said(Level.ERROR)).isEmpty();
  }

  @Test
  void aFileThatIsReplacedByAnEditedCopyOfItIsTakenFromItsBeginning() throws Exception {
    scene.append("app.log", 0, 2000);
    scene.look();

    scene.append("copy", 0, 1500);
    scene.append("copy", 1600, 2100);
    Files.move(scene.file("copy"), scene.file("app.log"), StandardCopyOption.REPLACE_EXISTING);

    assertThat(scene.look()).hasSize(2000).startsWith(line(0)).endsWith(line(2099));
  }

  @Test
  void theSameLineIsTakenAgainAfterADeletion() throws Exception {
    scene.append("app.log", 0, 2);
    scene.look();

    Files.delete(scene.file("app.log"));
    scene.look();
    scene.append("app.log", 0, 3);

    assertThat(scene.look()).isEqualTo(lines(0, 3));
  }

  @Test
  void aFileMovedToAnotherDirectoryIsTakenUntilItsWriterLetsGo() throws Exception {
    Files.createDirectory(scene.file("old"));
    scene.append("app.log", line(1) + "\n");
    scene.look();
    scene.rename("app.log", "old/app.log.1");
    scene.look();
    scene.append("old/app.log.1", line(2) + "\n");

    assertThat(scene.look()).containsExactly(line(2));
  }

  @Test
  void aFileThatIsNotThereAfterARestartGoesOnWhenItComesBack() throws Exception {
    scene.append("app.log", 0, 3);
    scene.look();
    scene.said(Level.INFO);
    scene.rename("app.log", "../elsewhere");
    scene.restart();
    scene.look();
    assertThat(scene.said(Level.WARN))
        .containsExactly(
            "WARN a file that was followed is not there; it goes on when it comes back"
                + " file=app.log takenTo=30 knownBytesNotTaken=0");
    assertThat(scene.tails().losses()).isZero();

    scene.rename("../elsewhere", "app.log");
    scene.append("app.log", 3, 4);

    assertThat(scene.look()).isEqualTo(lines(3, 4));
  }

  @Test
  void aFileWhoseDirectoryIsAwayForAWhileGoesOnWhenItComesBack() throws Exception {
    scene.tail("registry/app.log");
    Files.createDirectory(scene.file("registry"));
    scene.append("registry/app.log", 0, 3);
    scene.look();
    scene.said(Level.INFO);
    scene.rename("registry", "away");
    scene.look();
    scene.pass(Duration.ofMinutes(2));
    scene.look();
    scene.look();
    assertThat(scene.said(Level.WARN))
        .containsExactly(
            "WARN a file that was followed is not there; it goes on when it comes back"
                + " file=registry/app.log takenTo=30 knownBytesNotTaken=0");
    scene.pass(Duration.ofHours(23));
    scene.look();

    scene.rename("away", "registry");
    scene.append("registry/app.log", 3, 4);

    assertThat(scene.look()).isEqualTo(lines(3, 4));
  }

  @Test
  void aFileThatIsDeletedWithItsDirectoryIsTakenToItsEndAndLetGo() throws Exception {
    scene.tail("*/app.log");
    Files.createDirectory(scene.file("pod"));
    scene.append("pod/app.log", 0, 3);
    scene.refuses = "the spool is full";
    scene.look();
    Files.delete(scene.file("pod/app.log"));
    Files.delete(scene.file("pod"));
    scene.pass(Duration.ofMinutes(2));
    scene.look();
    scene.refuses = null;
    scene.pass(Duration.ofSeconds(2));
    scene.said(Level.INFO);
    assertThat(scene.look()).isEqualTo(lines(0, 3));
    assertThat(scene.tails().count()).isEqualTo(1); // until it has been quiet for a minute

    scene.pass(Duration.ofMinutes(1));
    scene.look();

    assertThat(scene.said(Level.INFO)).hasSize(1).first().asString().startsWith("INFO no longer");
    assertThat(scene.tails().count()).isZero();
    assertThat(Files.readString(scene.store)).isEqualTo("[]");
  }

  @Test
  void theUnfinishedLastLineOfAFileThatIsDeletedWithItsDirectoryIsTakenOnceItIsQuiet()
      throws Exception {
    scene.tail("*/app.log");
    Files.createDirectory(scene.file("pod"));
    scene.append("pod/app.log", line(1) + "\n" + line(2));
    scene.look();
    Files.delete(scene.file("pod/app.log"));
    Files.delete(scene.file("pod"));
    assertThat(scene.look()).isEmpty();

    scene.pass(Scene.SETTLE);

    assertThat(scene.look()).containsExactly(line(2));
  }

  @Test
  void aFileThatIsDeletedWithItsDirectoryAndHadBeenTakenIsNotWaitedForAfterARestart()
      throws Exception {
    scene.tail("*/app.log");
    Files.createDirectory(scene.file("pod"));
    scene.append("pod/app.log", 0, 3);
    scene.look();
    Files.delete(scene.file("pod/app.log"));
    Files.delete(scene.file("pod"));
    scene.look();

    scene.restart();
    scene.look();

    assertThat(scene.said(Level.WARN)).isEmpty();
    assertThat(scene.tails().count()).isZero();
  }

  @Test
  void howeverManyFilesAreMissingAnotherFileIsReadOnceForAllOfThem() throws Exception {
    scene.tail("*/app.log");
    for (int i = 0; i < 30; i++) {
      Files.createDirectory(scene.file("pod" + i));
      scene.append("pod" + i + "/app.log", line(i) + "\n");
    }
    scene.look();
    for (int i = 0; i < 30; i++) {
      scene.rename("pod" + i, "../away" + i);
    }
    scene.look();
    scene.pass(Duration.ofMinutes(2));
    scene.look();
    assertThat(scene.tails().count()).isEqualTo(30);

    List<Path> opened = new ArrayList<>();
    Followed.Opener opener = scene.opener;
    scene.opener =
        file -> {
          opened.add(file);
          return opener.open(file);
        };
    Files.createDirectory(scene.file("new"));
    scene.append("new/app.log", 30, 32);
    scene.append("new/other", 30, 32);
    assertThat(scene.look()).isEqualTo(lines(30, 32));

    assertThat(opened)
        .containsExactlyInAnyOrder(
            scene.file("new/app.log"), // is it one of those that are missing?
            scene.file("new/app.log"), // no, so that it is followed
            scene.file("new/other"));
  }

  /** What was looked through in vain is not looked through again; what comes then is. */
  @Test
  void aFileThatIsMissingForLongIsFoundInACopyThatComesLate() throws Exception {
    scene.tail("*/app.log");
    for (String pod : List.of("one", "two")) {
      Files.createDirectory(scene.file(pod));
      scene.append(pod + "/app.log", line(pod) + "\n");
    }
    scene.look();
    scene.rename("two", "../away");
    scene.look();
    scene.pass(Duration.ofMinutes(2));
    scene.look();
    scene.look();
    assertThat(scene.tails().count()).isEqualTo(2);

    Files.createDirectory(scene.file("two"));
    scene.append("two/app.log", line("two") + "\n" + line("more") + "\n");

    assertThat(scene.look()).containsExactly(line("more"));
  }

  /** A name is seen, and stands for another file when it is opened. */
  @Test
  void filesThatAreRotatedWhileTheyAreLookedForKeepTheirPositions() throws Exception {
    Followed.Opener opener = scene.opener;
    for (int i = 1; i <= 3; i++) {
      scene.append("app.log", line(i) + "\n");
      assertThat(scene.look()).containsExactly(line(i));
      scene.rotate("app.log");
    }
    scene.append("app.log", line(4) + "\n");
    scene.restart();
    scene.opener =
        file -> {
          scene.opener = opener;
          scene.rotate("app.log");
          scene.append("app.log", line(5) + "\n");
          return opener.open(file);
        };

    List<String> taken = new ArrayList<>();
    for (int look = 0; look < 3; look++) {
      taken.addAll(scene.look());
    }

    assertThat(taken).containsExactly(line(4), line(5));
    assertThat(scene.said(Level.WARN)).isEmpty();
  }

  /** Of the files of one name some are opened under names that they have lost meanwhile. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void nothingIsTakenBeforeAnOlderFileThatIsRenamedBeforeItIsOpened(int opening) throws Exception {
    scene.append("app.log", 0, 2);
    assertThat(scene.look()).isEqualTo(lines(0, 2));
    scene.tails().close();
    for (int i = 1; i <= 3; i++) {
      scene.rotate("app.log");
      scene.append("app.log", 2 * i, 2 * i + 2);
    }
    scene.start();
    Followed.Opener opener = scene.opener;
    AtomicInteger openings = new AtomicInteger();
    scene.opener =
        file -> {
          if (openings.incrementAndGet() == opening) {
            for (int i = 3; i > 1; i--) { // the younger ones and the live one come later
              scene.rename("app.log." + i, "app.log." + (i + 1));
            }
          }
          return opener.open(file);
        };

    assertThat(scene.look()).isEqualTo(lines(2, 8));
    assertThat(openings).hasValueGreaterThanOrEqualTo(opening);
    assertThat(scene.said(Level.WARN)).isEmpty();
  }

  /** The other is a generation of another log. */
  @Test
  void aFileIsNotTakenForOneWhoseInodeItWasGivenBeforeThatWasOpened() throws Exception {
    scene.tail("a.log", "b.log");
    scene.append("a.log", 0, 2);
    scene.writtenIn("a.log", -60); // before the other one was created
    scene.append("b.log", 2, 4);
    assertThat(scene.look()).isEqualTo(lines(0, 4));
    scene.restart();
    Followed.Opener opener = scene.opener;
    AtomicInteger openings = new AtomicInteger();
    scene.opener =
        file -> {
          if (openings.incrementAndGet() == 3) { // both were found
            scene.rename("b.log", "b.log.2");
            scene.truncate("a.log");
            scene.rename("a.log", "b.log.1");
            scene.append("b.log.1", 4, 8);
            scene.append("b.log", 8, 10);
          }
          return opener.open(file);
        };

    assertThat(scene.look()).isEqualTo(lines(4, 10));
    assertThat(scene.said(Level.ERROR)).isEmpty();
  }

  /** It was empty when it was seen, and was written to and renamed before it was opened, twice. */
  @Test
  void whatIsNewerWaitsForAnOlderFileThatWasEmptyWhenItWasSeen() throws Exception {
    scene.append("app.log", "");
    Followed.Opener opener = scene.opener;
    AtomicInteger openings = new AtomicInteger();
    scene.opener =
        file -> {
          switch (openings.incrementAndGet()) {
            case 1 -> {
              scene.append("app.log", 0, 2);
              scene.rename("app.log", "app.log.1");
              scene.append("app.log", 2, 4);
            }
            case 2 -> scene.rename("app.log.1", "app.log.2");
            default -> {}
          }
          return opener.open(file);
        };

    List<String> taken = new ArrayList<>(scene.lookOnce());
    taken.addAll(scene.lookOnce());
    taken.addAll(scene.look());

    assertThat(taken).isEqualTo(lines(0, 4));
    assertThat(scene.said(Level.WARN)).isEmpty();
  }

  @Test
  void whatIsNewerWaitsForAnOlderFileThatGrowsAndMayNotBeRead() throws Exception {
    scene.append("app.log", 0, 2);
    scene.look();
    scene.rotate("app.log");
    scene.append("app.log", "");
    Object inode = Scene.inode(scene.file("app.log"));
    Followed.Opener allowed = scene.opener;
    scene.deny(file -> Scene.inode(file).equals(inode));
    scene.look();
    scene.append("app.log", 2, 4);
    scene.look();
    scene.rotate("app.log");
    scene.append("app.log.1", 4, 6);
    scene.append("app.log", 6, 8);
    assertThat(scene.look()).isEmpty();
    assertThat(scene.tails().lag()).isEqualTo(6L * (line(2).length() + 1));

    scene.opener = allowed;

    assertThat(scene.look()).isEqualTo(lines(2, 8));
  }

  @Test
  void aFileThatIsDeletedWhileItWaitsForAnOlderOneIsTaken() throws Exception {
    scene.refuses = "the disk is full";
    scene.append("app.log", 0, 2);
    scene.look();
    scene.rotate("app.log");
    scene.append("app.log", "");
    scene.look();
    scene.append("app.log", 2, 4);
    scene.look();
    Files.delete(scene.file("app.log"));
    scene.append("app.log", 4, 6);
    for (int minute = 0; minute < 5; minute++) {
      scene.pass(Duration.ofMinutes(1));
      scene.look();
    }
    scene.refuses = null;
    scene.pass(Duration.ofSeconds(2));

    assertThat(scene.look()).isEqualTo(lines(0, 6));
  }

  /** Of an empty file nothing but its inode is known, and a file system gives inodes away again. */
  @Test
  void anEmptyFileThatIsTouchedIsStillThatFileWhateverItIsCalledThen() throws Exception {
    scene.append("app.log", "");
    scene.look();
    scene.writtenIn("app.log", 5);
    List<String> arrived = new ArrayList<>(scene.lookOnce());

    scene.append("app.log", 0, 2);
    scene.rename("app.log", "old-app.txt");
    scene.append("app.log", 2, 4);
    arrived.addAll(scene.look());

    assertThat(arrived).isEqualTo(Scene.lines(0, 4));
  }

  @Test
  void anotherContentIsNotTakenForAFileOfWhichNothingWasTaken() throws Exception {
    scene.refuses = "full";
    scene.append("app.log", 0, 10);
    scene.look();
    scene.said(Level.ERROR);
    scene.truncate("app.log");
    scene.append("app.log", 100, 150);
    scene.refuses = null;
    scene.restart();

    assertThat(scene.look()).isEqualTo(lines(100, 150));
    assertThat(scene.said(Level.ERROR))
        .containsExactly(
            "ERROR what this name stood for was rotated or truncated and is not found; events may"
                + " be lost, see docs/tail.md file=app.log takenTo=0 knownBytesNotTaken=100");
  }

  @Test
  void theNewestFileIsNotTakenForAnOlderOneThatWasEmptyAndWhoseInodeItHas() throws Exception {
    scene.append("app.log", "");
    scene.look();
    scene.refuses = "full";
    scene.rename("app.log", "app.log.1");
    scene.append("app.log", 0, 3);
    scene.look();
    scene.rename("app.log", "app.log.2");
    scene.rename("app.log.1", "app.log");
    scene.append("app.log", 3, 5);
    scene.refuses = null;
    scene.restart();

    assertThat(scene.look()).isEqualTo(lines(0, 5));
  }

  @Test
  void anotherLogIsNotTakenForAnEmptyFileWhoseInodeItHas() throws Exception {
    scene.tail("a.log", "b.log");
    scene.append("a.log", "");
    scene.look();
    scene.tail("b.log");
    scene.look();
    scene.rename("a.log", "b.log");
    scene.append("b.log", 0, 3);
    assertThat(scene.look()).isEqualTo(lines(0, 3));
    scene.tail("a.log", "b.log");
    scene.restart();
    scene.append("b.log", 3, 5);

    assertThat(scene.look()).isEqualTo(lines(3, 5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"other.json", "app.log.1.gz", "app.log.audit", "app-2.log"})
  void aFileThatIsNoLogIsNotTakenForAnEmptyOneWhoseInodeItHas(String name) throws Exception {
    scene.append("app.log", "");
    scene.look();
    scene.rotate("app.log");
    scene.append("app.log", 0, 2);
    assertThat(scene.look()).isEqualTo(lines(0, 2));
    scene.tails().close();

    scene.rename("app.log.1", name);
    scene.append(name, line("no line of the log") + "\n");
    scene.append("app.log", 2, 4);
    scene.start();

    assertThat(scene.look()).isEqualTo(lines(2, 4));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aNewerFileIsNotTakenForAnOlderOneThatWasEmptyAndWhoseInodeItHas(boolean rotated)
      throws Exception {
    scene.append("app.log", "");
    scene.writtenIn("app.log", -60);
    scene.look();
    if (rotated) {
      scene.rotate("app.log");
      scene.append("app.log", 0, 2);
      scene.writtenIn("app.log", -50);
    }
    List<String> arrived = new ArrayList<>(scene.look());
    scene.tails().close();

    scene.rename(rotated ? "app.log.1" : "app.log", "deleted");
    scene.append("app.log", rotated ? 2 : 0, 4);
    scene.writtenIn("app.log", -40);
    scene.rotate("app.log");
    scene.rename("deleted", "app.log");
    scene.append("app.log", 4, 6);
    scene.writtenIn("app.log", -30);
    scene.rotate("app.log");
    scene.append("app.log", 6, 8);
    scene.start();
    arrived.addAll(scene.look());

    assertThat(arrived).isEqualTo(lines(0, 8));
  }

  @Test
  void aNewFileOfTheSameNameIsNotTakenForOneThatWasEmptyAndWhoseInodeItHas() throws Exception {
    scene.append("app.log", "");
    scene.writtenIn("app.log", -60);
    scene.look();
    scene.tails().close();

    Object before = Scene.inode(scene.file("app.log"));
    scene.append("app.log", 0, 2);
    scene.writtenIn("app.log", -40);
    scene.rotate("app.log");
    scene.append("app.log", 2, 4);
    scene.writtenIn("app.log", -30);
    String given = "\"inode\":" + Scene.inode(scene.file("app.log"));
    String noted = Files.readString(scene.store);
    Files.writeString(scene.store, noted.replace("\"inode\":" + before, given));
    scene.start();

    assertThat(scene.look()).isEqualTo(lines(0, 4));
  }

  @Test
  void aFileThatWasEmptyIsStillThatFileThoughALogWithANumberWasWrittenToBesideIt()
      throws Exception {
    scene.append("app.log", "");
    scene.look();
    scene.tails().close();

    scene.append("app-2.log", line("another log") + "\n");
    scene.writtenIn("app-2.log", 5);
    scene.append("app.log", 0, 2);
    scene.writtenIn("app.log", 10);
    Seen seen = Seen.at(scene.file("app.log")).orElseThrow();
    assumeThat(seen.born()).as("the file system says").isNotEqualTo(seen.modified());
    scene.start();

    assertThat(scene.look()).isEqualTo(lines(0, 2));
    assertThat(scene.said(Level.WARN)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFileThatWasEmptyIsStillThatFileWhenItIsWrittenToLate(boolean rotatedAgain)
      throws Exception {
    scene.append("app.log", "");
    scene.writtenIn("app.log", -60);
    scene.look();
    scene.rotate("app.log");
    scene.append("app.log", 0, 2);
    scene.writtenIn("app.log", -50);
    List<String> arrived = new ArrayList<>(scene.look());
    scene.tails().close();

    scene.append("app.log.1", 2, 4);
    scene.writtenIn("app.log.1", -40);
    scene.append("app.log", 4, 6);
    scene.writtenIn("app.log", -30);
    if (rotatedAgain) {
      scene.rotate("app.log");
      scene.append("app.log", 6, 8);
    }
    scene.start();
    arrived.addAll(scene.look());

    assertThat(arrived).isEqualTo(lines(0, rotatedAgain ? 8 : 6));
    assertThat(scene.said(Level.WARN)).isEmpty();
  }

  @Test
  void aFileThatMayNotBeReadIsSaidOnceAndTriedAgain() throws Exception {
    Followed.Opener allowed = scene.opener;
    scene.append("app.log", line(1) + "\n");
    scene.deny(file -> true);
    assertThat(scene.look()).isEmpty();
    assertThat(scene.look()).isEmpty();
    assertThat(scene.said(Level.WARN))
        .containsExactly(
            "ERROR not followed; let the router's user read it or name another file, it is tried"
                + " again file="
                + scene.file("app.log").getFileName()
                + " error=cannot be read: java.nio.file.AccessDeniedException: app.log");
    assertThat(scene.tails().trouble())
        .isEqualTo(
            scene.file("app.log")
                + " cannot be read: java.nio.file.AccessDeniedException: "
                + scene.file("app.log"));

    scene.restart();
    assertThat(scene.look()).isEmpty();
    scene.opener = allowed;

    assertThat(scene.look()).containsExactly(line(1));
    assertThat(scene.tails().trouble()).isEmpty();
  }

  @Test
  void aDirectoryIsSaidToBeNoFileUntilItIsOne() throws Exception {
    scene.tail("app.log", "sub*");
    Files.createDirectory(scene.file("app.log"));
    Files.createDirectory(scene.file("sub")); // a pattern stands for files
    assertThat(scene.look()).isEmpty();
    assertThat(scene.look()).isEmpty();

    assertThat(scene.said(Level.WARN))
        .containsExactly(
            "ERROR not followed; let the router's user read it or name another file, it is tried"
                + " again file=app.log error=is no regular file; of a directory name the files,"
                + " e.g. *.log");
    assertThat(scene.tails().troubles()).isEqualTo(1);

    Files.delete(scene.file("app.log"));
    scene.append("app.log", line(1) + "\n");

    assertThat(scene.look()).containsExactly(line(1));
    assertThat(scene.tails().trouble()).isEmpty();
  }

  @Test
  void everythingThatIsNotFollowedIsNamedAndWhatCannotBeReadIsCounted() throws Exception {
    scene.tail("*.log");
    scene.append("a.log", line(1) + "\n");
    scene.append("b.log", line(2) + "\n");
    scene.append("c.log", line(3) + "\n");
    scene.append("d.log", line(4) + "\n");
    Followed.Opener allowed = scene.opener;
    scene.deny(file -> Set.of(scene.file("a.log"), scene.file("b.log")).contains(file));
    scene.refuses = "the spool is full";
    scene.refusesOnly = scene.file("c.log");
    assertThat(scene.look()).containsExactly(line(4));

    assertThat(scene.tails().troubles()).isEqualTo(2);
    assertThat(scene.tails().trouble().split("; "))
        .containsExactlyInAnyOrder(
            denied(scene.file("a.log")),
            denied(scene.file("b.log")),
            scene.file("c.log") + " waits: the spool is full");

    scene.opener = allowed;
    scene.refuses = null;
    scene.pass(Duration.ofSeconds(2));
    assertThat(scene.look()).containsExactlyInAnyOrder(line(1), line(2), line(3));
    assertThat(scene.tails().troubles()).isZero();
    assertThat(scene.tails().trouble()).isEmpty();
  }

  @Test
  void aFileThatCannotBeReadBehindItsBeginningIsNamedAndCounted() throws Exception {
    Followed.Opener opener = scene.opener;
    scene.append("app.log", line(1) + "\n");
    assertThat(scene.look()).containsExactly(line(1));
    scene.restart();
    scene.opener =
        file ->
            new WatchedFile(
                opener.open(file),
                at -> {
                  if (at > line(1).length()) {
                    throw new IOException("Input/output error");
                  }
                });
    scene.append("app.log", line(2) + "\n");
    assertThat(scene.look()).isEmpty();

    assertThat(scene.tails().troubles()).isEqualTo(1);
    assertThat(scene.tails().trouble())
        .isEqualTo(scene.file("app.log") + " cannot be read: Input/output error");

    scene.opener = opener;
    scene.pass(Duration.ofSeconds(2));
    assertThat(scene.look()).containsExactly(line(2));
    assertThat(scene.tails().troubles()).isZero();
    assertThat(scene.tails().trouble()).isEmpty();
  }

  private static String denied(Path file) {
    return file + " cannot be read: java.nio.file.AccessDeniedException: " + file;
  }

  @Test
  void whatIsNewerWaitsForAnOlderFileThatMayNotBeRead() throws Exception {
    scene.tail("*.log");
    scene.append("app.log", 0, 2);
    scene.look();
    scene.append("app.log", 2, 4);
    scene.rotate("app.log");
    scene.append("app.log", 4, 6);
    scene.append("other.log", 6, 8);
    scene.restart();
    scene.said(Level.INFO);
    Followed.Opener allowed = scene.opener;
    scene.deny(scene.file("app.log.1")::equals);

    assertThat(scene.look()).isEqualTo(lines(6, 8));
    assertThat(scene.tails().trouble())
        .isEqualTo(
            scene.file("app.log.1")
                + " cannot be read: java.nio.file.AccessDeniedException: "
                + scene.file("app.log.1"));
    assertThat(scene.tails().lag()).isEqualTo(4L * (line(2).length() + 1));
    scene.opener = allowed;

    assertThat(scene.look()).isEqualTo(lines(2, 6));
    assertThat(scene.tails().trouble()).isEmpty();
  }

  @Test
  void aFileThatMayNotBeReadAndIsDeletedIsNoTroubleAnyMore() throws Exception {
    scene.append("app.log", line(1) + "\n");
    Followed.Opener allowed = scene.opener;
    scene.deny(file -> true);
    scene.look();
    assertThat(scene.tails().trouble()).isNotEmpty();

    Files.delete(scene.file("app.log"));
    scene.look();

    assertThat(scene.tails().trouble()).isEmpty();
    scene.opener = allowed;
    scene.append("app.log", line(2) + "\n");
    assertThat(scene.look()).containsExactly(line(2));
  }

  @Test
  void aFileThatMayNotBeReadAtARestartKeepsItsPosition() throws Exception {
    scene.append("app.log", 0, 5);
    scene.look();
    scene.append("app.log", 5, 10);
    scene.rotate("app.log");
    scene.append("app.log", 10, 15);
    scene.look();
    scene.append("app.log.1", 15, 20);
    scene.append("app.log", 20, 25);
    scene.restart();
    scene.said(Level.INFO);
    Followed.Opener allowed = scene.opener;
    scene.deny(file -> true);
    assertThat(scene.look()).isEmpty();
    assertThat(scene.said(Level.WARN))
        .hasSize(2)
        .allMatch(said -> said.startsWith("ERROR not followed; let the router's user read it"));

    scene.opener = allowed;

    assertThat(scene.look()).isEqualTo(lines(15, 25));
    assertThat(scene.said(Level.WARN)).isEmpty();
  }

  @Test
  void aFileThatHoldsSomethingElseOnceItCanBeReadIsAnError() throws Exception {
    scene.append("app.log", 0, 5);
    scene.look();
    scene.truncate("app.log");
    scene.append("app.log", 10, 20);
    scene.restart();
    Followed.Opener allowed = scene.opener;
    scene.deny(file -> true);
    scene.look();
    scene.said(Level.INFO);
    scene.opener = allowed;

    assertThat(scene.look()).isEqualTo(lines(10, 20));
    assertThat(scene.said(Level.ERROR))
        .containsExactly(
            "ERROR what this name stood for was rotated or truncated and is not found; events may"
                + " be lost, see docs/tail.md file=app.log takenTo=50 knownBytesNotTaken=60");
  }

  @Test
  void linesThatAreGivenBackComeAgainInOrderAndHoldUpNoOtherFile() throws Exception {
    scene.tail("*.log");
    scene.append("app.log", 0, 10);
    scene.append("other.log", 10, 20);
    scene.refuses = "the spool is full";
    scene.refusesOnly = scene.file("app.log");
    assertThat(scene.look()).isEqualTo(lines(10, 20));
    scene.rotate("app.log");
    scene.append("app.log", 20, 30);
    scene.pass(Duration.ofSeconds(2));
    assertThat(scene.look()).isEmpty();
    assertThat(scene.said(Level.WARN))
        .containsExactly(
            "WARN lines were given back; they are taken again until they are on disk file=app.log"
                + " position=0 error=java.io.IOException: the spool is full");
    assertThat(scene.tails().trouble())
        .isEqualTo(scene.file("app.log") + " waits: the spool is full");

    scene.refuses = null;
    assertThat(scene.look()).as("not at once").isEmpty();
    scene.pass(Duration.ofSeconds(1));

    List<String> all = new ArrayList<>(lines(0, 10));
    all.addAll(lines(20, 30));
    assertThat(scene.look()).isEqualTo(all);
    assertThat(scene.tails().trouble()).isEmpty();
  }

  @Test
  void aBatchThatTheRouteThrowsBackHoldsUpNoOtherFile() throws Exception {
    scene.tail("*.log");
    scene.append("app.log", 0, 10);
    scene.append("zoo.log", 10, 20);
    scene.refuses = "no thread is left";
    scene.refusesOnly = scene.file("zoo.log");
    scene.throwsIt = true;
    assertThat(scene.look()).isEqualTo(lines(0, 10));
    assertThat(scene.tails().trouble())
        .isEqualTo(scene.file("zoo.log") + " waits: no thread is left");

    scene.start(); // what was taken of the other file was noted
    scene.refuses = null;

    assertThat(scene.look()).isEqualTo(lines(10, 20));
  }

  @Test
  void nothingIsHandedOverBeforeTheReadingIsNoted() throws Exception {
    scene.append("app.log", line(1) + "\n");
    Files.delete(scene.store.getParent());

    assertThatThrownBy(() -> scene.look()).isInstanceOf(IOException.class);

    Files.createDirectory(scene.store.getParent());
    assertThat(scene.look()).containsExactly(line(1));
  }

  @Test
  void aCrashBeforeThePositionIsNotedIsMadeUpForByTheIdOfTheReading() throws Exception {
    scene.append("app.log", 0, 5);
    scene.look();
    byte[] noted = Files.readAllBytes(scene.store);
    scene.append("app.log", 5, 10);
    scene.look();

    Files.write(scene.store, noted);
    scene.start();
    scene.append("app.log", 10, 15);

    assertThat(scene.look()).isEqualTo(lines(10, 15));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{torn",
        "\0\0\0\0[{}]",
        "{}",
        "null",
        "[null]",
        "[{}]",
        NO_HEAD,
        NO_TIME,
        NO_PLACE
      })
  void positionsThatCannotBeReadAreAnErrorAndFilesAreTakenFromTheirStart(String noted)
      throws Exception {
    scene.append("app.log", 0, 5);
    Files.writeString(scene.store, noted);

    assertThat(scene.look()).isEqualTo(lines(0, 5));
    assertThat(scene.said(Level.ERROR))
        .containsExactly(
            "ERROR the positions in tailed files are not readable; the files are taken from the"
                + " start file="
                + scene.store);
  }

  @Test
  void aDirectoryThatDoesNotExistYetIsWaitedFor() throws Exception {
    scene.tail("app-*/audit.log");
    assertThat(scene.look()).isEmpty();
    assertThat(scene.said(Level.WARN))
        .containsExactly(
            "WARN no file has such a name yet; it is followed when there is one"
                + " glob=app-*/audit.log");

    Files.createDirectory(scene.file("app-1"));
    scene.append("app-1/audit.log", line(1) + "\n");

    assertThat(scene.look()).containsExactly(line(1));
  }

  @Test
  void manyFilesAreFollowedAtOnce() throws Exception {
    scene.tail("*/{a,b}[0-9]*.log");
    Files.createDirectory(scene.file("one"));
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      scene.append("one/a" + i + ".log", line(i) + "\n");
      expected.add(line(i));
    }
    assertThat(scene.look()).containsExactlyInAnyOrderElementsOf(expected);

    scene.append("one/b1.log", line("new") + "\n");
    scene.append("one/a777.log", line("more") + "\n");
    scene.append("one/c1.log", line("not named") + "\n");
    scene.append("one/.a1.log", line("hidden") + "\n");
    scene.append("one/a1.log.gz", line("compressed") + "\n");
    Files.delete(scene.file("one/a778.log"));

    assertThat(scene.look()).containsExactlyInAnyOrder(line("new"), line("more"));
    scene.restart();
    assertThat(scene.look()).isEmpty();
  }

  @Test
  void anythingButAFileIsLeftAlone() throws Exception {
    scene.tail("*.log");
    Files.createDirectory(scene.file("directory.log"));
    Files.createSymbolicLink(scene.file("dangling.log"), scene.file("nowhere"));
    Files.createSymbolicLink(scene.file("circle.log"), scene.file("circle.log"));
    new ProcessBuilder("mkfifo", scene.file("pipe.log").toString()).start().waitFor();
    scene.append("app.log", line(1) + "\n");

    assertThat(scene.look()).containsExactly(line(1));
    assertThat(scene.tails().count()).isEqualTo(1);
  }

  /** As kubelet does: a link to a file that is rotated in its own directory. */
  @Test
  void aSymbolicLinkIsFollowedToWhateverItPointsAt() throws Exception {
    scene.tail("containers/*.log");
    Files.createDirectories(scene.file("pods/registry"));
    Files.createDirectory(scene.file("containers"));
    Path link = scene.file("containers/registry.log");
    Files.createSymbolicLink(link, scene.file("pods/registry/0.log"));
    scene.append("pods/registry/0.log", 0, 5);
    assertThat(scene.look()).isEqualTo(lines(0, 5));

    scene.append("pods/registry/0.log", 5, 10);
    scene.rename("pods/registry/0.log", "pods/registry/0.log.20260131-120000");
    scene.append("pods/registry/0.log", 10, 15);
    scene.restart();
    assertThat(scene.look()).isEqualTo(lines(5, 15));

    scene.append("pods/registry/0.log", 15, 20);
    scene.append("pods/registry/1.log", 20, 25);
    Files.delete(link);
    Files.createSymbolicLink(link, scene.file("pods/registry/1.log"));
    assertThat(scene.look()).isEqualTo(lines(15, 25));
  }

  @Test
  void whatASymbolicLinkPointedAtBetweenTwoLooksIsTaken() throws Exception {
    Path link = scene.file("app.log");
    scene.append("app-2026-01-01.log", 0, 5);
    Files.createSymbolicLink(link, scene.file("app-2026-01-01.log"));
    assertThat(scene.look()).isEqualTo(lines(0, 5));

    scene.append("app-2026-01-01.log", 5, 10);
    scene.append("app-2026-01-02.log", 10, 15);
    scene.append("app-audit.log", line("another log") + "\n");
    scene.append("app-2026-01-03.log", 15, 20);
    Files.delete(link);
    Files.createSymbolicLink(link, scene.file("app-2026-01-03.log"));

    assertThat(scene.look()).isEqualTo(lines(5, 20));
  }

  /** As kubelet does, and then the container is started again. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatASymbolicLinkPointedAtIsTakenAlsoWhenThatWasRotatedBeforeTheLinkWasSwitched(boolean down)
      throws Exception {
    scene.tail("containers/*.log");
    Files.createDirectories(scene.file("pods"));
    Files.createDirectory(scene.file("containers"));
    Path link = scene.file("containers/registry.log");
    Files.createSymbolicLink(link, scene.file("pods/1.log"));
    scene.append("pods/1.log", 0, 2);
    assertThat(scene.look()).isEqualTo(lines(0, 2));
    scene.append("pods/1.log", 2, 3);

    scene.rename("pods/1.log", "pods/1.log.20260131-000002");
    scene.append("pods/1.log", 3, 5);
    scene.rename("pods/1.log", "pods/1.log.20260131-000003");
    scene.append("pods/1.log", 5, 7);
    scene.append("pods/audit.log", line("another log") + "\n");
    scene.append("pods/2.log", 7, 9);
    Files.delete(link);
    Files.createSymbolicLink(link, scene.file("pods/2.log"));
    if (down) {
      scene.restart();
    }

    assertThat(scene.look()).isEqualTo(lines(2, 9));
    assertThat(scene.said(Level.WARN)).isEmpty();
  }

  @Test
  void aFileWithTwoNamesIsTakenOnce() throws Exception {
    scene.tail("*.log");
    scene.append("app.log", 0, 5);
    Files.createSymbolicLink(scene.file("link.log"), scene.file("app.log"));
    Files.createLink(scene.file("hard.log"), scene.file("app.log"));

    assertThat(scene.look()).isEqualTo(lines(0, 5));
    scene.append("link.log", 5, 6);
    assertThat(scene.look()).isEqualTo(lines(5, 6));
  }

  @Test
  void aFileRenamedWithinTheGlobIsTheSameFile() throws Exception {
    scene.tail("app*.log");
    scene.append("app.log", 0, 5);
    scene.look();
    scene.rename("app.log", "app-1.log");
    scene.append("app-1.log", 5, 6);
    scene.append("app.log", 6, 7);
    assertThat(scene.look()).isEqualTo(lines(5, 7));
    scene.restart();

    assertThat(scene.look()).isEmpty();
  }

  @Test
  void aFileThatIsNotNamedAnyMoreKeepsItsPosition() throws Exception {
    scene.append("app.log", 0, 5);
    scene.look();
    scene.tail("other.log");
    scene.append("app.log", 5, 10);
    scene.append("other.log", 10, 12);
    assertThat(scene.look()).isEqualTo(lines(10, 12));

    scene.tail("app.log");

    assertThat(scene.look()).isEqualTo(lines(5, 10));
  }
}
