package io.registryrouter.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.event.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the plain reader takes, Jackson takes as well and finds the same in it. */
class PlainReaderTest {

  private static final int MUTATIONS = 100_000;

  private static final String EVENT =
      """
      {"id":"1","action":"container-registry.image.push","n":[-0,0.5,10e-3,1E+9,[],{},[[{"a":[]}]]],
       "enrichment":{"x":[1,2]},"payload":{"action":"a","target":{"name":"us.icr.io/a","host":{"address":
       "h"}}},"target":{"name":"é/ü","id":"crn:v1:1:2:3:4","host":{"address":"us.icr.io","agent":"d"}},
       "requestData":{"RequestParameters":{"repository":"r","name":"n"},"repository":"q","t":true,"f":false},
       "text":"tab\\t quote\\" \\u00e9 \\/ 😀","logSourceCRN":"crn","eventTime":"2019","z":null}""";

  @Test
  void sampleEventsArePlain() throws IOException {
    for (byte[] event : samples()) {
      assertThat(plain(event)).as(text(event)).isPresent().isEqualTo(jackson(event));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        " {} ",
        "{\"a\":-0.0e-10}",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":-}",
        "{\"a\":+1}",
        "{\"a\":1e}",
        "{\"a\":NaN}",
        "{\"a\":truex}",
        "{\"a\":tru}",
        "{\"a\":nulL}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\\"}",
        "{\"a\":\"\u0001\"}",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\u007f\"}",
        "{\"a\"\f:1}",
        "{\"a\":1,}",
        "{,\"a\":1}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":[1,]}",
        "{\"a\":[,1]}",
        "{\"a\":[1 2]}",
        "{\"a\":[1}",
        "{\"a\":{\"b\":1]}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1}}",
        "{\"a\":1} {}",
        "{\"a\":1",
        "{\"a\":\"",
        "{\"a",
        "{",
        "[]",
        "\"a\"",
        "{\"\\u0061ction\":\"x\"}",
        "{\"action\":\"\\u0061\"}",
        "{\"a\":/*c*/1}",
        "{\"a\u0000\":1}",
        "{\"a\":1}\u0000",
        "\ufeff{\"a\":1}"
      })
  void whatItTakesJacksonTakesToo(String text) {
    byte[] event = text.getBytes(StandardCharsets.UTF_8);

    plain(event).ifPresent(found -> assertThat(Optional.of(found)).isEqualTo(jackson(event)));
  }

  @Test
  void deepNestingIsLeftToJackson() {
    byte[] shallow = nested(64);
    byte[] deep = nested(65);

    assertThat(plain(shallow)).isPresent().isEqualTo(jackson(shallow));
    assertThat(plain(deep)).isEmpty();
    assertThat(jackson(deep)).isPresent();
  }

  private static byte[] nested(int levels) {
    return ("{\"a\":" + "[".repeat(levels) + "]".repeat(levels) + "}")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void anyDamageIsSeenByBothAlike() throws IOException {
    Random random = new Random(7);
    List<byte[]> events = samples();
    int taken = 0;
    int refused = 0;

    for (int i = 0; i < MUTATIONS; i++) {
      byte[] event = mutated(events.get(random.nextInt(events.size())), random);
      Optional<Found> plain = plain(event);
      if (plain.isPresent()) {
        taken++;
        assertThat(plain).as("mutation %d: %s", i, text(event)).isEqualTo(jackson(event));
      } else {
        refused++;
      }
    }

    assertThat(taken).isGreaterThan(MUTATIONS / 10);
    assertThat(refused).isGreaterThan(MUTATIONS / 10);
  }

  /** One to three bytes are changed, left out, or put in; half of those from JSON's own. */
  private static byte[] mutated(byte[] event, Random random) {
    byte[] bytes = event;
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(bytes.length);
      byte[] json = "{}[]\",:\\ \n0-.eEtu\tn".getBytes(StandardCharsets.US_ASCII);
      byte b =
          random.nextBoolean() ? json[random.nextInt(json.length)] : (byte) random.nextInt(256);
      int kind = random.nextInt(3);
      byte[] next = Arrays.copyOf(bytes, bytes.length + (kind == 0 ? 0 : kind == 1 ? -1 : 1));
      if (kind == 0) {
        next[at] = b;
      } else if (kind == 1) {
        System.arraycopy(bytes, at + 1, next, at, bytes.length - at - 1);
      } else {
        System.arraycopy(bytes, at, next, at + 1, bytes.length - at);
        next[at] = b;
      }
      bytes = next;
    }
    return bytes;
  }

  private static List<byte[]> samples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/events"))) {
      List<byte[]> events =
          files
              .filter(file -> file.toString().endsWith(".json"))
              .sorted()
              .map(PlainReaderTest::trimmed)
              .filter(event -> jackson(event).isPresent())
              .toList();
      return Stream.concat(
              events.stream().filter(event -> plain(event).isPresent()),
              Stream.of(EVENT.getBytes(StandardCharsets.UTF_8)))
          .toList();
    }
  }

  private static byte[] trimmed(Path file) {
    try {
      return Files.readString(file).trim().getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What matters of an event; the cuts as text. */
  private record Found(Event.Fields fields, String cuts) {

    static Found of(FieldPicker picker) {
      return new Found(picker.fields(), Arrays.toString(picker.cuts()));
    }
  }

  /** Between other bytes, as an event stands in its batch. */
  private static Optional<Found> plain(byte[] event) {
    byte[] buffer = new byte[event.length + 6];
    Arrays.fill(buffer, (byte) '"');
    System.arraycopy(event, 0, buffer, 3, event.length);
    FieldPicker picker = new FieldPicker(buffer, 3, 3 + event.length);
    boolean taken = new PlainReader().read(buffer, 3, 3 + event.length, picker);
    return taken ? Optional.of(Found.of(picker)) : Optional.empty();
  }

  private static Optional<Found> jackson(byte[] event) {
    byte[] buffer = new byte[event.length + 6];
    System.arraycopy(event, 0, buffer, 3, event.length);
    FieldPicker picker = new FieldPicker(buffer, 3, 3 + event.length);
    return new ObjectParser()
            .parse(buffer, 3, 3 + event.length, parser -> picker.pick(new JacksonReader(parser, 3)))
            .isEmpty()
        ? Optional.of(Found.of(picker))
        : Optional.empty();
  }

  private static String text(byte[] event) {
    return new String(event, StandardCharsets.ISO_8859_1);
  }
}
