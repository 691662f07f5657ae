package io.registryrouter.intake.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.registryrouter.config.EventPath;
import io.registryrouter.disk.FileState;
import io.registryrouter.event.RawBatch;
import io.registryrouter.event.Source;
import io.registryrouter.intake.Gate;
import io.registryrouter.intake.Handover;
import io.registryrouter.intake.cut.EventCutter;
import io.registryrouter.support.Events;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileReadingTest {

  private static final int MAX_EVENT = 1024 * 1024;
  private static final int BATCH_BYTES = 2 * 1024 * 1024;

  @TempDir private Path inboxes;
  private Path inbox;
  private Handover handover;
  private boolean stopping;

  @BeforeEach
  void makeInbox() throws IOException {
    inbox = Files.createDirectory(inboxes.resolve("activity-tracker"));
    handover = new Handover();
  }

  @Test
  void smallFileIsOneBatchAndLeavesNoProgressButItsBeginning() throws IOException {
    Path file = Files.writeString(inbox.resolve("a.ndjson"), "{\"a\":1}\n{\"b\":2}\n");

    try (FileReading reading = open(file)) {
      List<String> events = rest(reading);

      assertThat(events).containsExactly("1: {\"a\":1}", "2: {\"b\":2}");
      assertThat(reading.isBroken()).isFalse();
      assertThat(Progress.of(inbox, file).load()).isEqualTo(EventCutter.Position.START);
    }
  }

  /** Camel's splitter asks whether there is more before it works on what it was given. */
  @Test
  void askingForMoreLeavesTheBatchAsItIs() throws IOException {
    Path file = Files.writeString(inbox.resolve("a.ndjson"), lines(40_000));
    List<String> events = new ArrayList<>();

    try (FileReading reading = open(file)) {
      while (reading.hasNext()) {
        RawBatch batch = reading.next();
        assertThat(reading.hasNext()).isEqualTo(batch != null);
        if (batch != null) {
          events.addAll(handOver(batch));
        }
      }
    }

    assertThat(text(events)).isEqualTo(lines(40_000));
  }

  @Test
  void interruptedFileGoesOnBehindTheLastBatchThatIsOnDisk() throws IOException {
    Path file = Files.writeString(inbox.resolve("a.ndjson"), lines(40_000));
    List<String> events = new ArrayList<>();
    try (FileReading reading = open(file)) {
      events.addAll(handOver(reading.next()));
      assertThat(reading.next()).isNotNull(); // and is killed before it is handed over
    }

    events.addAll(rest(file));

    assertThat(text(events)).isEqualTo(lines(40_000));
  }

  /** Same name, inode and size, as after an rsync in place. */
  @Test
  void whatIsDamagedWhereItWasTakenBeforeIsTakenFromItsStart() throws IOException {
    byte[] whole = Events.gzip(lines(40_000));
    Path file = Files.write(inbox.resolve("a.gz"), whole);
    String id;
    try (FileReading reading = open(file)) {
      RawBatch batch = reading.next();
      id = batch.source().reading();
      handOver(batch);
      assertThat(reading.next()).isNotNull();
    }
    byte[] damaged = whole.clone();
    Arrays.fill(damaged, 100, 2000, (byte) 0xFF);
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.WRITE)) {
      in.write(ByteBuffer.wrap(damaged), 0);
    }

    handover = new Handover();
    try (FileReading reading = open(file)) {
      RawBatch batch = reading.next();
      assertThat(batch.source().reading()).isNotEqualTo(id); // or the spool would leave it out
      handOver(batch);
      rest(reading);

      assertThat(reading.isBroken()).isTrue();
    }
  }

  @Test
  void whatIsRewrittenWithTheSameSizeIsTakenWholeUnderANewId() throws IOException {
    Path file = Files.writeString(inbox.resolve("a.ndjson"), lines(40_000));
    String id;
    try (FileReading reading = open(file)) {
      RawBatch batch = reading.next();
      id = batch.source().reading();
      handOver(batch);
      assertThat(reading.next()).isNotNull(); // notes how far the first was
    }
    String rewritten = lines(40_000).replace("thirty", "THIRTY");
    Files.writeString(file, rewritten);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1000));

    handover = new Handover();
    try (FileReading reading = open(file)) {
      RawBatch batch = reading.next();
      assertThat(batch.source().reading()).isNotEqualTo(id);
      List<String> events = handOver(batch);
      events.addAll(rest(reading));
      assertThat(text(events)).isEqualTo(rewritten);
    }
  }

  @Test
  void whatIsRewrittenWhileItIsTakenIsTakenWholeAfterwards() throws IOException {
    for (String rewritten : List.of("{\"b\":2}\n", "{\"b\":2}\n{\"c\":3}\n")) {
      Path file = Files.writeString(inbox.resolve("a.ndjson"), "{\"a\":1}\n");
      Files.setLastModifiedTime(file, FileTime.fromMillis(1000));
      String id;
      try (FileReading reading = open(file)) {
        RawBatch batch = reading.next();
        id = batch.source().reading();
        handOver(batch);
        assertThat(reading.next()).isNull();
        Files.writeString(file, rewritten);

        assertThat(reading.isStillTheFile()).isFalse();
      }

      handover = new Handover();
      try (FileReading reading = open(file)) {
        RawBatch batch = reading.next();
        assertThat(batch.source().reading()).isNotEqualTo(id);
        assertThat(text(handOver(batch))).isEqualTo(rewritten);
      }
      handover = new Handover();
    }
  }

  @Test
  void whatGrewWhileItWasTakenGoesOnBehindWhatWasTaken() throws IOException {
    Path file = Files.writeString(inbox.resolve("a.ndjson"), "{\"a\":1}\n");
    try (FileReading reading = open(file)) {
      rest(reading);
      Files.writeString(file, "{\"b\":2}\n", StandardOpenOption.APPEND);

      assertThat(reading.isStillTheFile()).isFalse();
    }

    assertThat(rest(file)).containsExactly("2: {\"b\":2}");
  }

  /** Of another file than the one whose progress was looked up, each may be taken only once. */
  @Test
  void whatIsReplacedWhileItIsOpenedIsNotTakenYet() throws IOException {
    Path file = Files.writeString(inbox.resolve("a.ndjson"), "{\"a\":1}\n");
    FileState looked = FileState.of(file);
    Progress progress = Progress.of(inbox, file);
    Path next = Files.writeString(inbox.resolve("next"), "{\"b\":2}\n");
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);

    assertThatThrownBy(
            () ->
                new FileReading(
                    EventPath.ACTIVITY_TRACKER,
                    new Source(Source.Kind.FILE, "a.ndjson", progress.begin()),
                    file,
                    looked,
                    new FileIntake.Limits(MAX_EVENT, BATCH_BYTES),
                    progress,
                    handover,
                    new Gate(),
                    () -> false))
        .isInstanceOf(IOException.class)
        .hasMessage("it was replaced while it was opened; what is there now is taken next");

    assertThat(rest(file)).containsExactly("1: {\"b\":2}");
  }

  @Test
  void progressIsNotNotedBeforeTheBatchIsOnDisk() throws IOException {
    Path file = Files.writeString(inbox.resolve("a.ndjson"), lines(40_000));
    CompletableFuture<Void> onDisk = new CompletableFuture<>();

    try (FileReading reading = open(file)) {
      handOver(reading.next(), onDisk);
      assertThat(reading.next()).isNotNull();
      assertThat(Progress.of(inbox, file).load()).isEqualTo(EventCutter.Position.START);

      onDisk.complete(null);

      assertThat(Progress.of(inbox, file).load().offset()).isPositive();
    }
  }

  /** Camel's splitter asks for another batch even behind one that failed. */
  @Test
  void behindABatchThatWasNotHandedOverThereIsNoOther() throws IOException {
    Path file = Files.writeString(inbox.resolve("a.ndjson"), lines(40_000));
    try (FileReading reading = open(file)) {
      reading.next();
      for (int i = 0; i < 2; i++) {
        assertThat(reading.hasNext()).isTrue();
        assertThatThrownBy(reading::next)
            .isInstanceOf(UncheckedIOException.class)
            .hasMessageContaining("a batch was not handed over, the file goes on from there");
      }
    }

    assertThat(text(rest(file))).isEqualTo(lines(40_000));
  }

  @Test
  void aBatchOfWhichOnlyAPartWasHandedOverComesAgain() throws IOException {
    Path file = Files.writeString(inbox.resolve("a.ndjson"), lines(40_000));
    try (FileReading reading = open(file)) {
      RawBatch batch = reading.next();
      handover.expect(batch.size());
      handover.accepted(1, CompletableFuture.completedFuture(null));
      assertThatThrownBy(reading::next).isInstanceOf(UncheckedIOException.class);
    }

    assertThat(text(rest(file))).isEqualTo(lines(40_000));
  }

  @Test
  void stoppingRepeatsNothingThatWasHandedOver() throws IOException {
    Path file = Files.writeString(inbox.resolve("a.ndjson"), lines(40_000));
    List<String> events = new ArrayList<>();
    try (FileReading reading = open(file)) {
      events.addAll(handOver(reading.next()));
      stopping = true;
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(reading::next)
            .isInstanceOf(UncheckedIOException.class)
            .hasMessageContaining("stopping; the file goes on from here");
      }
    }

    stopping = false;
    events.addAll(rest(file));

    assertThat(text(events)).isEqualTo(lines(40_000));
  }

  @Test
  void fileThatIsThroughIsDoneWithEvenWhenStopping() throws IOException {
    Path file = Files.writeString(inbox.resolve("a.json"), "[{\"a\":1},\n{\"b\":2}]\n");

    try (FileReading reading = open(file)) {
      handOver(reading.next());
      stopping = true;
      assertThat(reading.next()).isNull();
      assertThat(reading.hasNext()).isFalse();
      assertThat(reading.isBroken()).isFalse();
    }
  }

  @Test
  void stoppingBeforeTheFirstBatchLeavesTheBeginning() throws IOException {
    Path file = Files.writeString(inbox.resolve("a.ndjson"), "{\"a\":1}\n");
    stopping = true;

    try (FileReading reading = open(file)) {
      assertThatThrownBy(reading::next).isInstanceOf(UncheckedIOException.class);
    }

    assertThat(Progress.of(inbox, file).load()).isEqualTo(EventCutter.Position.START);
  }

  @Test
  void damagedFileIsBroken() throws IOException {
    Path file = Files.writeString(inbox.resolve("a.json"), "[{\"a\":1}");

    try (FileReading reading = open(file)) {
      assertThat(rest(reading)).containsExactly("1: {\"a\":1}");
      assertThat(reading.isBroken()).isTrue();
    }
  }

  @Test
  void fileOutsideTheInboxIsReadFromItsStartAndLeavesNoProgress() throws IOException {
    Path file = Files.writeString(inboxes.resolve("a.ndjson"), lines(40_000));

    try (FileReading reading =
        intake().readOnce(EventPath.ACTIVITY_TRACKER, file, "a.ndjson", handover)) {
      assertThat(rest(reading)).hasSize(40_000);
    }

    assertThat(inbox).isEmptyDirectory();
  }

  private FileReading open(Path file) throws IOException {
    return intake().read(EventPath.ACTIVITY_TRACKER, file, handover);
  }

  private FileIntake intake() {
    return new FileIntake(
        inboxes, () -> new FileIntake.Limits(MAX_EVENT, BATCH_BYTES), new Gate(), () -> stopping);
  }

  /** What another process makes of a file. */
  private List<String> rest(Path file) throws IOException {
    handover = new Handover();
    try (FileReading reading = open(file)) {
      return rest(reading);
    }
  }

  private List<String> rest(FileReading reading) {
    List<String> events = new ArrayList<>();
    for (RawBatch batch = reading.next(); batch != null; batch = reading.next()) {
      events.addAll(handOver(batch));
    }
    return events;
  }

  private List<String> handOver(RawBatch batch) {
    return handOver(batch, CompletableFuture.completedFuture(null));
  }

  private List<String> handOver(RawBatch batch, CompletableFuture<Void> onDisk) {
    int deadLetters = batch.deadLetters().size();
    handover.expect(batch.size() + deadLetters);
    handover.accepted(batch.size(), onDisk);
    handover.deadLettered(deadLetters, onDisk);
    List<String> events = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      int length = batch.end(i) - batch.start(i);
      String text = new String(batch.buffer(), batch.start(i), length, StandardCharsets.UTF_8);
      events.add(batch.line(i) + ": " + text);
    }
    return events;
  }

  private static String text(List<String> events) {
    return events.stream()
        .map(event -> event.substring(event.indexOf(' ') + 1) + "\n")
        .collect(Collectors.joining());
  }

  /** Some 40 bytes a line. */
  private static String lines(int count) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append("{\"n\":\"").append(i).append(" and thirty bytes of text\"}\n");
    }
    return lines.toString();
  }
}
