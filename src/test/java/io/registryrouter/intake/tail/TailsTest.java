package io.registryrouter.intake.tail;

import static io.registryrouter.intake.tail.Scene.line;
import static io.registryrouter.intake.tail.Scene.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that grow while they are followed. */
final class TailsTest extends FollowedFiles {

  private static final String NOTED =
      "[{\"file\":\"/a\",\"at\":\"/a\",\"inode\":1,\"reading\":\"r\",\"line\":1,\"headBytes\":1,";
  private static final String NO_HEAD =
      NOTED + "\"head\":\"x\",\"modified\":\"2026-01-31T12:00:00Z\"}]";
  private static final String NO_TIME = NOTED + "\"head\":\"0\",\"modified\":\"yesterday\"}]";
  private static final String NO_PLACE =
      NOTED + "\"head\":\"0\",\"modified\":\"2026-01-31T12:00:00Z\",\"position\":-1}]";

  @Test
  void everyFileThatWasOpenedIsClosedOnceItIsLetGo() throws Exception {
    List<FileChannel> opened = new ArrayList<>();
    Followed.Opener opener = scene.opener;
    scene.opener =
        file -> {
          opened.add(opener.open(file));
          return opened.get(opened.size() - 1);
        };
    scene.append("app.log", 0, 2);
    scene.look();
    scene.copyAndTruncate("app.log", "app.log.1", 1);
    scene.append("app.log", 2, 4);
    scene.writtenIn("app.log", 2);
    scene.look();
    Files.delete(scene.file("app.log.1"));
    scene.look();
    scene.pass(Duration.ofMinutes(2));
    scene.look();

    assertThat(opened).filteredOn(FileChannel::isOpen).as("of app.log").hasSize(1);
    scene.tails().close();
    assertThat(opened).filteredOn(FileChannel::isOpen).isEmpty();
  }

  @Test
  void aLineIsTakenWhenItHasEnded() throws Exception {
    scene.append("app.log", line(1) + "\n" + line(2));
    assertThat(scene.look()).containsExactly(line(1));
    assertThat(scene.tails().state().lag()).isEqualTo(line(2).length());

    scene.append("app.log", "\n" + line(3).substring(0, 4));
    assertThat(scene.look()).containsExactly(line(2));

    scene.append("app.log", line(3).substring(4) + "\n");
    assertThat(scene.look()).containsExactly(line(3));
    assertThat(scene.look()).isEmpty();
    assertThat(scene.tails().state().lag()).isZero();
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
    assertThat(scene.tails().state().lag()).isZero();
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
    assertThat(scene.tails().state().trouble())
        .isEqualTo(scene.file("app.log") + " waits: the spool is full");

    scene.refuses = null;
    assertThat(scene.look()).as("not at once").isEmpty();
    scene.pass(Duration.ofSeconds(1));

    List<String> all = new ArrayList<>(lines(0, 10));
    all.addAll(lines(20, 30));
    assertThat(scene.look()).isEqualTo(all);
    assertThat(scene.tails().state().trouble()).isEmpty();
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
    assertThat(scene.tails().state().trouble())
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
            "ERROR the positions in tailed files are not readable; what has their names now is taken"
                + " from its start, and what was rotated before it was taken may be lost, see"
                + " docs/tail.md file="
                + scene.store);
    assertThat(scene.tails().state().losses()).isEqualTo(1);
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
    assertThat(scene.tails().state().files()).isEqualTo(1);
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
