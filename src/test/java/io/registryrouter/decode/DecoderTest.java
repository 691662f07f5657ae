package io.registryrouter.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.Event;
import io.registryrouter.event.EventBatch;
import io.registryrouter.intake.cut.Framing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecoderTest {

  private static final String PUSH = "\"action\":\"container-registry.image.push\"";

  @Test
  void fieldsOfAFlatEventAreAtTheTop() throws IOException {
    Event.Fields fields = Decoded.fields(fixture("image-push-flat.json"));

    assertThat(fields).isEqualTo(fieldsOfImagePush(false));
  }

  @Test
  void fieldsOfAWrappedEventAreInThePayload() throws IOException {
    Event.Fields fields = Decoded.fields(fixture("image-push-wrapped.json"));

    assertThat(fields).isEqualTo(fieldsOfImagePush(true));
  }

  @Test
  void logSourceCrnOfAWrappedEventIsTheOneAtTheTopAndTheOneInThePayload() {
    String payload = "\"payload\":{" + PUSH + ",\"logSourceCRN\":\"inner\"}";
    Event.Fields both = Decoded.fields("{" + payload + ",\"logSourceCRN\":\"outer\"}");
    Event.Fields one = Decoded.fields("{\"logSourceCRN\":null," + payload + "}");
    Event.Fields flat = Decoded.fields("{" + PUSH + ",\"logSourceCRN\":\"outer\"," + payload + "}");

    assertThat(both.logSourceCrn()).isEqualTo("outer");
    assertThat(both.payloadLogSourceCrn()).isEqualTo("inner");
    assertThat(one.logSourceCrn()).isNull();
    assertThat(one.payloadLogSourceCrn()).isEqualTo("inner");
    assertThat(flat.logSourceCrn()).isEqualTo("outer");
    assertThat(flat.payloadLogSourceCrn()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{ACTION,'payload':{'action':'other'}}           | false",
        "{'payload':{'action':'other'},ACTION}           | false",
        "{ACTION,'payload':'text'}                       | false",
        "{'payload':{ACTION}}                            | true",
        "{'action':7,'payload':{ACTION}}                 | true",
        "{ACTION,'action':null,'payload':{ACTION}}       | true",
        "{'payload':'text','payload':{ACTION}}           | true",
        "{'payload':{'action':'other'},'payload':{ACTION}} | true",
        "{'payload':{'action':'other',ACTION}}           | true"
      })
  void wrappedMeansNoStringActionAtTheTopAndAnObjectPayload(String event, boolean wrapped) {
    Event.Fields fields = Decoded.fields(json(event));

    assertThat(fields.wrapped()).isEqualTo(wrapped);
    assertThat(fields.action()).isEqualTo("container-registry.image.push");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "null",
      value = {
        "'target':{'name':'a'},'target':{'name':'b'}       | b",
        "'target':{'name':'a','name':'b'}                  | b",
        "'target':{'name':'a'},'target':{}                 | null",
        "'target':{'name':'a'},'target':[{'name':'b'}]     | null",
        "'target':{'name':'a','name':{'name':'b'}}         | null",
        "'target':{'name':'a','name':null}                 | null",
        "'target':{'name':['a'],'name':'b'}                | b",
        "'target':7,'target':{'name':'b'}                  | b",
        "'payload':{'target':{'name':'a'}}                 | null",
        "'x':{'target':{'name':'a'}}                       | null",
        "'targe\\u0074':{'n\\u0061me':'\\u0062\\/'}        | b/"
      })
  void ofDuplicateNamesTheLastWinsWhateverItsType(String members, String name) {
    Event.Fields fields = Decoded.fields(json("{ACTION," + members + "}"));

    assertThat(fields.targetName()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'requestData':{'repository':'r','RequestParameters':{'repository':'p','name':'n'}}",
        "'requestData':{'repository':1,'repository':'r','RequestParameters':{'name':'x'},"
            + "'RequestParameters':{'repository':'p','name':'n'}}",
        "'requestData':{'repository':'x'},'requestData':{'x':{'repository':'y'},"
            + "'RequestParameters':{'name':'n','repository':'p','x':{'name':'y'}},'repository':'r'}"
      })
  void requestDataIsPicked(String members) {
    Event.Fields fields = Decoded.fields(json("{ACTION," + members + "}"));

    assertThat(fields.requestRepository()).isEqualTo("r");
    assertThat(fields.parameterRepository()).isEqualTo("p");
    assertThat(fields.parameterName()).isEqualTo("n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'requestData':{'repository':'r','RequestParameters':{'name':'n'}},'requestData':null",
        "'requestData':'r'",
        "'requestData':{'RequestParameters':{'name':'n'},'RequestParameters':['n']}",
        "'requestData':{'repository':['r'],'RequestParameters':{'name':{'name':'n'}}}"
      })
  void whatIsNoObjectOrNoStringIsNoRequestData(String members) {
    Event.Fields fields = Decoded.fields(json("{ACTION," + members + "}"));

    assertThat(fields.requestRepository()).isNull();
    assertThat(fields.parameterRepository()).isNull();
    assertThat(fields.parameterName()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "null",
      value = {
        "'host':{'address':'a','agent':'x'}     | a",
        "'host':{'address':'a','address':['b']} | null",
        "'host':{'address':'a'},'host':'b'      | null",
        "'host':{'x':{'address':'a'}}           | null"
      })
  void addressOfTheTargetsHostIsPicked(String members, String address) {
    Event.Fields fields = Decoded.fields(json("{ACTION,'target':{" + members + "}}"));

    assertThat(fields.targetHost()).isEqualTo(address);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                             | no string \"action\" at the top or in \"payload\"",
        "{'action':7}                   | no string \"action\" at the top or in \"payload\"",
        "{'action':['container-registry.image.push']} | no string \"action\" at the top or in"
            + " \"payload\"",
        "{ACTION,'action':null}         | no string \"action\" at the top or in \"payload\"",
        "{'payload':{'payload':{ACTION}}} | no string \"action\" at the top or in \"payload\"",
        "{'action':'iam.user.login'}    | action \"iam.user.login\" does not start with"
            + " container-registry.",
        "{'action':'','payload':{ACTION}} | action \"\" does not start with container-registry.",
        "{'action':'Container-Registry.image.push'} | action \"Container-Registry.image.push\" does"
            + " not start with container-registry."
      })
  void whatHasNoRegistryActionIsNoRegistryEvent(String event, String detail) {
    assertThat(Decoded.dead(json(event))).isEqualTo("not-a-registry-event: " + detail);
  }

  /** With an escape in a name an event is not a plain one. */
  @ParameterizedTest
  @ValueSource(strings = {"", ",\"\\u0061\":1"})
  void anEventIsOneLineWhateverEndsItsLines(String notPlain) {
    for (String end : List.of("\r", "\n", "\r\n")) {
      String event = "{" + PUSH + "," + end + "\"b\":[ \"\\r\\n\"" + end + "]" + notPlain + "}";
      EventBatch batch = Decoded.batch(Framing.OBJECT, event.getBytes(StandardCharsets.UTF_8));
      Event only = Decoded.only(batch);

      assertThat(
              new String(
                  batch.buffer(), only.start(), only.end() - only.start(), StandardCharsets.UTF_8))
          .isEqualTo(event.replace('\r', ' ').replace('\n', ' '));
    }
  }

  @Test
  void originalOfWhatIsNoRegistryEventIsOneLine() {
    EventBatch batch =
        Decoded.batch(Framing.OBJECT, "{\r\n \"a\":\t\"\\n\"\n}".getBytes(StandardCharsets.UTF_8));

    assertThat(batch.deadLetters().get(0).original())
        .isInstanceOfSatisfying(
            DeadLetter.Json.class,
            json -> assertThat(json.object()).asString().isEqualTo("{   \"a\":\t\"\\n\" }"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{ACTION}] | a JSON array, not an object",
        "'text'     | a JSON string, not an object",
        "-1.5e7     | a JSON number, not an object",
        "12         | a JSON number, not an object",
        "true       | a JSON true, not an object",
        "null       | a JSON null, not an object",
        "{ACTION} {ACTION} | more text after the JSON value",
        "{ACTION}{ACTION}  | more text after the JSON value",
        "{ACTION},         | not JSON, byte 42: Unexpected character (',' (code 44)): expected a"
            + " value",
        "[1] 2             | more text after the JSON value",
        "{ACTION,'a':NaN}  | not JSON, byte 49: Non-standard token 'NaN'",
        "{ACTION,'a':+1}   | not JSON, byte 47: Unexpected character ('+' (code 43)) in numeric value:"
            + " JSON spec does not allow numbers to have plus signs",
        "{ACTION,'a':[1}   | not JSON, byte 48: Unexpected close marker '}': expected ']'",
        "{ACTION           | not JSON, byte 41: Unexpected end-of-input: expected close marker for"
            + " Object",
        "{ACTION}/*a*/     | not JSON, byte 42: Unexpected character ('/' (code 47)): maybe a"
            + " (non-standard) comment?"
      })
  void whatIsNotOneObjectIsMalformed(String line, String detail) {
    assertThat(Decoded.dead(json(line))).isEqualTo("malformed: " + detail);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ACTION",
        "{ACTION,}",
        "{ACTION,'a'}",
        "{ACTION,'a':}",
        "{ACTION,'a':01}",
        "{ACTION,'a':+1}",
        "{ACTION,'a':1.}",
        "{ACTION,'a':.5}",
        "{ACTION,'a':NaN}",
        "{ACTION,'a':tru}",
        "{ACTION,'a':[1,]}",
        "{ACTION,'a':[1}}",
        "{ACTION,'a':'\\x'}",
        "{ACTION,'a':'\\u12'}",
        "{ACTION,'\\x':1}",
        "{ACTION,'a':'\t'}",
        "{ACTION,'a\tb':1}",
        "{ACTION,'a':'\u0000'}",
        "{ACTION,'a':'b}",
        "{ACTION,a:1}",
        "{ACTION,/**/'a':1}",
        "{ACTION;'a':1}",
        "{ACTION}}",
        "{'enrichment':[}",
        "{'target':{'host':{'address':[}}}}",
        "oops"
      })
  void brokenJsonIsMalformedWhereverItBreaks(String line) {
    String dead = Decoded.dead(json(line));

    assertThat(dead).matches("malformed: (not JSON, byte \\d+: .+|more text after .+)");
  }

  @Test
  void detailOfBrokenJsonSaysTheByteWithinTheEvent() {
    EventBatch batch = Decoded.lines("{" + PUSH + "}\n{" + PUSH + ",\"a\":tru}\n");

    assertThat(batch.events()).hasSize(1);
    assertThat(batch.deadLetters().get(0).line()).isEqualTo(2);
    assertThat(batch.deadLetters().get(0).detail()).startsWith("not JSON, byte 50: ");
  }

  @Test
  void whatIsMalformedDoesNotStopTheRest() {
    EventBatch batch = Decoded.lines("oops\n{" + PUSH + "}\n[]\n{}\n{" + PUSH + "}\n");

    assertThat(batch.events()).extracting(Event::line).containsExactly(2L, 5L);
    assertThat(batch.deadLetters()).extracting(DeadLetter::line).containsExactly(1L, 3L, 4L);
  }

  @ParameterizedTest
  @CsvSource({
    "80, a lone continuation byte",
    "C080, overlong NUL",
    "C1BF, overlong",
    "E080AF, overlong slash",
    "F08080AF, overlong slash",
    "EDA080, a surrogate",
    "EDA0BDEDB0B3, a surrogate pair",
    "F4908080, beyond Unicode",
    "F8, no UTF-8 byte",
    "FF, no UTF-8 byte",
    "C3, truncated",
    "E282, truncated",
    "F09F90, truncated"
  })
  void whatIsNotUtf8IsMalformedAndKeptAsItCame(String hex, String what) {
    byte[] bytes = withBytes(HexFormat.of().parseHex(hex));

    EventBatch batch = Decoded.batch(Framing.LINES, bytes);

    assertThat(Decoded.dead(batch)).as(what).isEqualTo("malformed: not UTF-8");
    assertThat(batch.deadLetters().get(0).original())
        .isInstanceOfSatisfying(
            DeadLetter.Raw.class, raw -> assertThat(raw.bytes()).isEqualTo(bytes));
  }

  @Test
  void utf8OfAllLengthsIsFine() {
    assertThat(Decoded.fields("{" + PUSH + ",\"target\":{\"name\":\"aé€🐳\"}}").targetName())
        .isEqualTo("aé€🐳");
  }

  @Test
  void utf16IsMalformed() {
    byte[] utf16 = ("{" + PUSH + "}").getBytes(StandardCharsets.UTF_16LE);

    EventBatch batch = Decoded.batch(Framing.LINES, utf16);

    assertThat(Decoded.dead(batch)).startsWith("malformed: not JSON, byte ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void aThousandLevelsAreFineAndNoMore(String open) {
    String close = open.equals("[") ? "]" : "}";
    String fine = open.repeat(999) + "1" + close.repeat(999);
    String deep = open.repeat(1000) + "1" + close.repeat(1000);

    assertThat(Decoded.lines("{" + PUSH + ",\"x\":" + fine + "}").events()).hasSize(1);
    assertThat(Decoded.dead("{" + PUSH + ",\"x\":" + deep + "}"))
        .isEqualTo("malformed: nested deeper than 1000 levels");
    assertThat(Decoded.dead("{" + PUSH + ",\"enrichment\":" + deep + "}"))
        .isEqualTo("malformed: nested deeper than 1000 levels");
  }

  @Test
  void bombOfBracketsIsMalformed() {
    assertThat(Decoded.dead("[".repeat(1_000_000)))
        .isEqualTo("malformed: nested deeper than 1000 levels");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "-0.1", "1e"})
  void hugeNumbersAreFine(String start) {
    String number = start + "7".repeat(2000);

    EventBatch batch = Decoded.lines("{" + PUSH + ",\"n\":" + number + "}");

    assertThat(Decoded.only(batch).fields().action()).isEqualTo("container-registry.image.push");
    assertThat(new String(batch.buffer(), StandardCharsets.UTF_8)).contains(number);
  }

  @Test
  void longNamesAndTextsAreFine() {
    String text = "é\\u0061".repeat(100_000);

    Event.Fields fields =
        Decoded.fields("{\"" + text + "\":1," + PUSH + ",\"target\":{\"name\":\"" + text + "\"}}");

    assertThat(fields.targetName()).isEqualTo("éa".repeat(100_000));
  }

  @Test
  void manyNamesDoNotSlowItDown() {
    StringBuilder event = new StringBuilder("{" + PUSH);
    for (int i = 0; i < 200_000; i++) {
      event.append(",\"name-").append(i).append("\":1");
    }

    assertDecodesFast(event.append('}').toString());
  }

  /** The parser's hash adds up four bytes at a time from the thirteenth on, in any order. */
  @Test
  void namesMadeToCollideDoNotSlowItDown() {
    List<String> pieces = new ArrayList<>();
    for (char c = 'a'; c < 'a' + 12; c++) {
      pieces.add(String.valueOf(c).repeat(4));
    }
    Random random = new Random(1);
    StringBuilder event = new StringBuilder("{" + PUSH);
    for (int i = 0; i < 3_000; i++) {
      Collections.shuffle(pieces, random);
      event.append(",\"twelve bytes").append(String.join("", pieces)).append("\":1");
    }

    assertDecodesFast(event.append('}').toString());
  }

  @Test
  void memoryOfLongNamesIsNotKept() {
    String name = "x".repeat(500_000);
    long before = usedMemory();

    for (int i = 0; i < 200; i++) {
      assertThat(Decoded.lines("{" + PUSH + ",\"" + i + name + "\":1}").events()).hasSize(1);
    }

    assertThat(usedMemory() - before).isLessThan(50_000_000);
  }

  private static long usedMemory() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static void assertDecodesFast(String event) {
    Assertions.assertTimeout(
        Duration.ofSeconds(3), () -> assertThat(Decoded.lines(event).events()).hasSize(1));
  }

  /** ACTION and single quotes make tables readable. */
  private static String json(String text) {
    return text.replace("ACTION", PUSH).replace('\'', '"');
  }

  private static byte[] withBytes(byte[] bytes) {
    ByteArrayOutputStream event = new ByteArrayOutputStream();
    event.writeBytes(("{" + PUSH + ",\"x\":\"").getBytes(StandardCharsets.UTF_8));
    event.writeBytes(bytes);
    event.writeBytes("\"}".getBytes(StandardCharsets.UTF_8));
    return event.toByteArray();
  }

  private static Event.Fields fieldsOfImagePush(boolean wrapped) {
    return new Event.Fields(
        wrapped,
        "container-registry.image.push",
        "2019-10-14T07:58:03.11+0000",
        "us.icr.io/acme-web/storefront:1.4.0",
        "us.icr.io/acme-web/storefront",
        "us.icr.io/acme-web/storefront:1.4.0",
        "us.icr.io/acme-web/storefront",
        "https://us.icr.io",
        "crn:v1:bluemix:public:container-registry:us-south:a/4f1c0de0a11ce0b0b5ca1ab1e0ddba11::"
            + "image:us.icr.io/acme-web/storefront@sha256:"
            + "5b0bcabd1ed22e9fb1310cf6c2dec7cdef19f0ad69efa1f392e94a4333501270",
        "crn:v1:bluemix:public:container-registry:us-south:a/4f1c0de0a11ce0b0b5ca1ab1e0ddba11:::",
        null,
        "b55c9be3-0623-47f8-9154-53a5757002c2");
  }

  private static String fixture(String name) throws IOException {
    try (InputStream in = DecoderTest.class.getResourceAsStream("/events/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
