package io.registryrouter.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CursorTest {

  private static final Cursor.State START = new Cursor.State("0a1b2c3d-id", 1000, 1000, 3);

  @TempDir Path directory;

  private Path file() {
    return directory.resolve("cursor");
  }

  @Test
  void theFileIsALineOfJsonPaddedToOneLength() throws Exception {
    try (Cursor cursor = Cursor.open(file(), new Cursor.State("0a1b2c3d-id", 1000, 1500, 3))) {
      cursor.begin(2000);
    }

    assertThat(Files.readString(file()))
        .hasSize(256)
        .startsWith(
            "{\"spool\":\"0a1b2c3d-id\",\"offset\":1000,\"inFlightTo\":2000,\"refusedInARow\":3} ")
        .endsWith(" \n");
  }

  @Test
  void aShorterStateLeavesNothingOfALongerOne() throws Exception {
    Files.writeString(file(), "x".repeat(1000));

    try (Cursor cursor = Cursor.open(file(), START)) {
      cursor.advance(7, 0);
    }

    assertThat(Files.readString(file()).strip())
        .matches(
            "\\{\"spool\":\"0a1b2c3d-[-0-9a-f]{27}\",\"offset\":7,\"inFlightTo\":7,\"refusedInARow\":0}");
  }

  @Test
  void theLargestOffsetsFit() throws Exception {
    Cursor.State largest =
        new Cursor.State(
            Cursor.newSpoolId(), Long.MAX_VALUE - 1, Long.MAX_VALUE, Integer.MAX_VALUE);

    Cursor.open(file(), largest).close();

    assertThat(Cursor.read(file())).contains(largest);
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    try (Cursor cursor = Cursor.open(file(), START)) {
      cursor.begin(1500);

      String id = cursor.state().spool();
      assertThat(Cursor.read(file())).contains(new Cursor.State(id, 1000, 1500, 3));
      assertThat(cursor.state()).isEqualTo(new Cursor.State(id, 1000, 1500, 3));
    }
  }

  @Test
  void onlyWhatIsInFlightKeepsItsIdOverAStart() throws Exception {
    try (Cursor cursor = Cursor.open(file(), new Cursor.State("0a1b2c3d-id", 1000, 1500, 0))) {
      assertThat(cursor.state().spool()).isEqualTo("0a1b2c3d-id");
      cursor.advance(1500, 0);
      cursor.begin(2000);

      assertThat(cursor.state().spool()).isNotEqualTo("0a1b2c3d-id").startsWith("0a1b2c3d-");
    }
  }

  @Test
  void advancingEndsTheRangeInFlight() throws Exception {
    try (Cursor cursor = Cursor.open(file(), START)) {
      cursor.begin(1500);
      cursor.advance(1500, 0);

      assertThat(Cursor.read(file()))
          .contains(new Cursor.State(cursor.state().spool(), 1500, 1500, 0));
    }
  }

  @Test
  void aDirectoryInItsPlaceIsNamed() throws Exception {
    Files.createDirectory(file());

    assertThatThrownBy(() -> Cursor.read(file()))
        .isInstanceOf(IOException.class)
        .hasMessage(
            file()
                + ": a directory; the file that says how far delivery has come is expected here;"
                + " move the directory away, and delivery begins again at the oldest event in the"
                + " spool");
  }

  @Test
  void noFileIsNoCursor() throws Exception {
    assertThat(Cursor.read(file())).isEmpty();
  }
}
