package io.registryrouter.deliver.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.registryrouter.config.DestinationSettings.Format;
import io.registryrouter.spool.Slice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each format makes of events, to the byte. */
class BodyTest {

  private static final String DOMAIN = ",\"enrichment\":{\"registryDomain\":\"us.icr.io\"}}";
  private static final String PUSH =
      "{ \"id\":\"i1\",\"severity\":\"warning\",\"eventTime\":\"2019-08-15T12:00:00.5+0200\","
          + "\"action\":\"container-registry.image.push\",\t\"n\":1.50,"
          + "\"target\":{\"name\":\"us.icr.io/a/b:1\"}, \"e\":\"\\ud83d\\ude80 🚀\\\\\""
          + DOMAIN;
  private static final String WRAPPED =
      "{\"payload\":{\"id\":\"i2\",\"severity\":\"critical\",\"eventTime\":\"2019-08-15T10:00:00Z\","
          + "\"action\":\"container-registry.image.pull\",\"target\":{\"name\":\"\"}}"
          + DOMAIN;
  private static final String BARE =
      "{\"action\":\"container-registry.namespace.list\",\"eventTime\":\"yesterday\"" + DOMAIN;

  private static Slice slice(String... events) {
    byte[] bytes = (String.join("\n", events) + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] buffer = java.util.Arrays.copyOf(bytes, bytes.length + 5); // may be longer
    return new Slice(
        "us-south",
        "id",
        1000,
        1000 + bytes.length,
        buffer,
        bytes.length,
        events.length,
        Instant::ofEpochMilli);
  }

  private static String body(Format format, String... events) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Body.of(format).write(slice(events), out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static long at(String before) {
    return 1000L + before.getBytes(StandardCharsets.UTF_8).length + 1;
  }

  @Test
  void logdnaHasEachEventAsTheTextOfALine() throws Exception {
    String body = body(Format.LOGDNA, PUSH, WRAPPED, BARE);

    assertThat(body)
        .isEqualTo(
            "{\"lines\":["
                + "{\"timestamp\":1565863200500,\"line\":\"%s\",\"app\":\"container-registry\",\"level\":\"WARN\"},"
                    .formatted(escaped(PUSH))
                + "{\"timestamp\":1565863200000,\"line\":\"%s\",\"app\":\"container-registry\",\"level\":\"ERROR\"},"
                    .formatted(escaped(WRAPPED))
                + "{\"timestamp\":%d,\"line\":\"%s\",\"app\":\"container-registry\",\"level\":\"INFO\"}]}"
                    .formatted(at(PUSH + "\n" + WRAPPED), escaped(BARE)));
    assertThat(new ObjectMapper().readTree(body).at("/lines/0/line").textValue()).isEqualTo(PUSH);
  }

  /** The three characters of these events that a JSON string cannot have as they are. */
  private static String escaped(String event) {
    return event.replace("\\", "\\\\").replace("\"", "\\\"").replace("\t", "\\t");
  }

  @Test
  void cloudLogsHasEachEventAsTheObjectThatItIs() throws Exception {
    assertThat(body(Format.CLOUD_LOGS, PUSH, WRAPPED, BARE))
        .isEqualTo(
            "["
                + entry(4, 1565863200500L, PUSH)
                + ","
                + entry(6, 1565863200000L, WRAPPED)
                + ","
                + entry(3, at(PUSH + "\n" + WRAPPED), BARE)
                + "]");
  }

  private static String entry(int severity, long timestamp, String event) {
    return "{\"applicationName\":\"registry-event-router\",\"subsystemName\":\"us.icr.io\","
        + "\"severity\":%d,\"timestamp\":%d,\"text\":%s}".formatted(severity, timestamp, event);
  }

  @ParameterizedTest
  @CsvSource({"normal,INFO,3", "warning,WARN,4", "critical,ERROR,6", "Critical,INFO,3", "x,INFO,3"})
  void severitiesHaveTheirLevels(String severity, String level, int code) throws Exception {
    String event = "{\"severity\":\"%s\",\"action\":\"container-registry.x\"".formatted(severity);

    assertThat(body(Format.LOGDNA, event + DOMAIN)).endsWith(",\"level\":\"" + level + "\"}]}");
    assertThat(body(Format.CLOUD_LOGS, event + DOMAIN)).contains("\"severity\":" + code + ",");
  }

  private static final String PUSH_AS_CLOUD_EVENT =
      "{\"specversion\":\"1.0\",\"id\":\"i1\",\"source\":\"us.icr.io\","
          + "\"type\":\"container-registry.image.push\",\"subject\":\"us.icr.io/a/b:1\","
          + "\"time\":\"2019-08-15T10:00:00.500Z\",\"datacontenttype\":\"application/json\","
          + "\"data\":"
          + PUSH
          + "}";

  /** Such as one that somebody wrote into the spool. */
  @Test
  void aCloudEventOfALineWithoutActionAndDomainSaysThatTheyAreUnknown() throws Exception {
    JsonNode event = new ObjectMapper().readTree(body(Format.CLOUDEVENTS_STRUCTURED, "{}"));

    assertThat(event.path("type").textValue()).isEqualTo("unknown");
    assertThat(event.path("source").textValue()).isEqualTo("unknown");
    assertThat(Body.of(Format.CLOUDEVENTS_BINARY).headers(slice("{}")))
        .containsEntry("ce-type", "unknown")
        .containsEntry("ce-source", "unknown");
  }

  @Test
  void aCloudEventHasTheEventAsItsData() throws Exception {
    assertThat(body(Format.CLOUDEVENTS_STRUCTURED, PUSH)).isEqualTo(PUSH_AS_CLOUD_EVENT);
  }

  @Test
  void attributesThatWouldBeEmptyAreLeftOut() throws Exception {
    String digest =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256").digest(BARE.getBytes(StandardCharsets.UTF_8)));

    assertThat(body(Format.CLOUDEVENTS, PUSH, WRAPPED, BARE))
        .isEqualTo(
            "["
                + PUSH_AS_CLOUD_EVENT
                + ",{\"specversion\":\"1.0\",\"id\":\"i2\",\"source\":\"us.icr.io\","
                + "\"type\":\"container-registry.image.pull\",\"time\":\"2019-08-15T10:00:00Z\","
                + "\"datacontenttype\":\"application/json\",\"data\":"
                + WRAPPED
                + "},{\"specversion\":\"1.0\",\"id\":\""
                + digest
                + "\",\"source\":\"us.icr.io\",\"type\":\"container-registry.namespace.list\","
                + "\"time\":\""
                + Instant.ofEpochMilli(
                    1000 + (PUSH + WRAPPED).getBytes(StandardCharsets.UTF_8).length + 2)
                + "\",\"datacontenttype\":\"application/json\",\"data\":"
                + BARE
                + "}]");
  }

  @Test
  void inBinaryModeTheEventIsTheBodyAndItsAttributesAreHeaders() throws Exception {
    assertThat(body(Format.CLOUDEVENTS_BINARY, PUSH)).isEqualTo(PUSH);
    assertThat(Body.of(Format.CLOUDEVENTS_BINARY).headers(slice(PUSH)))
        .isEqualTo(
            Map.of(
                "ce-specversion", "1.0",
                "ce-id", "i1",
                "ce-source", "us.icr.io",
                "ce-type", "container-registry.image.push",
                "ce-subject", "us.icr.io/a/b:1",
                "ce-time", "2019-08-15T10:00:00.500Z"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // The example of the HTTP protocol binding, section 3.1.3.2.
        "Euro € 😀 | Euro%20%E2%82%AC%20%F0%9F%98%80",
        "X-Evil: 1 | X-Evil:%201",
        "100%\\\"~! | 100%25%22~!"
      })
  void headersArePercentEncoded(String subject, String expected) throws Exception {
    String event =
        "{\"action\":\"container-registry.x\",\"target\":{\"name\":\"%s\"}".formatted(subject);

    Map<String, String> headers = Body.of(Format.CLOUDEVENTS_BINARY).headers(slice(event + DOMAIN));

    assertThat(headers).containsEntry("ce-subject", expected);
  }

  @Test
  void halfASurrogatePairHoldsUpNothing() throws Exception {
    String event =
        "{\"id\":\"\\udc00\",\"action\":\"container-registry.x\",\"target\":{\"name\":\"\\ud83d\"}"
            + DOMAIN;

    assertThat(body(Format.CLOUDEVENTS_STRUCTURED, event)).endsWith("\"data\":" + event + "}");
    assertThat(body(Format.LOGDNA, event)).contains(escaped(event));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"lone\\ud800x", "lone\\udc00x", "nul\\u0000", "\\u0085", "\\uffff", "\\ufdd0"})
  void anIdThatCannotBeOneOfCloudEventsIsReplacedAsOneThatIsNotThereAndStaysDifferent(String id)
      throws Exception {
    String event = "{\"id\":\"" + id + "\",\"action\":\"container-registry.x\"" + DOMAIN;

    assertThat(body(Format.CLOUDEVENTS_STRUCTURED, event))
        .contains("\"id\":\"" + DigestUtils.sha256Hex(event) + "\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\ud800",
        "x\\udc00",
        "\\r\\nX-Evil: 1",
        "\\u007f",
        "\\u0085",
        "\\ufffe",
        "\\ufdd0"
      })
  void whatIsNoTextOfCloudEventsIsInTheDataAlone(String text) throws Exception {
    String event =
        "{\"id\":\"1\",\"action\":\"container-registry.%1$s\",\"target\":{\"name\":\"us.icr.io/%1$s\"}"
                .formatted(text)
            + DOMAIN;

    assertThat(body(Format.CLOUDEVENTS_STRUCTURED, event))
        .isEqualTo(
            "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"us.icr.io\",\"type\":\"unknown\","
                + "\"time\":\"1970-01-01T00:00:01Z\",\"datacontenttype\":\"application/json\",\"data\":"
                + event
                + "}");
    assertThat(Body.of(Format.CLOUDEVENTS_BINARY).headers(slice(event)))
        .isEqualTo(
            Map.of(
                "ce-specversion", "1.0",
                "ce-id", "1",
                "ce-source", "us.icr.io",
                "ce-type", "unknown",
                "ce-time", "1970-01-01T00:00:01Z"));
  }

  @Test
  void insteadOfATimeThatRfc3339CannotSayStandsThatOfTheArrival() throws Exception {
    String event =
        "{\"action\":\"container-registry.x\",\"eventTime\":\"9999-12-31T23:59:59-0100\"" + DOMAIN;

    assertThat(body(Format.CLOUDEVENTS_STRUCTURED, event))
        .contains("\"time\":\"1970-01-01T00:00:01Z\"");
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void aLengthThatIsSaidIsTheLength(Format format) throws Exception {
    Body body = Body.of(format);
    Slice slice = format.maxEvents() == 1 ? slice(PUSH) : slice(PUSH, WRAPPED, BARE);
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    body.write(slice, out);

    assertThat(body.length(slice)).isIn(Body.UNKNOWN, (long) out.size());
  }
}
