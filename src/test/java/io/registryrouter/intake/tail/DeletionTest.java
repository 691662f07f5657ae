package io.registryrouter.intake.tail;

import static io.registryrouter.intake.tail.Scene.line;
import static io.registryrouter.intake.tail.Scene.lines;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are deleted, replaced or away for a while. */
final class DeletionTest extends FollowedFiles {

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsRotatedAndDeletedWhileNobodyLooksIsAnError(boolean stopped) throws Exception {
    scene.append("app.log", line(1) + "\n");
    scene.look();
    if (stopped) {
      scene.tails().close();
    } else {
      scene.tail();
      scene.look();
    }
    scene.append("app.log", line(2) + "\n");
    Path held = Files.createLink(scene.logs.resolveSibling("held"), scene.file("app.log"));
    Files.delete(scene.file("app.log"));
    scene.append("app.log", line(3) + "\n"); // of another inode, as the old one is held
    Files.delete(held);
    scene.said(Level.INFO);

    scene.tail("app.log");
    if (stopped) {
      scene.start();
    }

    assertThat(scene.look()).containsExactly(line(3));
    assertThat(scene.said(Level.WARN))
        .containsExactly(
            "ERROR what this name stood for was rotated or truncated and is not found; events may be"
                + " lost, see docs/tail.md file=app.log takenTo=10 knownBytesNotTaken=0");
    assertThat(scene.tails().state().losses()).isEqualTo(1);
  }

  @Test
  void whatIsAppendedOrRotatedWhileItIsNotNamedIsTakenAfterwards() throws Exception {
    scene.append("app.log", line(1) + "\n");
    scene.look();
    scene.tail();
    scene.look();
    scene.append("app.log", line(2) + "\n");
    scene.rotate("app.log");
    scene.append("app.log", line(3) + "\n");
    scene.look();

    scene.tail("app.log");

    assertThat(scene.look()).containsExactly(line(2), line(3));
    assertThat(scene.said(Level.WARN)).isEmpty();
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
    assertThat(scene.tails().state().files()).isEqualTo(1);

    scene.pass(Duration.ofMinutes(1));
    scene.look();

    assertThat(scene.tails().state().files()).isZero();
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
    assertThat(scene.tails().state().losses()).isEqualTo(1);
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
    assertThat(scene.tails().state().files()).isEqualTo(rotatedAgain ? 2 : 1);
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
    assertThat(scene.tails().state().losses()).isZero();
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
    assertThat(scene.tails().state().losses()).isZero();

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
    assertThat(scene.tails().state().files()).isEqualTo(1); // until it has been quiet for a minute

    scene.pass(Duration.ofMinutes(1));
    scene.look();

    assertThat(scene.said(Level.INFO)).hasSize(1).first().asString().startsWith("INFO no longer");
    assertThat(scene.tails().state().files()).isZero();
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
    assertThat(scene.tails().state().files()).isZero();
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
    assertThat(scene.tails().state().files()).isEqualTo(30);

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
    assertThat(scene.tails().state().files()).isEqualTo(2);

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
}
