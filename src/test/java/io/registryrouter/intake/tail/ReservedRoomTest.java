package io.registryrouter.intake.tail;

import static io.registryrouter.intake.tail.Scene.line;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Logs that end in zero bytes, which their program has reserved for what it is going to write. */
final class ReservedRoomTest extends FollowedFiles {

  private static final String ROOM = "\0".repeat(300_000);
  private static final String HALF = "{\"half\":\"of a line that is long";

  @Test
  void linesThatAreWrittenIntoItAreTaken() throws Exception {
    scene.append("app.log", line(0) + "\n" + ROOM);
    assertThat(scene.look()).containsExactly(line(0));
    assertThat(scene.tails().state().lag()).isZero();

    scene.writeAt("app.log", 10, line(1).substring(0, 3));
    assertThat(scene.look()).isEmpty();
    scene.writeAt("app.log", 10, line(1) + "\n" + line("x".repeat(200_000)) + "\n" + line(3));
    assertThat(scene.look()).containsExactly(line(1), line("x".repeat(200_000)));
    scene.restart();
    assertThat(scene.look()).isEmpty();
    assertThat(scene.tails().state().lag()).isEqualTo(line(3).length());
  }

  @Test
  void whatIsWrittenIntoItAfterARotationIsTakenAsWell() throws Exception {
    scene.append("app.log", line(0) + "\n" + ROOM);
    scene.look();
    scene.rotate("app.log");
    scene.append("app.log", 5, 6);
    scene.pass(Scene.SETTLE);
    assertThat(scene.look()).containsExactly(line(5));

    scene.writeAt("app.log.1", 10, line(1) + "\n" + line(2));
    assertThat(scene.look()).containsExactly(line(1));
    scene.pass(Scene.SETTLE);
    assertThat(scene.look()).containsExactly(line(2));
    scene.writeAt("app.log.1", 20 + line(2).length(), "\n" + line(3) + "\n");
    assertThat(scene.look()).containsExactly(line(3));
    assertThat(scene.said(Level.WARN)).isEmpty();
  }

  @Test
  void aLogMayBeginWithIt() throws Exception {
    scene.append("app.log", ROOM);
    scene.look();
    scene.restart();
    scene.writeAt("app.log", 0, line(1).substring(0, 3));
    scene.look();
    scene.writeAt("app.log", 0, line(1) + "\n");

    assertThat(scene.look()).containsExactly(line(1));
    assertThat(scene.said(Level.WARN)).isEmpty();
  }

  @Test
  void aLogThatBeginsWithItIsTakenAfterItsRotation() throws Exception {
    scene.append("app.log", ROOM);
    scene.look();
    scene.rotate("app.log");
    scene.append("app.log", 5, 6);
    assertThat(scene.look()).containsExactly(line(5));

    scene.writeAt("app.log.1", 0, line(1) + "\n" + line(2) + "\n");

    assertThat(scene.look()).containsExactly(line(1), line(2));
    assertThat(scene.said(Level.WARN)).isEmpty();
  }

  @Test
  void aLogThatBeganWithItMayBeRotatedWhileNobodyLooks() throws Exception {
    scene.append("app.log", ROOM);
    scene.look();
    scene.restart();
    scene.writeAt("app.log", 0, line(1) + "\n");
    scene.rotate("app.log");
    scene.append("app.log", 5, 6);

    assertThat(scene.look()).containsExactly(line(1), line(5));
    assertThat(scene.said(Level.WARN)).isEmpty();
  }

  @Test
  void itMayBeCutOffBehindHalfALine() throws Exception {
    scene.append("app.log", line(1).substring(0, 3) + ROOM);
    scene.look();
    cut(3);
    scene.look();
    scene.append("app.log", line(1).substring(3) + "\n");

    assertThat(scene.look()).containsExactly(line(1));
    assertThat(scene.said(Level.WARN)).isEmpty();
  }

  @Test
  void halfALineThatWasWrittenOverHoldsUpNoNewerFile() throws Exception {
    scene.append("app.log", line(0) + "\n" + HALF + ROOM);
    assertThat(scene.look()).containsExactly(line(0));
    scene.writeAt("app.log", 10, line(1) + "\n" + "\0".repeat(HALF.length()));
    scene.rotate("app.log");
    scene.append("app.log", 5, 6);

    assertThat(lookForMinutes()).containsExactly(line(1), line(5));
  }

  @Test
  void halfALineThatWasCutOffAndReservedAnewHoldsUpNoNewerFile() throws Exception {
    scene.append("app.log", line(0) + "\n" + HALF + ROOM);
    assertThat(scene.look()).containsExactly(line(0));
    cut(10);
    scene.writeAt("app.log", ROOM.length(), "\0");
    scene.rotate("app.log");
    scene.append("app.log", 5, 6);

    assertThat(lookForMinutes()).containsExactly(line(5));
  }

  /** By whoever has it open yet. */
  @Test
  void halfALineThatIsTakenBackAfterTheRotationHoldsUpNoNewerFile() throws Exception {
    scene.append("app.log", line(0) + "\n" + HALF + ROOM);
    assertThat(scene.look()).containsExactly(line(0));
    scene.rotate("app.log");
    scene.append("app.log", 5, 6);
    assertThat(scene.look()).isEmpty();

    scene.writeAt("app.log.1", 10, "\0".repeat(HALF.length()));

    assertThat(lookForMinutes()).containsExactly(line(5));
    assertThat(scene.said(Level.WARN)).isEmpty();
  }

  @Test
  void aRotatedFileThatIsAllTakenHoldsUpNothingThoughItCannotBeRead() throws Exception {
    scene.append("app.log", line(0) + "\n" + ROOM);
    scene.look();
    scene.rotate("app.log");
    scene.append("app.log", 5, 6);
    assertThat(lookForMinutes()).containsExactly(line(5));
    scene.deny(file -> file.endsWith("app.log.1"));
    scene.restart();
    scene.append("app.log", 6, 7);

    assertThat(scene.look()).containsExactly(line(6));
  }

  @Test
  void aLineInThePlaceOfALongerHalfIsTaken() throws Exception {
    scene.append("app.log", line(0) + "\n" + HALF + ROOM);
    assertThat(scene.look()).containsExactly(line(0));

    scene.writeAt("app.log", 10, line(1) + "\n" + "\0".repeat(HALF.length()));
    scene.writtenIn("app.log", 1);

    assertThat(lookForMinutes()).containsExactly(line(1));
    assertThat(scene.tails().state().lag()).isZero();
  }

  @Test
  void aLineAndAHalfInThePlaceOfAHalfThatIsAsLongAreTakenAsSuch() throws Exception {
    scene.append("app.log", line(0) + "\n" + HALF + ROOM);
    assertThat(scene.look()).containsExactly(line(0));

    String half = "y".repeat(HALF.length() - line(1).length() - 1);
    scene.writeAt("app.log", 10, line(1) + "\n" + half);
    scene.writtenIn("app.log", 1);

    assertThat(scene.look()).containsExactly(line(1));
    assertThat(scene.tails().state().lag()).isEqualTo(half.length());
  }

  @Test
  void aLineBehindMuchOfItIsTakenWhenItIsWritten() throws Exception {
    scene.append("app.log", line(0) + "\n" + ROOM);
    scene.look();

    scene.writeAt("app.log", 100_000, line(1) + "\n");
    scene.writtenIn("app.log", 1);

    assertThat(scene.look()).containsExactly(line(1));
  }

  /** By whoever has it open, between two looks. */
  @Test
  void whatIsWrittenIntoThatOfADeletedLogIsTaken() throws Exception {
    scene.append("app.log", line(0) + "\n" + ROOM);
    scene.look();
    try (FileChannel writer = FileChannel.open(scene.file("app.log"), StandardOpenOption.WRITE)) {
      Files.delete(scene.file("app.log"));
      scene.look();
      writer.write(ByteBuffer.wrap((line(1) + "\n").getBytes(StandardCharsets.UTF_8)), 10);
      scene.pass(Duration.ofMinutes(2));

      assertThat(scene.look()).containsExactly(line(1));
    }
  }

  @Test
  void aLogThatWasEmptiedAndRotatedTwiceIsTakenInItsOrder() throws Exception {
    scene.append("app.log", ROOM);
    scene.look();
    scene.truncate("app.log");
    scene.lookOnce();
    scene.append("app.log", 0, 2);
    scene.writtenIn("app.log", 1);
    scene.rotate("app.log");
    scene.append("app.log", 2, 4);
    scene.writtenIn("app.log", 2);
    scene.rotate("app.log");
    scene.append("app.log", 4, 6);
    scene.writtenIn("app.log", 3);

    assertThat(scene.look()).containsExactlyElementsOf(Scene.lines(0, 6));
  }

  @Test
  void thatOfALogThatCannotBeReadMayBeCutOff() throws Exception {
    Followed.Opener opener = scene.opener;
    scene.deny(file -> true);
    scene.append("app.log", line(0) + "\n" + ROOM);
    scene.look();
    cut(10);
    scene.rotate("app.log");
    scene.append("app.log", 5, 6);
    scene.opener = opener;

    assertThat(lookForMinutes()).containsExactly(line(0), line(5));
  }

  private List<String> lookForMinutes() throws Exception {
    List<String> arrived = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      arrived.addAll(scene.look());
      scene.pass(Duration.ofMinutes(1));
    }
    return arrived;
  }

  private void cut(long size) throws Exception {
    try (FileChannel file = FileChannel.open(scene.file("app.log"), StandardOpenOption.WRITE)) {
      file.truncate(size);
    }
  }
}
