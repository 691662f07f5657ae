package io.registryrouter.intake.cut;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.RawBatch;
import io.registryrouter.intake.cut.EventCutter.Position;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** However an input is read, its events are the same; each case is one seed. */
class RandomInputTest {

  private static final int CASES = 200;
  private static final List<Framing> FRAMINGS =
      List.of(Framing.LINES, Framing.ARRAY, Framing.OBJECT);
  private static final String[] BLANKS = {"", " ", "\t", "\n", "\r\n", "  \n "};

  @ParameterizedTest
  @MethodSource("seeds")
  void eventsComeOutAsTheyWentInHoweverTheyAreRead(long seed) throws IOException {
    Input input = new Input(new Random(seed));

    CutInput inMemory = CutInput.of(input.asked, input.bytes(), CutInput.MAX_EVENT);
    CutInput streamed = CutInput.stream(input.asked, input.tinyReads(), input.batchBytes());

    assertThat(inMemory.events()).as("seed %d", seed).isEqualTo(input.events);
    assertThat(inMemory.deadLetters()).as("seed %d", seed).hasSize(input.tooLarge);
    assertThat(streamed.events()).as("seed %d", seed).isEqualTo(inMemory.events());
    assertThat(streamed.deadLetters()).as("seed %d", seed).isEqualTo(inMemory.deadLetters());
    assertThat(streamed.broken()).as("seed %d", seed).isNull();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void readingGoesOnExactlyWhereAnyBatchEnded(long seed) throws IOException {
    Input input = new Input(new Random(seed));
    CutInput whole = CutInput.stream(input.asked, input.tinyReads(), 1);

    for (int i = 0; i < whole.positions().size(); i++) {
      CutInput rest = resume(input, whole.positions().get(i));

      List<String> together = new ArrayList<>(upTo(input, whole.positions().get(i)));
      together.addAll(rest.events());
      assertThat(together).as("seed %d, batch %d", seed, i).isEqualTo(input.events);
      assertThat(rest.broken()).as("seed %d, batch %d", seed, i).isNull();
    }
  }

  /** By its offset a source finds out what of it was taken before. */
  @ParameterizedTest
  @MethodSource("seeds")
  void everyEventSaysWhereItStandsInItsInput(long seed) throws IOException {
    Input input = new Input(new Random(seed));
    String text = new String(input.bytes(), StandardCharsets.ISO_8859_1);
    EventCutter cutter = CutInput.cutter(input.asked, input.tinyReads(), input.batchBytes());
    List<String> there = new ArrayList<>();
    int tooLarge = 0;

    for (RawBatch batch = cutter.next(); batch != null; batch = cutter.next()) {
      for (int i = 0; i < batch.size(); i++) {
        int at = (int) batch.offset(i);
        String event = text.substring(at, at + batch.end(i) - batch.start(i));
        there.add(batch.line(i) + ": " + event);
      }
      for (DeadLetter dead : batch.deadLetters()) {
        DeadLetter.Excerpt excerpt = (DeadLetter.Excerpt) dead.original();
        String head = new String(excerpt.head(), StandardCharsets.ISO_8859_1);
        assertThat(text.substring((int) dead.offset())).as("seed %d", seed).startsWith(head);
        tooLarge++;
      }
    }

    assertThat(there).as("seed %d", seed).isEqualTo(input.events);
    assertThat(tooLarge).as("seed %d", seed).isEqualTo(input.tooLarge);
  }

  /** A break anywhere: what was whole before it comes out, and nothing is invented. */
  @ParameterizedTest
  @MethodSource("seeds")
  void ofACutOffInputTheFirstEventsComeOut(long seed) throws IOException {
    Random random = new Random(seed);
    Input input = new Input(random);
    byte[] bytes = input.bytes();
    byte[] torn = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));

    CutInput inMemory = CutInput.of(input.asked, torn, CutInput.MAX_EVENT);
    CutInput streamed =
        CutInput.stream(input.asked, new TinyReads(new ByteArrayInputStream(torn), random), 10);

    int whole = Math.max(0, inMemory.events().size() - 1); // the last line may be torn
    assertThat(inMemory.events().subList(0, whole))
        .as("seed %d", seed)
        .isEqualTo(input.events.subList(0, whole));
    assertThat(streamed.events()).as("seed %d", seed).isEqualTo(inMemory.events());
    assertThat(streamed.deadLetters()).as("seed %d", seed).isEqualTo(inMemory.deadLetters());
  }

  static IntStream seeds() {
    return IntStream.range(0, CASES);
  }

  private static CutInput resume(Input input, Position position) throws IOException {
    EventCutter cutter = CutInput.cutter(input.asked, input.tinyReads(), input.batchBytes());
    cutter.resume(position);
    return CutInput.all(cutter);
  }

  /** The events of the batches up to a position. */
  private static List<String> upTo(Input input, Position position) throws IOException {
    EventCutter cutter = CutInput.cutter(input.asked, input.tinyReads(), 1);
    List<String> events = new ArrayList<>();
    while (!cutter.position().equals(position)) {
      RawBatch batch = cutter.next();
      for (int i = 0; i < batch.size(); i++) {
        events.add(
            batch.line(i)
                + ": "
                + new String(
                    batch.buffer(),
                    batch.start(i),
                    batch.end(i) - batch.start(i),
                    StandardCharsets.ISO_8859_1));
      }
    }
    return events;
  }

  /** Events with anything between them, as lines, an array or a pretty-printed object. */
  private static final class Input {

    private final Random random;
    private final Framing framing;
    private final Framing asked;
    private final StringBuilder text = new StringBuilder();
    private final List<String> events = new ArrayList<>();
    private int tooLarge;

    Input(Random random) {
      this.random = random;
      this.framing = FRAMINGS.get(random.nextInt(FRAMINGS.size()));
      this.asked = framing == Framing.LINES ? Framing.LINES : Framing.DETECT;
      if (random.nextInt(4) == 0) {
        text.append('\uFEFF');
      }
      switch (framing) {
        case LINES -> lines();
        case ARRAY -> array();
        default -> object();
      }
    }

    byte[] bytes() {
      return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    InputStream tinyReads() {
      return new TinyReads(new ByteArrayInputStream(bytes()), random);
    }

    int batchBytes() {
      return 1 + random.nextInt(300);
    }

    private void lines() {
      int count = random.nextInt(30);
      for (int i = 0; i < count; i++) {
        text.append(random.nextInt(5) == 0 ? blanks() : "");
        text.append(random.nextInt(10) == 0 ? "\uFEFF" : "");
        String event = event("");
        add(event);
        text.append(random.nextInt(5) == 0 ? " ".repeat(random.nextInt(400)) : "");
        boolean crlf = random.nextBoolean();
        boolean last = i == count - 1 && random.nextBoolean();
        text.append(last ? "" : crlf ? "\r\n" : "\n");
      }
    }

    private void array() {
      text.append(blanks()).append('[');
      int count = random.nextInt(30);
      for (int i = 0; i < count; i++) {
        text.append(i == 0 ? "" : ",").append(blanks());
        add(random.nextInt(10) == 0 ? "-12.5" : event(blanks()));
        text.append(blanks());
      }
      text.append(']').append(blanks());
    }

    private void object() {
      text.append(blanks());
      add(event("\n"));
      text.append(blanks());
    }

    private void add(String event) {
      long line = 1 + text.chars().filter(c -> c == '\n').count();
      text.append(event);
      byte[] bytes = event.getBytes(StandardCharsets.UTF_8);
      if (bytes.length > CutInput.MAX_EVENT) {
        tooLarge++;
      } else {
        events.add(line + ": " + new String(bytes, StandardCharsets.ISO_8859_1));
      }
    }

    private String event(String blanks) {
      StringBuilder event = new StringBuilder("{").append(blanks);
      int members = random.nextInt(random.nextInt(8) == 0 ? 60 : 5);
      for (int i = 0; i < members; i++) {
        event.append(i == 0 ? "" : ",").append(string()).append(blanks).append(':');
        event.append(random.nextBoolean() ? string() : "[{}" + blanks + ",[1]]").append(blanks);
      }
      return event.append('}').toString();
    }

    private String string() {
      String[] pieces = {"a", "\\\"", "\\\\", "{", "}", "[", "]", ",", "é", "🐳", " ", ":"};
      StringBuilder string = new StringBuilder("\"");
      for (int i = random.nextInt(6); i > 0; i--) {
        string.append(pieces[random.nextInt(pieces.length)]);
      }
      return string.append('"').toString();
    }

    private String blanks() {
      return BLANKS[random.nextInt(BLANKS.length)];
    }
  }
}
