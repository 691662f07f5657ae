package io.registryrouter.intake.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudEventsTest {

  private static final String EVENT =
      "{ \"action\" : \"container-registry.image.pull\", \"n\":1.50,\"e\\u0041\":\"\\ud83d\\ude80 🚀\" }";

  @Test
  void dataIsTheEventByteForByte() throws Exception {
    Opened opened = structured("\"action\":\"other\",\"data\" : " + EVENT + " ,\"id\":\"x\"");

    assertThat(opened).isEqualTo(new Opened(List.of(EVENT), List.of(), 0, true));
  }

  @Test
  void dataMayBeBase64OfTheEvent() throws Exception {
    String base64 = base64(" \r\n" + EVENT + "\n");

    assertThat(structured("\"data_base64\":\"" + base64 + "\"").events()).containsExactly(EVENT);
    assertThat(structured("\"data_base64\":\"" + base64.replace("/", "\\/") + "\"").events())
        .containsExactly(EVENT);
    assertThat(structured("\"data\":null,\"data_base64\":\"" + base64 + "\"").events())
        .containsExactly(EVENT);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"specversion\":\"1.0\"               | no \"data\"",
        "\"specversion\":\"1.0\",\"data\":null | no \"data\"",
        "\"specversion\":\"1.0\",\"data\":\"{}\"" + " | \"data\" is a JSON string, not an object",
        "\"specversion\":\"1.0\",\"data\":[{}] | \"data\" is a JSON array, not an object",
        "\"specversion\":\"1.0\",\"data\":{},\"data_base64\":\"e30=\""
            + " | both \"data\" and \"data_base64\"",
        "\"specversion\":\"1.0\",\"data_base64\":\"?\" | \"data_base64\" is no Base64 text",
        "\"specversion\":\"1.0\",\"data_base64\":{}    | \"data_base64\" is no Base64 text",
        "\"specversion\":\"1.0\",\"data_base64\":\"é\" | \"data_base64\" is no Base64 text",
        "\"specversion\":\"1.0\",\"data_base64\":\"eyJhIjoxfQ=\""
            + " | \"data_base64\" is no Base64 text",
        "\"specversion\":\"1.0\",\"data_base64\":\"\"  | \"data_base64\" holds no JSON object",
        "\"specversion\":\"1.0\",\"data_base64\":\"W10=\""
            + " | \"data_base64\" holds no JSON object",
        "\"data\":{}                       | no \"specversion\"; CloudEvents 1.0 are read",
        "\"specversion\":\"0.3\",\"data\":{} | specversion \"0.3\"; CloudEvents 1.0 are read",
        "\"specversion\":1.0,\"data\":{}"
            + " | a JSON number as \"specversion\"; the string \"1.0\" is read",
        "\"specversion\":\"1.0\",\"specversion\":null,\"data\":{}"
            + " | a JSON null as \"specversion\"; the string \"1.0\" is read"
      })
  void aCloudEventThatHoldsNoEventIsADeadLetter(String members, String fault) throws Exception {
    Opened opened = Opened.body(BodyFormat.CLOUD_EVENT, "{" + members + "}");

    assertThat(opened)
        .isEqualTo(
            new Opened(
                List.of(),
                List.of("malformed: a CloudEvent with " + fault + ": event {" + members + "}"),
                0,
                true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":tru}  | not JSON, byte 9: Unrecognized token 'tru': was expecting (JSON String,"
            + " Number, Array, Object or token 'null', 'true' or 'false')",
        "{\"a\":1} {} | more text after the JSON value",
        "{\"a\":\"ÿ\"} | not UTF-8",
        "{\"a\":      | not JSON, byte 5: Unexpected end-of-input within/between Object entries"
      })
  void ofAMalformedEventInBase64TheCloudEventIsKept(String event, String why) throws Exception {
    String base64 = Base64.getEncoder().encodeToString(event.getBytes(StandardCharsets.ISO_8859_1));
    String cloudEvent = "{\"specversion\":\"1.0\",\"id\":\"x\",\"data_base64\":\"" + base64 + "\"}";

    Opened opened = Opened.body(BodyFormat.CLOUD_EVENT, cloudEvent);

    String detail = "malformed: a CloudEvent with \"data_base64\" holds no JSON object: " + why;
    assertThat(opened)
        .isEqualTo(new Opened(List.of(), List.of(detail + ": event " + cloudEvent), 0, true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"AA\u0001A", "AA\\xA", "eyJhI\njoxfQ==", "eyJh\tIjoxfQ=="})
  void base64ThatIsNoJsonStringIsNoJson(String base64) throws Exception {
    String body = "{\"specversion\":\"1.0\",\"data_base64\":\"" + base64 + "\"}";

    Opened opened = Opened.body(BodyFormat.CLOUD_EVENT, body);

    assertThat(opened.events()).isEmpty();
    assertThat(opened.deadLetters())
        .singleElement()
        .asString()
        .startsWith("malformed: not JSON, byte ")
        .endsWith(": raw " + body);
    assertThat(opened.fromEnvelope()).isFalse();
  }

  @Test
  void ofABatchEachIsAnEventOfItsOwn() throws Exception {
    String first = "{\"specversion\":\"1.0\",\"data\":{\"n\":1}}";
    String second = "{\"specversion\":\"1.0\",\"data_base64\":\"" + base64("{\"n\":2}") + "\"}";
    String without = "{\"specversion\":\"1.0\"}";
    String invalid = "{\"specversion\":\"1.0\",\"data\":{,}}";

    Opened opened =
        Opened.body(
            BodyFormat.CLOUD_EVENT_BATCH,
            "[" + String.join(" ,\n", first, without, "7", invalid, second) + "]");

    assertThat(opened.events()).containsExactly("{\"n\":1}", "{\"n\":2}");
    assertThat(opened.deadLetters())
        .containsExactly(
            "malformed: a CloudEvent with no \"data\": event " + without,
            "malformed: a JSON number, not an object: raw 7",
            "malformed: not JSON, byte 29: Unexpected character (',' (code 44)): was expecting"
                + " double-quote to start field name: raw "
                + invalid);
    assertThat(opened.fromEnvelope()).isTrue();
  }

  @Test
  void anEmptyBatchIsNoEvents() throws Exception {
    assertThat(Opened.body(BodyFormat.CLOUD_EVENT_BATCH, " [ ] "))
        .isEqualTo(new Opened(List.of(), List.of(), 0, false));
  }

  @Test
  void whatIsNoJsonObjectIsNoEnvelope() throws Exception {
    assertThat(Opened.body(BodyFormat.CLOUD_EVENT, "[1]").fromEnvelope()).isFalse();
    assertThat(Opened.body(BodyFormat.CLOUD_EVENT, "{\"specversion\":}").fromEnvelope()).isFalse();
  }

  @Test
  void theLimitIsThatOfTheEventNotOfItsEnvelope() throws Exception {
    String most = "{\"a\":\"" + "x".repeat(Opened.MAX_EVENT - 8) + "\"}";
    String tooLarge = most.replace("x\"", "xx\"");

    assertThat(structured("\"data\":" + most).events()).containsExactly(most);
    assertThat(structured("\"data\":" + tooLarge).deadLetters())
        .containsExactly(
            "too-large: 2501 bytes; router.event.max-size is 2500 bytes: 2501 of 2501 bytes");
    String tooLargeToBeParsed = " " + tooLarge.replace("x\"", "\"\"") + "\n";
    assertThat(structured("\"data_base64\":\"" + base64(tooLargeToBeParsed) + "\"").deadLetters())
        .containsExactly(
            "too-large: 2501 bytes; router.event.max-size is 2500 bytes: 2501 of 2501 bytes");
  }

  @Test
  void theNestingThatCountsIsThatOfTheEventNotOfItsEnvelope() throws Exception {
    String deepest = "{\"a\":" + "[".repeat(999) + "]".repeat(999) + "}";
    String tooDeep = deepest.replace("[]", "[[]]");

    assertThat(structured("\"data\":" + deepest).events()).containsExactly(deepest);
    assertThat(structured("\"data\":" + tooDeep).deadLetters())
        .singleElement()
        .asString()
        .startsWith("malformed: nested deeper than 1000 levels: raw ");
    assertThat(structured("\"data_base64\":\"" + base64(tooDeep) + "\"").deadLetters())
        .singleElement()
        .asString()
        .startsWith(
            "malformed: a CloudEvent with \"data_base64\" holds no JSON object: nested deeper")
        .contains(": event {\"specversion\"");
  }

  private static Opened structured(String members) throws HttpProblem {
    return Opened.body(BodyFormat.CLOUD_EVENT, "{\"specversion\":\"1.0\"," + members + "}");
  }
}
