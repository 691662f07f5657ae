package io.registryrouter.spool;

import static io.registryrouter.spool.Groups.line;
import static io.registryrouter.spool.Groups.lines;
import static io.registryrouter.spool.LogFixture.MANY;
import static io.registryrouter.spool.LogFixture.append;
import static io.registryrouter.spool.LogFixture.data;
import static io.registryrouter.spool.LogFixture.deliver;
import static io.registryrouter.spool.LogFixture.drain;
import static io.registryrouter.spool.LogFixture.index;
import static io.registryrouter.spool.LogFixture.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.support.Warnings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecoveryTest {

  private static final int LINE = line("a").length();

  @RegisterExtension final Warnings warnings = new Warnings(Repair.class);
  @TempDir Path directory;

  /** Three appends: one event, two, one. */
  private void writeThreeAppends() throws Exception {
    try (SpoolLog log = unsynced()) {
      append(log, "a").get();
      append(log, "b", "c").get();
      append(log, "d").get();
    }
  }

  private static String wholeAppends(long appends) {
    return List.of("", lines("a"), lines("a", "b", "c"), lines("a", "b", "c", "d"))
        .get((int) appends);
  }

  private void assertHoldsAndGoesOn(String expected) throws Exception {
    try (SpoolLog log = unsynced()) {
      assertThat(log.backlog()).isEqualTo(expected.lines().count());
      append(log, "e").get();
    }
    try (SpoolLog log = unsynced()) {
      assertThat(log.backlog()).isEqualTo(expected.lines().count() + 1);
      assertThat(drain(log)).isEqualTo(expected + line("e"));
      assertThat(log.backlog()).isZero();
    }
  }

  /** As good, and faster: nothing here depends on what an fsync does. */
  private SpoolLog unsynced() throws IOException {
    return open(directory, 1 << 20, segment -> {});
  }

  private Map<String, byte[]> contents() throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    for (String file : LogFixture.files(directory)) {
      contents.put(file, Files.readAllBytes(directory.resolve(file)));
    }
    return contents;
  }

  private static void cut(Path file, byte[] whole, int length) throws IOException {
    Files.write(file, Arrays.copyOf(whole, length));
  }

  private void restore(Map<String, byte[]> contents) throws IOException {
    for (String file : LogFixture.files(directory)) {
      Files.delete(directory.resolve(file));
    }
    for (Map.Entry<String, byte[]> file : contents.entrySet()) {
      Files.write(directory.resolve(file.getKey()), file.getValue());
    }
  }

  @Test
  void dataTornAnywhereIsCutToWholeAppends() throws Exception {
    writeThreeAppends();
    Map<String, byte[]> contents = contents();
    byte[] whole = Files.readAllBytes(data(directory, 0));
    for (int length = 0; length <= whole.length; length++) {
      restore(contents);
      cut(data(directory, 0), whole, length);

      assertHoldsAndGoesOn(
          wholeAppends(length < LINE ? 0 : length < 3 * LINE ? 1 : length < 4 * LINE ? 2 : 3));
    }
  }

  /** As after a power failure: an append waits for its events only to be on disk. */
  @Test
  void anIndexTornAnywhereCostsNoEvent() throws Exception {
    writeThreeAppends();
    Map<String, byte[]> contents = contents();
    byte[] whole = Files.readAllBytes(index(directory, 0));
    for (int length = 0; length <= whole.length; length++) {
      restore(contents);
      cut(index(directory, 0), whole, length);

      assertHoldsAndGoesOn(wholeAppends(3));
    }
  }

  @Test
  void anIndexAndEventsTornAnywhereHoldTheWholeLines() throws Exception {
    writeThreeAppends();
    Map<String, byte[]> contents = contents();
    byte[] whole = Files.readAllBytes(data(directory, 0));
    for (int length = 0; length <= whole.length; length++) {
      restore(contents);
      Files.delete(index(directory, 0));
      cut(data(directory, 0), whole, length);

      assertHoldsAndGoesOn(lines("a", "b", "c", "d").substring(0, length / LINE * LINE));
    }
  }

  /** What the door takes, a plain reader need not. */
  static Stream<String> members() {
    return Stream.of(
        "\"number\":" + "7".repeat(1500),
        "\"" + "k".repeat(60_000) + "\":1",
        "\"power\":1e99999999999",
        "\"deep\":" + "[".repeat(999) + "]".repeat(999));
  }

  @ParameterizedTest
  @MethodSource("members")
  void anEventThatTheDoorTookIsFoundWithoutTheIndex(String member) throws Exception {
    String[] ids = {"a", "b\"," + member + ",\"more\":\"", "c"};
    try (SpoolLog log = unsynced()) {
      for (String id : ids) {
        append(log, id).get();
      }
    }
    Files.delete(index(directory, 0));

    assertHoldsAndGoesOn(lines(ids));
  }

  @Test
  void linesWithoutTheirIndexThatAreNoEventsAreSetAside() throws Exception {
    writeThreeAppends();
    Files.delete(index(directory, 0));
    byte[] data = Files.readAllBytes(data(directory, 0));
    Arrays.fill(data, LINE, LINE + 10, (byte) 0); // a page that did not come to disk
    Files.write(data(directory, 0), data);

    assertHoldsAndGoesOn(wholeAppends(1));

    assertThat(warnings.said())
        .first()
        .isEqualTo("destination=us-south offset=%d aside=%s".formatted(LINE, aside(LINE)));
    assertThat(aside(LINE)).hasBinaryContent(Arrays.copyOfRange(data, LINE, data.length));
  }

  @Test
  void eventsWithoutTheirIndexBehindAnAppendThatIsNotWholeAreSetAside() throws Exception {
    writeThreeAppends();
    List<String> named = Files.readAllLines(index(directory, 0)).subList(0, 2);
    Files.write(index(directory, 0), named);
    byte[] data = Files.readAllBytes(data(directory, 0));
    data[LINE] ^= 1;
    Files.write(data(directory, 0), data);

    assertHoldsAndGoesOn(wholeAppends(1));

    assertThat(aside(LINE)).hasBinaryContent(Arrays.copyOfRange(data, LINE, data.length));
  }

  private byte[] writeThreeAppendsOfWhichTheSecondIsDamaged() throws Exception {
    writeThreeAppends();
    byte[] data = Files.readAllBytes(data(directory, 0));
    data[LINE] ^= 1;
    Files.write(data(directory, 0), data);
    return data;
  }

  @Test
  void whatWasSetAsideBeforeStays() throws Exception {
    byte[] data = writeThreeAppendsOfWhichTheSecondIsDamaged();
    byte[] damaged = Arrays.copyOfRange(data, LINE, data.length);
    Files.writeString(aside(LINE), "kept\n");

    assertHoldsAndGoesOn(wholeAppends(1));

    assertThat(aside(LINE)).hasContent("kept\n" + new String(damaged, StandardCharsets.UTF_8));
  }

  @Test
  void anEarlierSegmentsIndexThatIsLostCostsNoEvent() throws Exception {
    try (SpoolLog log = open(directory, 2L * LINE)) {
      append(log, "a").get();
      append(log, "b").get();
      append(log, "c").get();
    }
    Files.write(index(directory, 0), new byte[] {'{'});

    assertHoldsAndGoesOn(lines("a", "b", "c"));
  }

  /** Pages come to disk in any order. */
  @Test
  void zerosInAnIndexCostNoEvent() throws Exception {
    writeThreeAppends();
    Map<String, byte[]> contents = contents();
    byte[] whole = Files.readAllBytes(index(directory, 0));
    for (int from = 0; from < whole.length; from += 5) {
      for (int zeros : List.of(4, 100)) {
        restore(contents);
        byte[] lost = whole.clone();
        Arrays.fill(lost, from, Math.min(from + zeros, lost.length), (byte) 0);
        Files.write(index(directory, 0), lost);

        assertHoldsAndGoesOn(wholeAppends(3));
      }
    }
  }

  @Test
  void whatTheIndexLostIsNamedByTheSegment() throws Exception {
    writeThreeAppends();
    String first = Files.readAllLines(index(directory, 0)).get(0);
    Files.writeString(index(directory, 0), first + "\n{\"offset\":");
    open(directory).close();

    List<IndexEntry> entries = IndexEntry.read(index(directory, 0), 0);
    IndexEntry.Origin origin = new IndexEntry.Origin("file", Segment.name(0) + ".ndjson", null);
    assertThat(entries).hasSize(2);
    assertThat(entries.get(0).toLine()).asString().isEqualTo(first + "\n");
    IndexEntry found = entries.get(1);
    assertThat(found.events()).isEqualTo(3);
    assertThat(found.line()).isEqualTo(2);
    assertThat(found.source()).isEqualTo(origin);
    assertThat(found.path()).isEmpty(); // its events say it
    assertThat(found.domain()).isEmpty();
  }

  /** A start holds a segment's index in memory. */
  @Test
  void howeverManyEventsTheIndexLostTheyGetFewEntries() throws Exception {
    String events = line("a").repeat(3 * (1 << 20) / LINE);
    String large = line("x".repeat(2 << 20));
    Files.writeString(data(directory, 0), events + large + line("b"));

    open(directory).close();

    List<IndexEntry> entries = IndexEntry.read(index(directory, 0), 0);
    assertThat(entries).hasSizeLessThan(10);
    assertThat(entries)
        .filteredOn(entry -> entry.events() > 1)
        .allMatch(entry -> entry.bytes() <= 1 << 20);
    assertThat(entries)
        .last()
        .extracting(IndexEntry::line)
        .isEqualTo((long) events.length() / LINE + 2);
    assertThat(warnings.said())
        .containsExactly(
            "destination=us-south segment=%s.ndjson offset=0 events=%d"
                .formatted(Segment.name(0), events.length() / LINE + 2));
    try (SpoolLog log = open(directory, 1 << 30)) {
      assertThat(log.backlog()).isEqualTo(events.length() / LINE + 2);
      assertThat(drain(log)).isEqualTo(events + large + line("b"));
    }
  }

  @Test
  void aFlippedByteAnywhereInTheDataCutsTheAppendItIsIn() throws Exception {
    writeThreeAppends();
    Map<String, byte[]> contents = contents();
    byte[] whole = Files.readAllBytes(data(directory, 0));
    for (int i = 0; i < whole.length; i++) {
      restore(contents);
      byte[] flipped = whole.clone();
      flipped[i] ^= 1;
      Files.write(data(directory, 0), flipped);

      assertHoldsAndGoesOn(wholeAppends(i < LINE ? 0 : i < 3 * LINE ? 1 : 2));
    }
  }

  @Test
  void whatStandsBehindDamageIsSetAside() throws Exception {
    byte[] data = writeThreeAppendsOfWhichTheSecondIsDamaged();

    assertHoldsAndGoesOn(wholeAppends(1));

    assertThat(directory.resolve("damaged-" + LINE + ".ndjson"))
        .hasBinaryContent(Arrays.copyOfRange(data, LINE, data.length));
  }

  private byte[] writeThreeAppendsOfWhichTheLastIsDamaged() throws Exception {
    writeThreeAppends();
    byte[] data = Files.readAllBytes(data(directory, 0));
    data[data.length - 2] ^= 1;
    Files.write(data(directory, 0), data);
    return data;
  }

  @Test
  void anAppendThatIsTornAtTheEndIsNotSetAside() throws Exception {
    writeThreeAppendsOfWhichTheLastIsDamaged();

    assertHoldsAndGoesOn(wholeAppends(2));

    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).noneMatch(file -> file.getFileName().toString().startsWith("damaged-"));
    }
  }

  /** Two appends in each of the first two, one in the third. */
  private void writeThreeSegments() throws Exception {
    try (SpoolLog log = open(directory, 2L * LINE)) {
      for (String id : List.of("a", "b", "c", "d", "x")) {
        append(log, id).get();
      }
    }
  }

  private static String damage(long segment, long from, long to, Object events, Object aside) {
    return "destination=us-south segment=%s.ndjson offset=%d to=%d events=%s aside=%s"
        .formatted(Segment.name(segment), from, to, events, aside);
  }

  private Path aside(long offset) {
    return directory.resolve("damaged-" + offset + ".ndjson");
  }

  @Test
  void anEarlierSegmentCutShortAnywhereHoldsNothingUpBehindIt() throws Exception {
    writeThreeSegments();
    Map<String, byte[]> contents = contents();
    byte[] whole = Files.readAllBytes(data(directory, 2L * LINE));
    for (int length : List.of(0, 1, LINE - 1, LINE, LINE + 1, 2 * LINE - 1)) {
      restore(contents);
      cut(data(directory, 2L * LINE), whole, length);

      assertHoldsAndGoesOn(length < LINE ? lines("a", "b", "x") : lines("a", "b", "c", "x"));
    }
  }

  @Test
  void whatIsLeftOfAnAppendThatWasCutShortIsSetAside() throws Exception {
    writeThreeSegments();
    Path data = data(directory, 2L * LINE);
    cut(data, Files.readAllBytes(data), LINE + 5);

    open(directory).close();
    open(directory)
        .close(); // a start before it is delivered says it again, and has no more to keep

    assertThat(warnings.said())
        .containsExactly(
            damage(2L * LINE, 3L * LINE, 4L * LINE, 1, aside(3L * LINE)),
            damage(2L * LINE, 3L * LINE, 4L * LINE, "unknown", "nothing left"));
    assertThat(aside(3L * LINE)).hasContent(line("d").substring(0, 5));
    assertHoldsAndGoesOn(lines("a", "b", "c", "x"));
  }

  @Test
  void anEarlierSegmentThatIsGoneHoldsNothingUpBehindIt() throws Exception {
    writeThreeSegments();
    Files.delete(data(directory, 2L * LINE));

    assertHoldsAndGoesOn(lines("a", "b", "x"));

    Path index = directory.resolve("damaged-" + 2 * LINE + ".index");
    assertThat(warnings.said())
        .first()
        .isEqualTo(
            "destination=us-south segment=%s.ndjson events=2 aside=%s"
                .formatted(Segment.name(2L * LINE), index));
    assertThat(IndexEntry.read(index, 2L * LINE)).hasSize(2);
  }

  @Test
  void anEarlierSegmentThatIsGoneWithItsIndexHoldsNothingUpBehindIt() throws Exception {
    writeThreeSegments();
    Files.delete(data(directory, 2L * LINE));
    Files.delete(index(directory, 2L * LINE));

    assertHoldsAndGoesOn(lines("a", "b", "x"));

    assertThat(warnings.said())
        .first()
        .isEqualTo(damage(0, 2L * LINE, 4L * LINE, "unknown", "nothing left"));
  }

  @Test
  void damageBehindTheCursorMattersNoMore() throws Exception {
    writeThreeSegments();
    try (SpoolLog log = open(directory)) {
      Slice slice = LogFixture.next(log);
      log.undelivered().begin(slice);
      Files.copy(data(directory, 0), directory.resolve("kept"));
      log.undelivered().done(slice, 0, () -> {});
    }
    cut(directory.resolve("kept"), Files.readAllBytes(directory.resolve("kept")), 5);
    Files.move(directory.resolve("kept"), data(directory, 0));

    assertHoldsAndGoesOn(lines("c", "d", "x"));

    assertThat(warnings.said()).isEmpty();
  }

  @Test
  void aFirstSegmentThatIsGoneIsSaid() throws Exception {
    writeThreeSegments();
    String id = id();
    Files.delete(data(directory, 0));
    Files.delete(index(directory, 0));

    assertThat(id()).isEqualTo(id);
    assertThat(warnings.said())
        .containsExactly("destination=us-south offset=0 to=%d".formatted(2 * LINE));
    assertHoldsAndGoesOn(lines("c", "d", "x"));
  }

  /** Nobody waits for a cursor to be on disk: a power failure takes it back. */
  @Test
  void aPowerFailureBehindADeliveryIsNoLoss() throws Exception {
    Path cursor = directory.resolve("cursor");
    byte[][] onDisk = new byte[1][];
    SpoolLog.Disk disk =
        new SpoolLog.Disk() {
          @Override
          public void force(Segment segment) {}

          @Override
          public void force(Cursor forced) throws IOException {
            onDisk[0] = Files.readAllBytes(cursor);
          }
        };
    writeThreeSegments();
    onDisk[0] = Files.readAllBytes(cursor);
    try (SpoolLog log = open(directory, 2L * LINE, disk)) {
      deliver(log);
      deliver(log);
      assertThat(data(directory, 2L * LINE)).doesNotExist();
    }
    Files.write(cursor, onDisk[0]);

    assertHoldsAndGoesOn(lines("x"));

    assertThat(warnings.said()).isEmpty();
  }

  @Test
  void severalSegmentsThatAreGoneAreOneGap() throws Exception {
    writeThreeSegments();
    cut(data(directory, 0), Files.readAllBytes(data(directory, 0)), LINE);
    cut(data(directory, 2L * LINE), new byte[0], 0);

    try (SpoolLog log = open(directory)) {
      assertThat(log.size()).isEqualTo(2L * LINE);
    }
    assertHoldsAndGoesOn(lines("a", "x"));
  }

  @Test
  void theLastAppendOfAnEarlierSegmentIsWhatItWas() throws Exception {
    writeThreeSegments();
    byte[] data = Files.readAllBytes(data(directory, 0));
    data[data.length - 1] ^= 1; // it would be an event without an end
    Files.write(data(directory, 0), data);

    assertHoldsAndGoesOn(lines("a", "c", "d", "x"));

    assertThat(warnings.said()).first().isEqualTo(damage(0, LINE, 2L * LINE, 1, aside(LINE)));
    assertThat(aside(LINE)).hasBinaryContent(Arrays.copyOfRange(data, LINE, 2 * LINE));
  }

  @Test
  void anEarlierSegmentThatIsDamagedAndHasLostItsIndexHoldsNothingUpBehindIt() throws Exception {
    writeThreeSegments();
    byte[] data = Files.readAllBytes(data(directory, 0));
    data[LINE] ^= 1;
    Files.write(data(directory, 0), data);
    Files.delete(index(directory, 0));

    assertHoldsAndGoesOn(lines("a", "c", "d", "x"));

    assertThat(aside(LINE)).hasBinaryContent(Arrays.copyOfRange(data, LINE, 2 * LINE));
  }

  @Test
  void aCursorInWhatIsGoneGoesOnBehindIt() throws Exception {
    writeThreeSegments();
    String id;
    try (SpoolLog log = open(directory)) {
      log.undelivered()
          .done(log.undelivered().next(MANY, 1, Long.MAX_VALUE, new byte[0]), 0, () -> {});
      log.undelivered().begin(LogFixture.next(log));
      id = log.id();
    }
    cut(data(directory, 0), new byte[0], 0);

    try (SpoolLog log = open(directory)) {
      assertThat(log.cursor()).isEqualTo(2L * LINE);
      assertThat(LogFixture.next(log).key())
          .startsWith(id)
          .endsWith("-" + 2 * LINE + "-" + 4 * LINE);
    }
    assertHoldsAndGoesOn(lines("c", "d", "x"));
  }

  @Test
  void aRangeInFlightEndsWhereTheDamageBegins() throws Exception {
    writeThreeSegments();
    String id;
    try (SpoolLog log = open(directory)) {
      log.undelivered().begin(LogFixture.next(log));
      id = log.id();
    }
    cut(data(directory, 0), Files.readAllBytes(data(directory, 0)), LINE);

    try (SpoolLog log = open(directory)) {
      assertThat(LogFixture.next(log).key()).startsWith(id).endsWith("-0-" + LINE);
    }
    assertHoldsAndGoesOn(lines("a", "c", "d", "x"));
  }

  @Test
  void damageIsSteppedOverAlsoUnderACursorThatIsGone() throws Exception {
    writeThreeSegments();
    cut(data(directory, 2L * LINE), Files.readAllBytes(data(directory, 2L * LINE)), LINE);
    Files.delete(directory.resolve("cursor"));

    assertHoldsAndGoesOn(lines("a", "b", "c", "x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"null\n", "\n", "{}\n", "[]\n", "\0\0\0\0", "{\"offset\":\"x\"}\n", "garbage"})
  void garbageBehindTheIndexIsCutOff(String garbage) throws Exception {
    writeThreeAppends();
    Path index = index(directory, 0);
    Files.writeString(index, Files.readString(index) + garbage);

    assertHoldsAndGoesOn(wholeAppends(3));
  }

  /** Of what was there before it an fsync may have failed, which no later one says again. */
  @Test
  void whatIsLostOfWhatAStartFoundTakesNothingAwayThatCameAfterIt() throws Exception {
    writeThreeAppends();
    try (SpoolLog log = unsynced()) {
      append(log, "e").get();
    }
    Path data = data(directory, 0);
    Files.write(data, Arrays.copyOf(Files.readAllBytes(data), 3 * LINE));

    try (SpoolLog log = unsynced()) {
      assertThat(drain(log)).isEqualTo(lines("a", "b", "c", "e"));
    }
  }

  @Test
  void garbageBehindTheDataIsCutOff() throws Exception {
    writeThreeAppends();
    Path data = data(directory, 0);
    Files.writeString(data, Files.readString(data) + "{\"id\":\"half");

    unsynced().close();

    assertThat(data).hasContent(wholeAppends(3));
    assertHoldsAndGoesOn(wholeAppends(3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "garbage",
        "\0\0\0\0{\"spool\":\"s\"}",
        "null",
        "[]",
        "{\"spool\":\"s\",\"offset\":-1,\"inFlightTo\":5}",
        "{\"spool\":\"s\",\"offset\":5,\"inFlightTo\":4}",
        "{\"spool\":\"s\",\"offset\":1000000,\"inFlightTo\":1000000}",
        "{\"spool\":7,\"offset\":0,\"inFlightTo\":0}",
        "{\"spool\":\"s\",\"offset\":0.5,\"inFlightTo\":1}"
      })
  void aCursorThatMakesNoSenseBeginsAtTheOldestEventUnderANewId(String cursor) throws Exception {
    writeThreeAppends();
    String id = id();
    Files.writeString(directory.resolve("cursor"), cursor);

    assertThat(id()).isNotEqualTo(id).isNotEqualTo("s");
    assertHoldsAndGoesOn(wholeAppends(3));
  }

  @Test
  void aMissingCursorBeginsAtTheOldestEventUnderANewId() throws Exception {
    writeThreeAppends();
    String id = id();
    Files.delete(directory.resolve("cursor"));

    assertThat(id()).isNotEqualTo(id);
    assertHoldsAndGoesOn(wholeAppends(3));
  }

  private String id() throws IOException {
    try (SpoolLog log = open(directory)) {
      return log.id();
    }
  }

  @Test
  void aCursorTornAnywhereIsUsableOrNot() throws Exception {
    writeThreeAppends();
    byte[] whole = Files.readAllBytes(directory.resolve("cursor"));
    for (int length = 0; length <= whole.length; length++) {
      cut(directory.resolve("cursor"), whole, length);
      try (SpoolLog log = open(directory)) {
        assertThat(log.backlog()).isEqualTo(4);
      }
    }
  }

  @Test
  void aRangeInFlightThatIsNotThereAnyMoreIsForgotten() throws Exception {
    writeThreeAppends();
    try (SpoolLog log = open(directory)) {
      log.undelivered().begin(LogFixture.next(log));
    }
    cut(data(directory, 0), Files.readAllBytes(data(directory, 0)), 3 * LINE);

    assertHoldsAndGoesOn(wholeAppends(2));
  }

  @Test
  void appendsOfEarlierSegmentsCountUpToWhereTheNextBegins() throws Exception {
    try (SpoolLog log = open(directory)) {
      append(log, "a").get();
      append(log, "given-back").get();
    }
    Segment.create(directory, LINE).close(); // as after an fsync that failed

    assertHoldsAndGoesOn(lines("a"));
  }

  @Test
  void deliveredSegmentsThatAKillLeftAreDeletedLater() throws Exception {
    try (SpoolLog log = open(directory, LINE)) {
      append(log, "a").get();
      append(log, "b").get();
      append(log, "c").get();
    }
    Path cursor = directory.resolve("cursor");
    String advanced = "\"offset\":" + LINE + ",\"inFlightTo\":" + LINE;
    Files.writeString(
        cursor, Files.readString(cursor).replace("\"offset\":0,\"inFlightTo\":0", advanced));

    try (SpoolLog log = open(directory, LINE)) {
      assertThat(log.backlog()).isEqualTo(2);
      assertThat(LogFixture.text(deliver(log))).isEqualTo(line("b"));
    }
    assertThat(data(directory, 0)).doesNotExist();
    assertThat(data(directory, LINE)).doesNotExist();
    assertThat(data(directory, 2L * LINE)).exists();
  }

  @Test
  void aSegmentHalfDeletedIsNoHindrance() throws Exception {
    try (SpoolLog log = open(directory, LINE)) {
      append(log, "a").get();
      append(log, "b").get();
      deliver(log);
    }
    Files.writeString(data(directory, 0), line("a")); // the index goes first

    try (SpoolLog log = open(directory, LINE)) {
      assertThat(log.backlog()).isEqualTo(1);
      assertThat(drain(log)).isEqualTo(line("b"));
    }
    assertThat(data(directory, 0)).doesNotExist();
  }

  /** As on a disk with one inode left, which a start has no other one to add to. */
  @Test
  void aSegmentWhoseIndexWasNeverMadeIsDeleted() throws Exception {
    writeThreeAppends();
    Path halfMade = Files.createFile(data(directory, 4L * LINE));

    try (SpoolLog log = unsynced()) {
      assertThat(halfMade).doesNotExist();
      assertThat(index(directory, 4L * LINE)).doesNotExist();
      assertThat(log.backlog()).isEqualTo(4);
    }
    assertHoldsAndGoesOn(wholeAppends(3));
  }

  /** It was begun when all before it was on disk and acknowledged. */
  @Test
  void aSegmentWhoseIndexWasNeverMadeSaysHowFarADamagedOneCame() throws Exception {
    byte[] data = writeThreeAppendsOfWhichTheLastIsDamaged();
    Files.createFile(data(directory, 4L * LINE));

    try (SpoolLog log = unsynced()) {
      assertThat(log.backlog()).isEqualTo(3);
      assertThat(directory.resolve("damaged-" + 3 * LINE + ".ndjson"))
          .hasBinaryContent(Arrays.copyOfRange(data, 3 * LINE, data.length));
    }
    assertHoldsAndGoesOn(wholeAppends(2));
  }

  /** What an fsync did not bring to disk stands behind the end until the segment is deleted. */
  @Test
  void aSegmentWhoseIndexWasNeverMadeKeepsVoidWhatWasGivenBack() throws Exception {
    writeThreeAppends();
    List<String> lines = Files.readAllLines(index(directory, 0));
    Files.writeString(index(directory, 0), lines.get(0) + "\n" + lines.get(1) + "\n");
    Files.createFile(data(directory, 3L * LINE));

    assertHoldsAndGoesOn(wholeAppends(2));
  }

  @Test
  void foreignFilesAreLeftAlone() throws Exception {
    Files.writeString(directory.resolve("notes.ndjson"), "mine");

    Files.writeString(directory.resolve("09223372036854775808.ndjson"), "beyond a long");
    Files.writeString(directory.resolve("99999999999999999999.index"), "far beyond");

    assertHoldsAndGoesOn("");

    assertThat(directory.resolve("notes.ndjson")).hasContent("mine");
    assertThat(directory.resolve("09223372036854775808.ndjson")).hasContent("beyond a long");
    assertThat(directory.resolve("99999999999999999999.index")).hasContent("far beyond");
    assertThat(warnings.said()).isEmpty();
  }
}
