package io.registryrouter.intake.tail;

import static io.registryrouter.intake.tail.Scene.line;
import static io.registryrouter.intake.tail.Scene.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ch.qos.logback.classic.Level;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which file is which, and which is the older one, also when little or nothing was taken of it. */
final class FileIdentityTest extends FollowedFiles {

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
    assertThat(scene.tails().state().lag()).isEqualTo(6L * (line(2).length() + 1));

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
}
