package io.registryrouter.intake.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.intake.Head;
import io.registryrouter.intake.cut.EventCutter.Position;
import io.registryrouter.intake.cut.Framing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressTest {

  private static final Position POSITION = new Position(17, 3, Framing.ARRAY);

  @TempDir private Path inbox;
  private Path file;

  @BeforeEach
  void writeFile() throws IOException {
    file = Files.writeString(inbox.resolve("a.json"), "[1,2,3]");
  }

  @Test
  void fileThatWasNotBegunStartsAtItsStart() throws IOException {
    assertThat(Progress.of(inbox, file).load()).isEqualTo(Position.START);
  }

  @Test
  void fileGoesOnWhereItsProgressWasSaved() throws IOException {
    Progress.of(inbox, file).save(new Position(9, 2, Framing.ARRAY));
    Progress.of(inbox, file).save(POSITION);

    assertThat(Progress.of(inbox, file).load()).isEqualTo(POSITION);
    assertThat(inbox).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void anotherFileStartsAtItsStart() throws IOException {
    Progress.of(inbox, file).save(POSITION);
    Path other = Files.writeString(inbox.resolve("b.json"), "[1,2,3]");

    assertThat(Progress.of(inbox, other).load()).isEqualTo(Position.START);
  }

  @Test
  void fileThatWasReplacedStartsAtItsStart() throws IOException {
    Progress.of(inbox, file).save(POSITION);
    Path replacement = Files.writeString(inbox.resolve("new.json"), "[4,5,6]");
    Files.delete(file);
    Files.move(replacement, file);

    assertThat(Progress.of(inbox, file).load()).isEqualTo(Position.START);
  }

  @Test
  void fileThatGrewStartsAtItsStart() throws IOException {
    Progress.of(inbox, file).save(POSITION);
    Files.writeString(file, " ", StandardOpenOption.APPEND);

    assertThat(Progress.of(inbox, file).load()).isEqualTo(Position.START);
  }

  @Test
  void fileThatWasRewrittenInPlaceStartsAtItsStartUnderANewId() throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    Progress begun = Progress.of(inbox, file);
    String id = begun.begin();
    begun.save(POSITION);
    Files.setLastModifiedTime(Files.writeString(file, "[4,5,6]"), time);

    Progress rewritten = Progress.of(inbox, file);

    assertThat(rewritten.load()).isEqualTo(Position.START);
    assertThat(rewritten.begin()).isNotEqualTo(id);
    assertThat(Progress.begun(inbox)).contains(file);
  }

  @Test
  void fileThatWasRewrittenBehindItsBeginningStartsAtItsStart() throws IOException {
    String beginning = " ".repeat(Head.MOST);
    Files.writeString(file, beginning + "[1,2,3]");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1000));
    Progress.of(inbox, file).save(POSITION);
    Files.writeString(file, beginning + "[4,5,6]");

    assertThat(Progress.of(inbox, file).load()).isEqualTo(Position.START);
  }

  @Test
  void fileThatWasCopiedAsItWasGoesOn() throws IOException {
    Files.setLastModifiedTime(file, FileTime.fromMillis(1000)); // Java copies no nanoseconds
    Progress.of(inbox, file).save(POSITION);
    Path copy = inbox.resolve("copy");
    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
    Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);

    assertThat(Progress.of(inbox, file).load()).isEqualTo(POSITION);
  }

  @Test
  void aReadingKeepsItsIdUntilTheFileIsDone() throws IOException {
    String begun = Progress.of(inbox, file).begin();
    Progress again = Progress.of(inbox, file);

    assertThat(again.begin()).isEqualTo(begun);
    again.save(POSITION);
    assertThat(Progress.of(inbox, file).begin()).isEqualTo(begun);

    Progress.forget(inbox);
    assertThat(Progress.of(inbox, file).begin()).isNotEqualTo(begun);
  }

  @Test
  void forgottenProgressIsNoProgress() throws IOException {
    Progress.of(inbox, file).save(POSITION);

    Progress.forget(inbox);
    Progress.forget(inbox);

    assertThat(Progress.of(inbox, file).load()).isEqualTo(Position.START);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\0\0\0", "\0\0\0\0{}  ", "{", "{}", "null", "[]"})
  void unreadableProgressIsNoProgress(String text) throws IOException {
    Files.writeString(inbox.resolve(".progress"), text);

    assertThat(Progress.of(inbox, file).load()).isEqualTo(Position.START);
  }

  @Test
  void fileOutsideTheInboxHasNoProgress() {
    Progress none = Progress.none();

    none.save(POSITION);

    assertThat(none.load()).isEqualTo(Position.START);
  }

  @Test
  void whatCannotBeWrittenCountsAsLongAsThisRuns() throws IOException {
    Progress.of(inbox, file).save(new Position(9, 2, Framing.ARRAY));
    Path inTheWay = Files.createDirectory(inbox.resolve(".progress.tmp"));
    Progress.of(inbox, file).save(POSITION);
    assertThat(Progress.of(inbox, file).load()).isEqualTo(POSITION);

    Files.delete(inTheWay);
    Progress.of(inbox, file).save(new Position(18, 4, Framing.ARRAY));
    assertThat(Progress.of(inbox, file).load()).isEqualTo(new Position(18, 4, Framing.ARRAY));

    Files.createDirectory(inTheWay);
    Progress.of(inbox, file).save(POSITION);
    Progress.forget(inbox);
    assertThat(Progress.of(inbox, file).load()).isEqualTo(Position.START);
  }
}
