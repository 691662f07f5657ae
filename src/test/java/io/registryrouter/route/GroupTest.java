package io.registryrouter.route;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.Registry;
import io.registryrouter.decode.Decoder;
import io.registryrouter.enrich.EnrichedBatch;
import io.registryrouter.enrich.EnrichedEvent;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.Event;
import io.registryrouter.event.EventBatch;
import io.registryrouter.event.Reason;
import io.registryrouter.event.Source;
import io.registryrouter.intake.cut.EventCutter;
import io.registryrouter.intake.cut.Framing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class GroupTest {

  private static final String PUSH = "\"action\":\"container-registry.image.push\"";
  private static final String ENRICHMENT = "\"enrichment\":{\"registryDomain\":\"us.icr.io\"}";
  private static final Registry US = registry("us.icr.io");
  private static final Registry DE = registry("de.icr.io");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  static {
    StreamReadConstraints unlimited =
        StreamReadConstraints.builder().maxNumberLength(Integer.MAX_VALUE).build();
    JSON.getFactory().setStreamReadConstraints(unlimited);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // event | as it is written: + is the new enrichment with its comma
        "{ACTION}                              | {ACTION+}",
        "{ACTION }                             | {ACTION +}",
        "{ACTION,'enrichment':{}}              | {ACTION+}",
        "{ACTION , 'enrichment' : {} }         | {ACTION  +}",
        "{'enrichment':{'a':[1]},ACTION}       | {ACTION+}",
        "{ 'enrichment' : {} , ACTION}         | {  ACTION+}",
        "{'a':1,'enrichment':{},ACTION}        | {'a':1,ACTION+}",
        "{'a':1 , 'enrichment' : {} , ACTION}  | {'a':1  , ACTION+}",
        "{'enrichment':1,'enrichment':2,ACTION}                | {ACTION+}",
        "{ 'enrichment':1 , 'enrichment':2 , ACTION }          | {   ACTION +}",
        "{'a':1,'enrichment':1,'enrichment':2,ACTION}          | {'a':1,ACTION+}",
        "{ACTION,'enrichment':1,'enrichment':2}                | {ACTION+}",
        "{ACTION , 'enrichment':1 , 'enrichment':2 }           | {ACTION   +}",
        "{'enrichment':1,ACTION,'enrichment':2}                | {ACTION+}",
        "{'enrichment':1,'enrichment':2,ACTION,'enrichment':3} | {ACTION+}",
        "{ACTION,'enrichment':true}            | {ACTION+}",
        "{ACTION,'enrichment':false }          | {ACTION +}",
        "{ACTION,'enrichment':null}            | {ACTION+}",
        "{ACTION,'enrichment':-1.5e+7}         | {ACTION+}",
        "{ACTION,'enrichment':0 }              | {ACTION +}",
        "{ACTION,'enrichment':'x'}             | {ACTION+}",
        "{ACTION,'enrichment':',}\\'é🐳'}      | {ACTION+}",
        "{ACTION,'enrichment':[[],{}]}         | {ACTION+}",
        "{'enrichment':12,ACTION}              | {ACTION+}",
        "{'enrichment':'é',ACTION}             | {ACTION+}",
        "{'a':'é🐳','enrichment':'🐳',ACTION}  | {'a':'é🐳',ACTION+}",
        "{ACTION,'enr\\u0069chment':{}}        | {ACTION+}",
        "{'\\u0065nrichment':{},ACTION}        | {ACTION+}",
        "{ACTION,'Enrichment':1}               | {ACTION,'Enrichment':1+}",
        "{ACTION,'x':{'enrichment':1}}         | {ACTION,'x':{'enrichment':1}+}",
        "{'payload':{ACTION,'enrichment':1}}   | {'payload':{ACTION,'enrichment':1}+}",
        "{ACTION,'a':1,'a':2}                  | {ACTION,'a':1,'a':2+}",
        "{ACTION,'n':1.0e+01,'u':'\\u00e9\\/'} | {ACTION,'n':1.0e+01,'u':'\\u00e9\\/'+}"
      })
  void enrichmentStandsBeforeTheLastBraceAndAnEarlierOneIsCutOut(String event, String written) {
    assertThat(write(json(event)))
        .isEqualTo(json(written).replace("+}", "," + ENRICHMENT + "}") + "\n");
  }

  @Test
  void prettyPrintedEventIsWrittenAsOneLine() throws IOException {
    String event = fixture("image-push-enriched-pretty.json");
    String old =
        ",\n  \"enrichment\": {\n    \"actionDescription\": \"old\",\n"
            + "    \"registryDomain\": \"us.icr.io\"\n  }";

    String written = write(event);

    assertThat(event).contains(old);
    String kept = event.strip().replace(old, "").replace('\n', ' ');
    assertThat(written).isEqualTo(kept.substring(0, kept.length() - 1) + "," + ENRICHMENT + "}\n");
  }

  @Test
  void carriageReturnsAndNewlinesWithinAnEventBecomeSpaces() {
    assertThat(write("{\r\n" + PUSH + ",\n\t\"a\\n\":\r\"\\r\\n\"\r\n}"))
        .isEqualTo("{  " + PUSH + ", \t\"a\\n\": \"\\r\\n\"  ," + ENRICHMENT + "}\n");
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whateverTheEventOnlyItsEnrichmentChanges(long seed) throws IOException {
    String event = new RandomEvent(new Random(seed)).text();

    String written = write(event);

    ObjectNode expected = (ObjectNode) JSON.readTree(event);
    expected.set("enrichment", JSON.readTree("{" + ENRICHMENT + "}").get("enrichment"));
    JsonNode parsed = JSON.readTree(written);
    assertThat(parsed).as("seed %d: %s", seed, event).isEqualTo(expected);
    assertThat(written).as("seed %d", seed).endsWith("," + ENRICHMENT + "}\n");
    assertThat(written.strip()).as("seed %d", seed).doesNotContain("\n", "\r");
    assertThat(topLevelEnrichments(written)).as("seed %d: %s", seed, event).isEqualTo(1);
  }

  static IntStream seeds() {
    return IntStream.range(0, 400);
  }

  @Test
  void eventsThatGoTheSameWayAreOneGroupInTheirOrder() {
    EventBatch batch = decode(Framing.LINES, ("{" + PUSH + "}\n").repeat(6));
    List<EnrichedEvent> events = new ArrayList<>();
    Registry[] registries = {US, DE, US, US, DE, US};
    for (int i = 0; i < registries.length; i++) {
      boolean afterCutoff = i == 3;
      EventPath path = i == 5 ? EventPath.ACCESS_TRAIL : EventPath.ACTIVITY_TRACKER;
      events.add(enriched(batch.events().get(i), path, registries[i], afterCutoff));
    }

    List<Group> groups = Grouper.group(new EnrichedBatch(batch, events));

    assertThat(groups)
        .extracting(
            group ->
                String.join(
                    " ",
                    group.path().label(),
                    group.registry().domain(),
                    String.valueOf(group.afterCutoff()),
                    String.valueOf(group.size()),
                    String.valueOf(group.firstLine())))
        .containsExactly(
            "activity-tracker us.icr.io false 2 1",
            "activity-tracker de.icr.io false 2 2",
            "activity-tracker us.icr.io true 1 4",
            "access-trail us.icr.io false 1 6");
    assertThat(groups.get(0).bytes())
        .isEqualTo((long) groups.get(0).length(0) + groups.get(0).length(1));
  }

  /** Routes may send them to one destination; each group goes there as a whole. */
  @Test
  void onBothSidesOfTheCutoffTheOrderOfARegistryIsKept() {
    boolean[] afterCutoff = {false, true, true, false, true};
    Registry[] registries = {US, US, DE, US, US};
    EventBatch batch = decode(Framing.LINES, ("{" + PUSH + "}\n").repeat(5));
    List<EnrichedEvent> events = new ArrayList<>();
    for (int i = 0; i < afterCutoff.length; i++) {
      EventPath path = EventPath.ACCESS_TRAIL;
      events.add(enriched(batch.events().get(i), path, registries[i], afterCutoff[i]));
    }

    assertThat(Grouper.group(new EnrichedBatch(batch, events)))
        .extracting(group -> group.registry().domain() + " " + group.firstLine())
        .containsExactly("us.icr.io 1", "us.icr.io 2", "de.icr.io 3", "us.icr.io 4", "us.icr.io 5");
  }

  @Test
  void aGroupWithoutRouteBecomesDeadLettersWithTheirOriginals() {
    String event = "{\"enrichment\":{\"by\":\"the sender\"}," + PUSH + "}";
    Group group = group(decode(Framing.LINES, event + "\n" + event));

    List<DeadLetter> dead = group.deadLetters(Reason.NO_ROUTE);

    assertThat(dead).extracting(DeadLetter::reason).containsOnly(Reason.NO_ROUTE);
    assertThat(dead).extracting(DeadLetter::line).containsExactly(1L, 2L);
    assertThat(dead)
        .extracting(DeadLetter::detail)
        .containsOnly(
            "us.icr.io is known but not routed: add a `when` for it to the activity-tracker choice"
                + " in routes/40-route.camel.yaml, its destination to"
                + " routes/50-deliver.camel.yaml, and see `routed` in config/registries.yaml");
    assertThat(dead)
        .extracting(letter -> new String(((DeadLetter.Json) letter.original()).object(), UTF_8))
        .containsExactly(event, event);
  }

  @Test
  void aReasonOfARoutesOwnIsNotExplainedAsAnother() {
    Group group = group(decode(Framing.LINES, "{" + PUSH + "}"));

    assertThat(group.deadLetters(Reason.UNKNOWN_ACTION))
        .extracting(DeadLetter::detail)
        .containsExactly("a route of routes/ says so of us.icr.io on path activity-tracker");
  }

  /** The event as it is written, after checking that it is as long as was said. */
  private static String write(String event) {
    Group group = group(decode(event.contains("\n") ? Framing.OBJECT : Framing.LINES, event));
    ByteBuffer out = ByteBuffer.allocate(group.length(0));
    group.write(0, out);
    assertThat(out.hasRemaining()).isFalse();
    assertThat(group.bytes()).isEqualTo(group.length(0));
    return new String(out.array(), UTF_8);
  }

  private static Group group(EventBatch batch) {
    assertThat(batch.deadLetters()).isEmpty();
    List<EnrichedEvent> enriched =
        batch.events().stream()
            .map(event -> enriched(event, EventPath.ACTIVITY_TRACKER, US, false))
            .toList();
    return Grouper.group(new EnrichedBatch(batch, enriched)).get(0);
  }

  private static EnrichedEvent enriched(
      Event event, EventPath path, Registry registry, boolean afterCutoff) {
    return new EnrichedEvent(event, path, registry, afterCutoff, ENRICHMENT.getBytes(UTF_8));
  }

  /** From a stream with something before it, so that events do not start with the buffer. */
  private static EventBatch decode(Framing framing, String text) {
    byte[] bytes = ("  \n" + text).getBytes(UTF_8);
    EventCutter cutter =
        new EventCutter(
            EventPath.ACTIVITY_TRACKER,
            new Source(Source.Kind.FILE, "test"),
            framing,
            new ByteArrayInputStream(bytes),
            1 << 20,
            1 << 20);
    try {
      EventBatch batch = new Decoder().decode(cutter.next());
      return new EventBatch(
          batch.path(), batch.source(), batch.buffer(), lineUp(batch), batch.deadLetters());
    } catch (IOException e) {
      throw new IllegalStateException("no I/O when reading from memory", e);
    }
  }

  /** Lines as they are without what {@link #decode} put before them. */
  private static List<Event> lineUp(EventBatch batch) {
    return batch.events().stream()
        .map(e -> new Event(e.start(), e.end(), e.line() - 1, e.offset(), e.fields(), e.cuts()))
        .toList();
  }

  private static int topLevelEnrichments(String line) throws IOException {
    int count = 0;
    try (JsonParser parser = STRICT.getFactory().createParser("[" + line + "]")) {
      parser.nextToken();
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        count += parser.currentName().equals("enrichment") ? 1 : 0;
        parser.nextToken();
        parser.skipChildren();
      }
    }
    return count;
  }

  private static Registry registry(String domain) {
    return new Registry(domain, "region", Map.of(), List.of(), List.of(), true);
  }

  /** ACTION and single quotes make tables readable. */
  private static String json(String text) {
    return text.replace("ACTION", PUSH).replace('\'', '"');
  }

  private static String fixture(String name) throws IOException {
    try (InputStream in = GroupTest.class.getResourceAsStream("/events/" + name)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  /** A registry event with anything in it that JSON allows. */
  private static final class RandomEvent {

    private static final String[] BLANKS = {"", "", "", " ", "\t", "\n", "\r\n", " \n  "};
    private static final String[] PIECES = {
      "a",
      "\\\"",
      "\\\\",
      "\\/",
      "\\n",
      "\\u0041",
      "\\ud83d\\udc33",
      "é",
      "€",
      "🐳",
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      " ",
      "\u007f",
      "\u2028"
    };
    private static final String[] SCALARS = {
      "0", "-0", "1.50", "-12e-3", "1E+2", "123456789012345678901234567890", "true", "false", "null"
    };

    private final Random random;
    private int names;

    RandomEvent(Random random) {
      this.random = random;
    }

    String text() {
      List<String> members = new ArrayList<>();
      for (int i = random.nextInt(6); i > 0; i--) {
        members.add(string("n" + names++) + blanks() + ":" + blanks() + value(4));
      }
      members.add("\"action\"" + blanks() + ":" + blanks() + "\"container-registry.image.push\"");
      for (int i = random.nextInt(4); i > 0; i--) {
        String name = random.nextBoolean() ? "\"enrichment\"" : "\"enrich\\u006dent\"";
        members.add(name + blanks() + ":" + blanks() + value(3));
      }
      Collections.shuffle(members, random);
      return "{" + blanks() + join(members) + blanks() + "}";
    }

    private String value(int depth) {
      return switch (random.nextInt(depth == 0 ? 2 : 4)) {
        case 0 -> string("");
        case 1 -> SCALARS[random.nextInt(SCALARS.length)];
        case 2 -> "[" + blanks() + join(values(depth - 1, false)) + blanks() + "]";
        default -> "{" + blanks() + join(values(depth - 1, true)) + blanks() + "}";
      };
    }

    private List<String> values(int depth, boolean named) {
      List<String> values = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        values.add((named ? string("n" + names++) + blanks() + ":" + blanks() : "") + value(depth));
      }
      return values;
    }

    private String join(List<String> parts) {
      return String.join(blanks() + "," + blanks(), parts);
    }

    private String string(String start) {
      StringBuilder string = new StringBuilder("\"").append(start);
      for (int i = random.nextInt(random.nextInt(10) == 0 ? 300 : 5); i > 0; i--) {
        string.append(PIECES[random.nextInt(PIECES.length)]);
      }
      return string.append('"').toString();
    }

    private String blanks() {
      return BLANKS[random.nextInt(BLANKS.length)];
    }
  }
}
