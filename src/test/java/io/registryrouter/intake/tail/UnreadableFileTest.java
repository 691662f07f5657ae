package io.registryrouter.intake.tail;

import static io.registryrouter.intake.tail.Scene.line;
import static io.registryrouter.intake.tail.Scene.lines;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Files that may not be read, for a while or for good. */
final class UnreadableFileTest extends FollowedFiles {

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
    assertThat(scene.tails().state().trouble())
        .isEqualTo(
            scene.file("app.log")
                + " cannot be read: java.nio.file.AccessDeniedException: "
                + scene.file("app.log"));

    scene.restart();
    assertThat(scene.look()).isEmpty();
    scene.opener = allowed;

    assertThat(scene.look()).containsExactly(line(1));
    assertThat(scene.tails().state().trouble()).isEmpty();
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
    assertThat(scene.tails().state().troubles()).isEqualTo(1);

    Files.delete(scene.file("app.log"));
    scene.append("app.log", line(1) + "\n");

    assertThat(scene.look()).containsExactly(line(1));
    assertThat(scene.tails().state().trouble()).isEmpty();
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

    assertThat(scene.tails().state().troubles()).isEqualTo(2);
    assertThat(scene.tails().state().trouble().split("; "))
        .containsExactlyInAnyOrder(
            denied(scene.file("a.log")),
            denied(scene.file("b.log")),
            scene.file("c.log") + " waits: the spool is full");

    scene.opener = allowed;
    scene.refuses = null;
    scene.pass(Duration.ofSeconds(2));
    assertThat(scene.look()).containsExactlyInAnyOrder(line(1), line(2), line(3));
    assertThat(scene.tails().state().troubles()).isZero();
    assertThat(scene.tails().state().trouble()).isEmpty();
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

    assertThat(scene.tails().state().troubles()).isEqualTo(1);
    assertThat(scene.tails().state().trouble())
        .isEqualTo(scene.file("app.log") + " cannot be read: Input/output error");

    scene.opener = opener;
    scene.pass(Duration.ofSeconds(2));
    assertThat(scene.look()).containsExactly(line(2));
    assertThat(scene.tails().state().troubles()).isZero();
    assertThat(scene.tails().state().trouble()).isEmpty();
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
    assertThat(scene.tails().state().trouble())
        .isEqualTo(
            scene.file("app.log.1")
                + " cannot be read: java.nio.file.AccessDeniedException: "
                + scene.file("app.log.1"));
    assertThat(scene.tails().state().lag()).isEqualTo(4L * (line(2).length() + 1));
    scene.opener = allowed;

    assertThat(scene.look()).isEqualTo(lines(2, 6));
    assertThat(scene.tails().state().trouble()).isEmpty();
  }

  @Test
  void aFileThatMayNotBeReadAndIsDeletedIsNoTroubleAnyMore() throws Exception {
    scene.append("app.log", line(1) + "\n");
    Followed.Opener allowed = scene.opener;
    scene.deny(file -> true);
    scene.look();
    assertThat(scene.tails().state().trouble()).isNotEmpty();

    Files.delete(scene.file("app.log"));
    scene.look();

    assertThat(scene.tails().state().trouble()).isEmpty();
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
}
