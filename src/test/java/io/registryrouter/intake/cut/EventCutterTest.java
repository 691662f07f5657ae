package io.registryrouter.intake.cut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.registryrouter.event.RawBatch;
import io.registryrouter.intake.cut.EventCutter.Position;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventCutterTest {

  private static final String BOM = "\uFEFF";

  @Test
  void everyLineIsAnEvent() throws IOException {
    CutInput cut = cut("{\"a\":1}\n{\"b\":2}\n");

    assertThat(cut.events()).containsExactly("1: {\"a\":1}", "2: {\"b\":2}");
    assertNothingElse(cut);
  }

  @Test
  void theLastLineNeedsNoNewline() throws IOException {
    CutInput cut = cut("{\"a\":1}\n{\"b\":2}");

    assertThat(cut.events()).containsExactly("1: {\"a\":1}", "2: {\"b\":2}");
    assertNothingElse(cut);
  }

  @Test
  void blankLinesAreIgnoredButCounted() throws IOException {
    CutInput cut = cut("\n \t\n{\"a\":1}\n\r\n\n  {\"b\":2}  \n\n");

    assertThat(cut.events()).containsExactly("3: {\"a\":1}", "6: {\"b\":2}");
    assertNothingElse(cut);
  }

  @ParameterizedTest
  @EnumSource(names = {"DETECT", "LINES"})
  void byteOrderMarkAndCrlfAreNoPartOfEvents(Framing framing) throws IOException {
    CutInput cut = cut(framing, BOM + "{\"a\":1}\r\n{\"b\":2}\r\n");

    assertThat(cut.events()).containsExactly("1: {\"a\":1}", "2: {\"b\":2}");
    assertNothingElse(cut);
  }

  /** {@code cat} of files that have one each, or gzip members. */
  @ParameterizedTest
  @EnumSource(names = {"DETECT", "LINES"})
  void byteOrderMarkAtTheBeginningOfALaterLineIsNoPartOfItEither(Framing framing)
      throws IOException {
    String text =
        "{\"a\":1}\r\n" + BOM + "{\"b\":2}\n" + BOM + "\n" + BOM + BOM + "{\"c\":3}\n" + BOM;

    CutInput cut = cut(framing, text);

    assertThat(cut.events()).containsExactly("1: {\"a\":1}", "2: {\"b\":2}", "4: {\"c\":3}");
    assertNothingElse(cut);
    assertThat(tinyReads(text)).isEqualTo(CutInput.stream(Framing.LINES, text));
  }

  @Test
  void whatOnlyBeginsLikeAByteOrderMarkIsText() throws IOException {
    CutInput cut = cut(Framing.LINES, "\uFEFE{}\n{\"a\":1}" + BOM + "\n\uF000");

    assertThat(cut.events())
        .containsExactly(
            "1: \u00ef\u00bb\u00be{}", "2: {\"a\":1}\u00ef\u00bb\u00bf", "3: \u00ef\u0080\u0080");
    assertNothingElse(cut);
  }

  @Test
  void byteOrderMarkBeforeAnArrayIsNoPartOfIt() throws IOException {
    CutInput cut = cut(BOM + "\r\n[1]");

    assertThat(cut.events()).containsExactly("2: 1");
    assertNothingElse(cut);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", " \r\n\t ", BOM, BOM + "\n\n"})
  void nothingIsInAnInputWithoutText(String text) throws IOException {
    CutInput cut = cut(text);

    assertThat(cut.events()).isEmpty();
    assertNothingElse(cut);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", " [ ] ", "[\n]\n"})
  void nothingIsInAnEmptyArray(String text) throws IOException {
    CutInput cut = cut(text);

    assertThat(cut.events()).isEmpty();
    assertNothingElse(cut);
  }

  @Test
  void elementsOfAnArrayAreEventsWithTheLineTheyStartIn() throws IOException {
    CutInput cut = cut("[\n {\"a\":\n1},\n\n{\"b\":[2,{}]} , {\"c\":3}\r\n]\n");

    assertThat(cut.events()).containsExactly("2: {\"a\":\n1}", "5: {\"b\":[2,{}]}", "5: {\"c\":3}");
    assertNothingElse(cut);
  }

  @Test
  void elementsThatAreNoObjectsAreCutAsWell() throws IOException {
    CutInput cut = cut("[1,\"a]\\\",{\",null,[[1],2],-1.5e3,true,{}]");

    assertThat(cut.events())
        .containsExactly(
            "1: 1", "1: \"a]\\\",{\"", "1: null", "1: [[1],2]", "1: -1.5e3", "1: true", "1: {}");
    assertNothingElse(cut);
  }

  @Test
  void bracketsAndQuotesInStringsAreText() throws IOException {
    CutInput cut = cut("[{\"a\":\"}\\\"]\\\\\"},{\"b\":\"\\\\\\\"{\"}]");

    assertThat(cut.events())
        .containsExactly("1: {\"a\":\"}\\\"]\\\\\"}", "1: {\"b\":\"\\\\\\\"{\"}");
    assertNothingElse(cut);
  }

  @Test
  void objectWhoseFirstLineIsNoWholeValueIsOneEvent() throws IOException {
    CutInput cut = cut("\n{\n  \"a\": 1,\n  \"b\": {}\n}\n\n");

    assertThat(cut.events()).containsExactly("2: {\n  \"a\": 1,\n  \"b\": {}\n}");
    assertNothingElse(cut);
  }

  @Test
  void objectWhoseFirstLineIsAWholeValueIsTheFirstOfLines() throws IOException {
    CutInput cut = cut("{\"a\":\"{\"} \n{\n");

    assertThat(cut.events()).containsExactly("1: {\"a\":\"{\"}", "2: {");
    assertNothingElse(cut);
  }

  @Test
  void whatIsNeitherArrayNorObjectIsLines() throws IOException {
    CutInput cut = cut("oops\n[1,\n{\"a\":1}");

    assertThat(cut.events()).containsExactly("1: oops", "2: [1,", "3: {\"a\":1}");
    assertNothingElse(cut);
  }

  @Test
  void linesStayLinesWhateverTheyBeginWith() throws IOException {
    CutInput cut = cut(Framing.LINES, "[1,2]\n{\n\"a\":1}\n");

    assertThat(cut.events()).containsExactly("1: [1,2]", "2: {", "3: \"a\":1}");
    assertNothingElse(cut);
  }

  @Test
  void firstLineFarBehindBlanksIsStillDetected() throws IOException {
    CutInput cut = cut(" ".repeat(CutInput.MAX_EVENT + 60) + "{\n\"a\":1}");

    assertThat(cut.events()).containsExactly("1: {\n\"a\":1}");
    assertNothingElse(cut);
  }

  @Test
  void blankLinesMayBeLongerThanAnEvent() throws IOException {
    String blank = " ".repeat(3 * CutInput.MAX_EVENT);

    CutInput cut = cut(Framing.LINES, blank + "\n{\"a\":1}\n" + blank + "{\"b\":2}\n" + blank);

    assertThat(cut.events()).containsExactly("2: {\"a\":1}", "3: {\"b\":2}");
    assertNothingElse(cut);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "0, 1000000", "1, 1"})
  void anEventOfTheGreatestSizeIsWhole(int blanks, int batchBytes) throws IOException {
    String event = " ".repeat(blanks) + eventOfSize(CutInput.MAX_EVENT);

    CutInput cut = stream(Framing.LINES, event + "\r\n" + event, batchBytes);

    assertThat(cut.events()).containsExactly("1: " + event.strip(), "2: " + event.strip());
    assertNothingElse(cut);
  }

  /** Tiny reads decide nothing: an event may be looked at byte by byte, or at once. */
  @ParameterizedTest
  @CsvSource({"1", "4", "100", "5000", "70000"})
  void blanksBehindAnEventDoNotMakeItTooLarge(int blanks) throws IOException {
    String greatest = eventOfSize(CutInput.MAX_EVENT);
    String behind = " \t".repeat(blanks) + "\r\n";
    String text = "{\"a\":1}" + behind + greatest + behind + "{\"b\":2}" + behind + greatest;

    for (CutInput cut : List.of(cut(Framing.LINES, text), tinyReads(text + behind.strip()))) {
      assertThat(cut.events())
          .containsExactly("1: {\"a\":1}", "2: " + greatest, "3: {\"b\":2}", "4: " + greatest);
      assertNothingElse(cut);
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "4", "5000", "70000"})
  void ofATooLargeLineTheBlanksBehindItAreNoPart(int blanks) throws IOException {
    String large = eventOfSize(CutInput.MAX_EVENT) + " ".repeat(blanks) + ",";
    String text = large + "\r\n" + large + " ".repeat(blanks) + "\r\n{\"b\":2}\n" + large + "\r";

    for (CutInput cut : List.of(cut(Framing.LINES, text), tinyReads(text))) {
      assertThat(cut.events()).containsExactly("3: {\"b\":2}");
      assertThat(cut.deadLetters())
          .containsExactly(tooLarge(1, large), tooLarge(2, large), tooLarge(4, large));
    }
  }

  @Test
  void offsetsAndPositionsBehindManyBlanksAreThoseOfTheInput() throws IOException {
    String blanks = " ".repeat(1000);
    String text = "{\"a\":1}" + blanks + "\n{\"b\":2}" + blanks + "\n{\"c\":3}\n";
    EventCutter cutter = CutInput.cutter(Framing.LINES, bytes(text), 1);

    assertThat(cutter.next().offset(0)).isZero();
    assertThat(cutter.position()).isEqualTo(new Position(1008, 2, Framing.LINES));
    assertThat(cutter.next().offset(0)).isEqualTo(1008);
    assertThat(cutter.next().offset(0)).isEqualTo(2016);
  }

  @Test
  void aLineOfManyBlanksInBrokenCompressionIsKeptAsTheRest() throws IOException {
    String rest = "{\"b\":2}" + " ".repeat(1000);
    InputStream in =
        new SequenceInputStream(
            bytes("{\"a\":1}\n" + rest),
            new FailingStream(() -> new BrokenInputException("broken", null)));

    CutInput cut = CutInput.stream(Framing.LINES, in, 64);

    assertThat(cut.events()).containsExactly("1: {\"a\":1}");
    assertThat(cut.deadLetters())
        .containsExactly("2: malformed: broken; this is the rest from there: " + rest);
  }

  @Test
  void tooLargeLineIsPassedOverWithSizeAndDigest() throws IOException {
    String large = eventOfSize(CutInput.MAX_EVENT + 1);

    CutInput cut = cut(Framing.LINES, "{\"a\":1}\n" + large + "\n{\"b\":2}\n");

    assertThat(cut.events()).containsExactly("1: {\"a\":1}", "3: {\"b\":2}");
    assertThat(cut.deadLetters()).containsExactly(tooLarge(2, large));
    assertThat(cut.broken()).isNull();
  }

  @Test
  void ofWhatIsManyTimesTooLarge64KibAreKept() throws IOException {
    String large = eventOfSize(300_000);

    CutInput cut = cut(Framing.LINES, "{\"a\":1}\n" + large + "\n{\"b\":2}\n");

    assertThat(cut.events()).containsExactly("1: {\"a\":1}", "3: {\"b\":2}");
    assertThat(cut.deadLetters())
        .containsExactly(
            "2: too-large: 300000 bytes; router.event.max-size is 200 bytes: 65536 of 300000 bytes, "
                + sha256(large));
    assertThat(cut.broken()).isNull();
  }

  @Test
  void tooLargeLastLineNeedsNoNewline() throws IOException {
    String large = eventOfSize(5000);

    CutInput cut = cut(Framing.LINES, "{\"a\":1}\n" + large);

    assertThat(cut.events()).containsExactly("1: {\"a\":1}");
    assertThat(cut.deadLetters()).containsExactly(tooLarge(2, large));
    assertThat(cut.broken()).isNull();
  }

  @Test
  void tooLargeElementOfAnArrayIsPassedOver() throws IOException {
    String large = eventOfSize(70_000).replace("xx", "\n]");

    CutInput cut = cut("[{\"a\":1},\n" + large + ",\n{\"b\":2}]");

    long newlines = large.chars().filter(c -> c == '\n').count();
    assertThat(cut.events()).containsExactly("1: {\"a\":1}", (3 + newlines) + ": {\"b\":2}");
    assertThat(cut.deadLetters()).containsExactly(tooLarge(2, large));
    assertThat(cut.broken()).isNull();
  }

  @Test
  void tooLargePrettyObjectIsOneDeadLetter() throws IOException {
    String large = eventOfSize(5000).replace("{", "{\n");

    CutInput cut = cut("\n" + large + "\n\n");

    assertThat(cut.events()).isEmpty();
    assertThat(cut.deadLetters()).containsExactly(tooLarge(2, large));
    assertThat(cut.broken()).isNull();
  }

  @Test
  void whatIsTooLargeAndDoesNotEvenBeginAsAnObjectIsMalformed() throws IOException {
    String large = "x".repeat(1000);

    CutInput cut = cut(Framing.LINES, large + "\n{\"b\":2}");

    assertThat(cut.events()).containsExactly("2: {\"b\":2}");
    assertThat(cut.deadLetters())
        .containsExactly(tooLarge(1, large).replace("too-large", "malformed"));
  }

  @Test
  void manyTooLargeLinesLoseNothingBehindThem() throws IOException {
    String large = eventOfSize(CutInput.MAX_EVENT + 1);

    CutInput cut = cut(Framing.LINES, (large + "\n").repeat(40) + "{\"b\":2}");

    assertThat(cut.events()).containsExactly("41: {\"b\":2}");
    assertThat(cut.deadLetters()).hasSize(40).startsWith(tooLarge(1, large));
  }

  @Test
  void aBodyInMemoryIsOneBatchHoweverMuchOfItIsTooLarge() throws IOException {
    String large = eventOfSize(CutInput.MAX_EVENT + 1);

    CutInput cut = CutInput.of(Framing.LINES, (large + "\n").repeat(40) + "{\"b\":2}");

    assertThat(cut.positions()).isEmpty();
    assertThat(cut.deadLetters()).hasSize(40);
  }

  @Test
  void oneByOneWhatIsTooLargeIsABatchOfItsOwn() throws IOException {
    String large = eventOfSize(CutInput.MAX_EVENT + 1);
    String array = "[" + large + ",{\"a\":1},7," + large + "," + large + ",{\"b\":2}}";
    EventCutter cutter = CutInput.cutter(Framing.DETECT, bytes(array), 1);
    List<String> batches = new ArrayList<>();

    for (RawBatch batch = cutter.next(); batch != null; batch = cutter.next()) {
      batches.add(batch.size() + "+" + batch.deadLetters().size());
    }

    assertThat(batches).containsExactly("0+1", "1+0", "1+0", "0+1", "0+1", "1+0", "0+1");
  }

  @Test
  void whatIsKeptOfTooLargeEventsCountsForTheSizeOfABatch() throws IOException {
    String large = eventOfSize(CutInput.MAX_EVENT + 1) + "\n";
    EventCutter cutter =
        CutInput.cutter(Framing.LINES, bytes(large.repeat(40)), 10 * Excerpts.HEAD);
    List<Integer> sizes = new ArrayList<>();

    for (RawBatch batch = cutter.next(); batch != null; batch = cutter.next()) {
      sizes.add(batch.deadLetters().size());
    }

    assertThat(sizes).containsExactly(10, 10, 10, 10);
  }

  @Test
  void tinyEventsDoNotMakeAStreamsBatchGrowWithoutBound() throws IOException {
    byte[] lines = "1\n".repeat(500_000).getBytes(StandardCharsets.UTF_8);
    EventCutter cutter =
        CutInput.cutter(Framing.LINES, new ByteArrayInputStream(lines), 1024 * 1024);
    List<Integer> sizes = new ArrayList<>();

    for (RawBatch batch = cutter.next(); batch != null; batch = cutter.next()) {
      sizes.add(batch.size());
    }

    assertThat(sizes).allMatch(size -> size <= 16 * 1024);
    assertThat(sizes.stream().mapToInt(size -> size).sum()).isEqualTo(500_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // input | events before the break | why | the rest
        "[{}{}]      | {}    | no comma between two elements of the array  | {}]",
        "[{} [1]]    | {}    | no comma between two elements of the array  | [1]]",
        "['a''b']    | 'a'   | no comma between two elements of the array  | 'b']",
        "[{}:{}]     | {}    | no comma between two elements of the array  | :{}]",
        "[{}}        | {}    | no comma between two elements of the array  | }",
        "[{},]       | {}    | a comma before the end of the array         | ]",
        "[{}, ]x     | {}    | a comma before the end of the array         | ]x",
        "[,{}]       |       | no element where the array needs one        | ,{}]",
        "[{},,{}]    | {}    | no element where the array needs one        | ,{}]",
        "[{},}]      | {}    | no element where the array needs one        | }]",
        "[           |       | the array is not closed                     |",
        "[{}         | {}    | the array is not closed                     |",
        "[{},        | {}    | the array is not closed                     |",
        "[{},{'a'    | {}    | the array is not closed                     | {'a'",
        "[{},12      | {}    | the array is not closed                     | 12",
        "[{},'a]     | {}    | the array is not closed                     | 'a]",
        "[{}]{}      | {}    | more text after the array                   | {}",
        "[{}] ]      | {}    | more text after the array                   | ]",
        "[{},{]]     | {}    | brackets do not match                       | {]]",
        "[{},[{}},{}]| {}    | brackets do not match                       | [{}},{}]",
        "[{},{'a':1],{}]| {} | brackets do not match                       | {'a':1],{}]",
      })
  void afterABreakInAnArrayTheRestIsOneDeadLetter(
      String input, String events, String why, String rest) throws IOException {
    CutInput cut = cut(quoted(input));

    assertThat(cut.events())
        .containsExactlyElementsOf(events == null ? List.of() : List.of("1: " + quoted(events)));
    assertThat(cut.deadLetters())
        .containsExactly("1: malformed: " + why + "; this is the rest from there: " + quoted(rest));
    assertThat(cut.broken()).isEqualTo(why);
  }

  @Test
  void objectThatIsNotClosedIsOneDeadLetter() throws IOException {
    CutInput cut = cut("\n{\n\"a\":1\n");

    assertThat(cut.events()).isEmpty();
    assertThat(cut.deadLetters())
        .containsExactly(
            "2: malformed: the object is not closed; this is the rest from there: {\n\"a\":1\n");
    assertThat(cut.broken()).isEqualTo("the object is not closed");
  }

  @Test
  void textBehindAnObjectIsOneDeadLetter() throws IOException {
    CutInput cut = cut("{\n\"a\":1}\n{\n\"b\":2}\n");

    assertThat(cut.events()).containsExactly("1: {\n\"a\":1}");
    assertThat(cut.deadLetters())
        .containsExactly(
            "3: malformed: more text after the object; this is the rest from there: {\n\"b\":2}\n");
    assertThat(cut.broken()).isEqualTo("more text after the object");
  }

  @Test
  void bracketsOfAnObjectThatDoNotMatchAreOneDeadLetter() throws IOException {
    CutInput cut = cut("{\n\"a\":1]\n");

    assertThat(cut.events()).isEmpty();
    assertThat(cut.deadLetters())
        .containsExactly(
            "1: malformed: brackets do not match; this is the rest from there: {\n\"a\":1]\n");
  }

  @Test
  void ofALongRestBehindABreakTheBeginningIsKept() throws IOException {
    String rest = "{}".repeat(100_000) + "]";

    CutInput cut = cut("[{}" + rest);

    assertThat(cut.events()).containsExactly("1: {}");
    assertThat(cut.deadLetters())
        .containsExactly(
            "1: malformed: no comma between two elements of the array; this is the rest from"
                + " there: 65536 of 200001 bytes, "
                + sha256(rest));
  }

  @Test
  void tooLargeElementThatIsNotClosedIsKeptAsTheRest() throws IOException {
    String rest = "{\n" + eventOfSize(5000);

    CutInput cut = cut("[{}," + rest);

    assertThat(cut.events()).containsExactly("1: {}");
    assertThat(cut.deadLetters())
        .containsExactly(
            "1: malformed: the array is not closed; this is the rest from there: " + rest);
    assertThat(cut.broken()).isEqualTo("the array is not closed");
  }

  @Test
  void tooLargeObjectThatIsNotClosedIsKeptAsTheRest() throws IOException {
    String rest = "{\n" + eventOfSize(100_000);

    CutInput cut = cut(rest);

    assertThat(cut.events()).isEmpty();
    assertThat(cut.deadLetters())
        .containsExactly(
            "1: malformed: the object is not closed; this is the rest from there: 65536 of 100002"
                + " bytes, "
                + sha256(rest));
    assertThat(cut.broken()).isEqualTo("the object is not closed");
  }

  @Test
  void tooLargeLineInBrokenCompressionIsKeptAsTheRest() throws IOException {
    String rest = "x".repeat(5000);
    InputStream in =
        new SequenceInputStream(
            bytes("{\"a\":1}\n" + rest),
            new FailingStream(() -> new BrokenInputException("broken", null)));

    CutInput cut = CutInput.stream(Framing.LINES, in, 64);

    assertThat(cut.events()).containsExactly("1: {\"a\":1}");
    assertThat(cut.deadLetters())
        .containsExactly("2: malformed: broken; this is the rest from there: " + rest);
    assertThat(cut.broken()).isEqualTo("broken");
  }

  @Test
  void anErrorOfTheSourceIsNoDamage() {
    InputStream in = new FailingStream(() -> new IOException("the disk is gone"));

    assertThatThrownBy(() -> CutInput.stream(Framing.LINES, in, 64))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("the disk is gone");
  }

  @Test
  void readingGoesOnWhereABatchEnded() throws IOException {
    String text = BOM + "[{\"a\":1},\n{\"b\":2}\n,{\"c\":3}]";
    EventCutter cutter = CutInput.cutter(Framing.DETECT, bytes(text), 1);
    cutter.next();
    Position position = cutter.position();
    EventCutter second = CutInput.cutter(Framing.DETECT, bytes(text), 1);

    second.resume(position);
    CutInput rest = CutInput.all(second);

    assertThat(position).isEqualTo(new Position(11, 1, Framing.ARRAY));
    assertThat(rest.events()).containsExactly("2: {\"b\":2}", "3: {\"c\":3}");
    assertNothingElse(rest);
  }

  /** In memory and from streams read in all ways, which must not differ. */
  private static CutInput cut(Framing framing, String text) throws IOException {
    CutInput inMemory = CutInput.of(framing, text);
    for (int batchBytes : new int[] {1, 64, 1000}) {
      CutInput streamed = stream(framing, text, batchBytes);
      assertThat(streamed.events()).isEqualTo(inMemory.events());
      assertThat(streamed.deadLetters()).isEqualTo(inMemory.deadLetters());
      assertThat(streamed.broken()).isEqualTo(inMemory.broken());
    }
    return inMemory;
  }

  private static CutInput cut(String text) throws IOException {
    return cut(Framing.DETECT, text);
  }

  private static CutInput stream(Framing framing, String text, int batchBytes) throws IOException {
    return CutInput.stream(framing, bytes(text), batchBytes);
  }

  private static CutInput tinyReads(String text) throws IOException {
    return CutInput.stream(Framing.LINES, new TinyReads(bytes(text), new Random(1)), 64);
  }

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void assertNothingElse(CutInput cut) {
    assertThat(cut.deadLetters()).isEmpty();
    assertThat(cut.broken()).isNull();
  }

  private static String quoted(String text) {
    return text == null ? "" : text.replace('\'', '"');
  }

  private static String eventOfSize(int size) {
    return "{\"a\":\"" + "x".repeat(size - 8) + "\"}";
  }

  private static String tooLarge(long line, String text) {
    return String.format(
        "%d: too-large: %d bytes; router.event.max-size is 200 bytes: %d of %d bytes, %s",
        line, text.length(), Math.min(text.length(), Excerpts.HEAD), text.length(), sha256(text));
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
