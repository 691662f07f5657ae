package io.registryrouter.intake.cut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.registryrouter.support.Events;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileFormatTest {

  private static final int TRAILER = 8;

  @ParameterizedTest
  @CsvSource({
    "a.ndjson, LINES",
    "a.jsonl, LINES",
    "A.NDJSON.GZ, LINES",
    "a.jsonl.gz, LINES",
    "a.json, DETECT",
    "a.json.gz, DETECT",
    "a, DETECT",
    "a.ndjson.txt, DETECT",
    "ndjson, DETECT"
  })
  void namesSayWhetherAFileIsLines(String name, Framing framing) {
    assertThat(FileFormat.framing(Path.of("inbox", name))).isEqualTo(framing);
  }

  @Test
  void allMembersAreInflatedOneAfterTheOther() throws IOException {
    byte[] members =
        concat(Events.gzip("{\"a\":1}\n{\"b\""), Events.gzip(""), Events.gzip(":2}\n"));

    CutInput cut = cut(members);

    assertThat(cut.events()).containsExactly("1: {\"a\":1}", "2: {\"b\":2}");
    assertThat(cut.deadLetters()).isEmpty();
    assertThat(cut.broken()).isNull();
  }

  @Test
  void cutOffAnywhereItGivesAllLinesThereAreAndSaysWhatIsMissing() throws IOException {
    String text = lines(40);
    byte[] whole = Events.gzip(text);

    for (int length = 0; length < whole.length; length++) {
      CutInput cut = cut(Arrays.copyOf(whole, length));

      assertThat(cut.broken())
          .as("cut off at %d", length)
          .isIn("gzip: it ends too early", "gzip: Input is not in the .gz format.");
      assertThat(cut.deadLetters()).as("cut off at %d", length).hasSize(1);
      String given = given(cut);
      assertThat(text).as("cut off at %d", length).startsWith(given);
      if (length >= whole.length - TRAILER) {
        assertThat(given).as("cut off at %d", length).isEqualTo(text);
      }
    }
  }

  @Test
  void ofALongCutOffFileMoreThanTheLastBlockArrives() throws IOException {
    String text = randomLines(20_000);
    byte[] whole = Events.gzip(text);

    CutInput cut = cut(Arrays.copyOf(whole, whole.length * 9 / 10));

    assertThat(cut.events().size()).isBetween(17_500, 18_500);
    assertThat(text).startsWith(given(cut));
  }

  @Test
  void garbageBehindTheStreamBreaksItAfterItsEvents() throws IOException {
    CutInput cut =
        cut(
            concat(
                Events.gzip("{\"a\":1}\n{\"b\":2}\n"),
                "garbage".getBytes(StandardCharsets.US_ASCII)));

    assertThat(cut.events()).containsExactly("1: {\"a\":1}", "2: {\"b\":2}");
    assertThat(cut.deadLetters())
        .containsExactly(
            "3: malformed: gzip: Unexpected data after a valid .gz stream.; this is the rest from there: ");
    assertThat(cut.broken()).isEqualTo("gzip: Unexpected data after a valid .gz stream.");
  }

  @Test
  void wrongChecksumBreaksItAfterItsEvents() throws IOException {
    byte[] bytes = Events.gzip("{\"a\":1}\n{\"b\":2}");
    bytes[bytes.length - TRAILER] ^= 1;

    CutInput cut = cut(bytes);

    assertThat(cut.events()).containsExactly("1: {\"a\":1}");
    assertThat(cut.deadLetters())
        .containsExactly(
            "2: malformed: gzip: Gzip-compressed data is corrupt (CRC32 error).; this is the rest"
                + " from there: {\"b\":2}");
  }

  @Test
  void damagedDataBreaksItAfterTheEventsBefore() throws IOException {
    String text = randomLines(1000);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
    byte[] damaged = bytes.toByteArray();
    damaged[damaged.length - TRAILER - 2] = (byte) 0xFF; // no block has this type

    CutInput cut = cut(damaged);

    assertThat(cut.broken()).isEqualTo("gzip: Gzip-compressed data is corrupt.");
    assertThat(cut.deadLetters()).hasSize(1);
    assertThat(text).startsWith(given(cut));
    assertThat(given(cut).length()).isGreaterThan(text.length() - 1024);
  }

  @ParameterizedTest
  @CsvSource({"''", "{}", "x"})
  void whatIsNoGzipAtAllIsBroken(String text) throws IOException {
    CutInput cut = cut(text.getBytes(StandardCharsets.US_ASCII));

    assertThat(cut.events()).isEmpty();
    assertThat(cut.deadLetters())
        .containsExactly(
            "1: malformed: gzip: Input is not in the .gz format.; this is the rest from there: ");
    assertThat(cut.broken()).isEqualTo("gzip: Input is not in the .gz format.");
  }

  @Test
  void brokenStaysBroken() throws IOException {
    byte[] bytes = Events.gzip("{\"a\":1}");
    bytes[bytes.length - TRAILER] ^= 1;
    InputStream in = FileFormat.inflate(new ByteArrayInputStream(bytes));
    assertThat(in.read(new byte[7])).isEqualTo(7);

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> in.read(new byte[100]))
          .isInstanceOf(BrokenInputException.class)
          .hasMessage("gzip: Gzip-compressed data is corrupt (CRC32 error).");
    }
  }

  @Test
  void anErrorOfTheDiskIsNoDamageOfTheStream() throws IOException {
    InputStream failing = new FailingStream(() -> new IOException("the disk is gone"));
    byte[] half = Arrays.copyOf(Events.gzip(lines(100)), 100);
    InputStream in = new SequenceInputStream(new ByteArrayInputStream(half), failing);

    assertThatThrownBy(() -> CutInput.stream(Framing.LINES, FileFormat.inflate(in), 1000))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("the disk is gone");
  }

  private static CutInput cut(byte[] compressed) throws IOException {
    InputStream in = FileFormat.inflate(new ByteArrayInputStream(compressed));
    return CutInput.stream(Framing.LINES, in, 100_000);
  }

  /** Events and the rest, as one text again. */
  private static String given(CutInput cut) {
    String marker = "this is the rest from there: ";
    String dead = cut.deadLetters().get(0);
    List<String> lines = new ArrayList<>(texts(cut.events()));
    lines.add(dead.substring(dead.indexOf(marker) + marker.length()));
    return String.join("\n", lines);
  }

  private static List<String> texts(List<String> events) {
    return events.stream().map(event -> event.substring(event.indexOf(' ') + 1)).toList();
  }

  private static String lines(int count) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append("{\"n\":").append(i).append("}\n");
    }
    return lines.toString();
  }

  private static String randomLines(int count) {
    Random random = new Random(1);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append(String.format("{\"n\":%06d,\"r\":\"%016x\"}%n", i, random.nextLong()));
    }
    return lines.toString();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
