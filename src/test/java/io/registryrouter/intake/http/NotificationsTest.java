package io.registryrouter.intake.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.registryrouter.config.EventPath;
import io.registryrouter.event.RawBatch;
import io.registryrouter.event.Source;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NotificationsTest {

  /** What registry 2.8.2 posted while an image was pushed, inspected and deleted. */
  private static final Path RECORDED =
      Path.of("src/test/resources/notifications/registry-2.8.2-push-pull-delete.ndjson");

  private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  @Test
  void aNotificationBecomesAnEventThatCarriesItUnchanged() throws Exception {
    String notification =
        "{ \"id\" : \"a\\u0062\\ud83d\\ude80\",\"timestamp\":\"2026-11-22T19:38:32.718499469Z\","
            + "\"n\":1.50, \"action\":\"push\",\"target\":{\"mediaType\":\""
            + OCI_MANIFEST
            + "\",\"digest\":\"sha256:9a\",\"repository\":\"team/app\",\"tag\":\"1\"},"
            + "\"request\":{\"addr\":\"192.0.2.7:35352\",\"host\":\"us.icr.io\"},"
            + "\"actor\":{\"name\":\"Jürgen 🚀 \\ud800\"}, \"id\\u0031\":\"🚀\" }";

    Opened opened = post("{ \"events\" : [ " + notification + " ] } ");

    assertThat(opened.events())
        .containsExactly(
            "{\"id\":\"ab\\uD83D\\uDE80\",\"eventTime\":\"2026-11-22T19:38:32.718499469Z\","
                + "\"action\":\"container-registry.image.push\",\"initiator\":{"
                + "\"name\":\"Jürgen \\uD83D\\uDE80 \\uD800\","
                + "\"host\":{\"address\":\"192.0.2.7:35352\"}},"
                + "\"target\":{\"name\":\"us.icr.io/team/app:1\"},"
                + "\"requestData\":{\"notification\":"
                + notification
                + "}}");
    assertThat(opened.deadLetters()).isEmpty();
    assertThat(opened.ignored()).isZero();
  }

  @Test
  void whatARealRegistrySendsIsUnderstood() throws Exception {
    List<String> what = new ArrayList<>();
    int ignored = 0;
    for (String body : Files.readAllLines(RECORDED)) {
      Opened opened = post(body);
      opened.events().forEach(event -> what.add(brief(event)));
      ignored += opened.ignored();
      assertThat(opened.deadLetters()).isEmpty();
    }

    String digest = "sha256:9af5b1580288055a2054b3376a683ffea65a3245b67e0339420ff797dc7229aa";
    assertThat(what)
        .containsExactly(
            "push us.icr.io/team/app:1",
            "pull us.icr.io/team/app:1",
            "pull us.icr.io/team/app:1",
            "delete us.icr.io/team/app@" + digest,
            "untag us.icr.io/team/app:1");
    assertThat(ignored).isEqualTo(3);
  }

  private static String brief(String event) {
    return between(event, "\"action\":\"container-registry.image.")
        + " "
        + between(event, "\"target\":{\"name\":\"");
  }

  private static String between(String text, String start) {
    int from = text.indexOf(start) + start.length();
    return text.substring(from, text.indexOf('"', from));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/vnd.docker.distribution.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        OCI_MANIFEST,
        "application/vnd.oci.image.index.v1+json"
      })
  void manifestsAndIndexesAreImages(String mediaType) throws Exception {
    Opened opened = post(envelope(notification("pull", target(mediaType))));

    assertThat(opened.events()).hasSize(1);
    assertThat(brief(opened.events().get(0))).isEqualTo("pull registry.example:5000/a/b@sha256:1");
  }

  @ParameterizedTest
  @CsvSource({
    "push, application/octet-stream",
    "pull, application/vnd.docker.image.rootfs.diff.tar.gzip",
    "delete, application/octet-stream",
    "mount, application/octet-stream",
    "mount, application/vnd.oci.image.manifest.v1+json"
  })
  void blobsAndMountsAreIgnored(String action, String mediaType) throws Exception {
    Opened opened = post(envelope(notification(action, target(mediaType))));

    assertThat(opened.ignored()).isEqualTo(1);
    assertThat(opened.events()).isEmpty();
    assertThat(opened.deadLetters()).isEmpty();
    assertThat(opened.fromEnvelope()).isTrue();
  }

  @Test
  void withoutAHostNoRegistryIsNamedEvenIfTheRepositoryLooksLikeOne() throws Exception {
    String notification =
        "{\"action\":\"delete\",\"target\":{\"repository\":\"us.icr.io/app\",\"tag\":\"1\"},"
            + "\"request\":{\"host\":\"\"}}";

    Opened opened = post(envelope(notification));

    assertThat(opened.events())
        .containsExactly(
            "{\"action\":\"container-registry.image.untag\",\"requestData\":{\"notification\":"
                + notification
                + "}}");
  }

  @Test
  void ofDuplicateKeysTheLastWinsWhateverItsType() throws Exception {
    String notification =
        "{\"action\":\"push\",\"action\":\"pull\",\"target\":{\"tag\":\"x\"},\"target\":"
            + target(OCI_MANIFEST)
            + ",\"actor\":{\"name\":\"x\"},\"actor\":7,\"request\":{\"addr\":\"x\"},"
            + "\"request\":{\"host\":[1],\"host\":\"us.icr.io\"}}";

    Opened opened = post(envelope(notification));

    assertThat(opened.events())
        .containsExactly(
            "{\"action\":\"container-registry.image.pull\","
                + "\"target\":{\"name\":\"us.icr.io/a/b@sha256:1\"},"
                + "\"requestData\":{\"notification\":"
                + notification
                + "}}");
  }

  @Test
  void ofTwoMembersEventsTheLastCounts() throws Exception {
    String push = notification("push", target(OCI_MANIFEST));
    String blob = notification("push", target("application/octet-stream"));
    String first = "{\"events\":[" + push + ",7," + blob + "],";

    Opened second = post(first + "\"x\":1,\"events\":[" + push + "]}");
    Opened number = post(first + "\"events\":5}");

    assertThat(second.events()).isEqualTo(post(envelope(push)).events());
    assertThat(second.deadLetters()).isEmpty();
    assertThat(second.ignored()).isZero();
    assertThat(number)
        .isEqualTo(
            new Opened(
                List.of(),
                List.of(
                    "not-a-registry-event: no array \"events\": no envelope of registry"
                        + " notifications: event "
                        + first
                        + "\"events\":5}"),
                0,
                true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"target\":{}}                | no string \"action\" in the notification",
        "{\"action\":7,\"target\":{}}   | no string \"action\" in the notification",
        "{\"action\":\"push\"}          | no object \"target\" in the notification",
        "{\"action\":\"push\",\"target\":[1]} | no object \"target\" in the notification",
        "{\"action\":\"push\",\"target\":{\"tag\":\"1\"}}"
            + " | no string \"target.mediaType\", so no image for certain",
        "{\"action\":\"delete\",\"target\":{\"repository\":\"a\"}}"
            + " | \"target\" names no image: repository, and tag or digest",
        "{\"action\":\"delete\",\"target\":{\"tag\":\"1\"}}"
            + " | \"target\" names no image: repository, and tag or digest",
        "{\"action\":\"copy\",\"target\":{}}"
            + " | action \"copy\" is none of a registry: push, pull, mount, delete"
      })
  void whatIsNoNotificationOfAnImageIsADeadLetter(String notification, String why)
      throws Exception {
    Opened opened = post(envelope(notification));

    assertThat(opened.deadLetters())
        .containsExactly("not-a-registry-event: " + why + ": event " + notification);
    assertThat(opened.events()).isEmpty();
    assertThat(opened.ignored()).isZero();
    assertThat(opened.fromEnvelope()).isTrue();
  }

  @Test
  void whatIsNoObjectIsMalformedAndTheOthersGoOn() throws Exception {
    String good = notification("push", target(OCI_MANIFEST));

    Opened opened = post(envelope("1.5 , " + good + ",\"x\",[ 2 ],null"));

    assertThat(opened.events()).hasSize(1);
    assertThat(opened.deadLetters())
        .containsExactly(
            "malformed: a JSON number, not an object, among \"events\": raw 1.5",
            "malformed: a JSON string, not an object, among \"events\": raw \"x\"",
            "malformed: a JSON array, not an object, among \"events\": raw [ 2 ]",
            "malformed: a JSON null, not an object, among \"events\": raw null");
  }

  @ParameterizedTest
  @ValueSource(ints = {998, 2000, 100_000})
  void whatIsNestedTooDeepIsMalformedAndTheOthersGoOn(int arrays) throws Exception {
    String deepest = with(nested(997));
    String tooDeep = with(nested(arrays));

    Opened opened = post(envelope(deepest + ", " + tooDeep + " ," + deepest));

    assertThat(opened.events()).hasSize(2).allMatch(event -> event.contains(deepest));
    assertThat(opened.deadLetters())
        .containsExactly("malformed: as an event nested deeper than 1000 levels: raw " + tooDeep);
    assertThat(opened.fromEnvelope()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"x\":%s,\"events\":[%s]}", "{\"events\":[%2$s],\"x\":{\"y\":%1$s}}"})
  void whatIsNestedTooDeepBesideTheEventsIsNoMatter(String envelope) throws Exception {
    String good = notification("push", target(OCI_MANIFEST));

    Opened opened = post(String.format(envelope, nested(2000), good));

    assertThat(opened.events()).singleElement().asString().contains(good);
    assertThat(opened.deadLetters()).isEmpty();
  }

  @Test
  void anEnvelopeThatIsBrokenBesideWhatIsNestedTooDeepIsNone() throws Exception {
    String body = "{\"events\":[" + with(nested(2000)) + ",tru]}";

    Opened opened = post(body);

    assertThat(opened.events()).isEmpty();
    assertThat(opened.fromEnvelope()).isFalse();
    assertThat(opened.deadLetters()).singleElement().asString().endsWith(": raw " + body);
  }

  /** Arrays around a string that looks as if they ended in it. */
  private static String nested(int arrays) {
    return "[".repeat(arrays) + "\"]\\\"]\"" + "]".repeat(arrays);
  }

  private static String with(String member) {
    return notification("push", target(OCI_MANIFEST))
        .replace("{\"id\"", "{\"x\":" + member + ",\"id\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"events\":{\"a\":1}}", "{\"event\":[{}]}", "{\"events\":null}"})
  void anEnvelopeWithoutEventsIsADeadLetter(String envelope) throws Exception {
    Opened opened = post(envelope);

    assertThat(opened.deadLetters())
        .containsExactly(
            "not-a-registry-event: no array \"events\": no envelope of registry notifications:"
                + " event "
                + envelope);
    assertThat(opened.fromEnvelope()).isTrue();
  }

  @Test
  void anEnvelopeOfNothingIsNothing() throws Exception {
    assertThat(post("{\"events\":[]}")).isEqualTo(new Opened(List.of(), List.of(), 0, true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"events\":[{\"action\":\"push\",}]}"
            + " | not JSON, byte 28: Unexpected character ('}' (code 125)):"
            + " was expecting double-quote to start field name",
        "[{}] | a JSON array, not an object"
      })
  void ofABodyThatIsNoEnvelopeNothingIsKept(String body, String why) throws Exception {
    Opened opened = post(body);

    assertThat(opened)
        .isEqualTo(new Opened(List.of(), List.of("malformed: " + why + ": raw " + body), 0, false));
  }

  @Test
  void bytesThatAreNoTextAreNoEnvelope() throws Exception {
    byte[] body =
        "{\"events\":[{\"action\":\"mount\",\"target\":{\"a\":\"?\"}}]}"
            .getBytes(StandardCharsets.UTF_8);
    body[body.length - 6] = (byte) 0xC0;

    Opened opened = Opened.body(BodyFormat.NOTIFICATIONS, body);

    assertThat(opened.ignored()).isZero();
    assertThat(opened.fromEnvelope()).isFalse();
    assertThat(opened.deadLetters()).singleElement().asString().startsWith("malformed: not UTF-8");
  }

  @Test
  void anEventThatWouldBeTooLargeIsADeadLetter() throws Exception {
    String notification =
        notification("push", target(OCI_MANIFEST))
            .replace("{\"id", "{\"x\":\"" + "x".repeat(2500) + "\",\"id");
    assertThat(notification.length()).isGreaterThan(Opened.MAX_EVENT);

    Opened opened = post(envelope(notification));

    int length = notification.length();
    assertThat(opened.deadLetters())
        .singleElement()
        .asString()
        .matches(
            "too-large: as an event \\d+ bytes; router.event.max-size is 2500 bytes: "
                + length
                + " of "
                + length
                + " bytes");
  }

  @Test
  void aNotificationOverSeveralLinesIsADeadLetterOfOneLine() throws Exception {
    Opened opened = post("{\"events\":[{\n\"action\":\r\n7}]}");

    assertThat(opened.deadLetters())
        .containsExactly(
            "not-a-registry-event: no string \"action\" in the notification: event"
                + " { \"action\":  7}");
  }

  @Test
  void crumbsAreTooLarge() throws Exception {
    String most = "1" + ",1".repeat(99_999);
    assertThat(post(envelope(most)).deadLetters()).hasSize(100_000);
    assertThat(post("{\"events\":[" + most + "],\"events\":[1]}").deadLetters()).hasSize(1);

    HttpProblem problem =
        catchThrowableOfType(HttpProblem.class, () -> post(envelope("1" + ",1".repeat(100_000))));

    assertThat(problem.status()).isEqualTo(413);
    assertThat(problem).hasMessage("the body has more than 100000 events; send fewer at once");
  }

  /**
   * As what an event stands for is in it twice, an envelope of a few kB may make more of itself.
   */
  @Test
  void whatTheEventsTakeBeyondTheirEnvelopeIsCharged() throws Exception {
    String body = envelope(notification("pull", target(OCI_MANIFEST), "x".repeat(1000)));
    AtomicLong charged = new AtomicLong();

    RawBatch batch = cut(body, charged::addAndGet);

    assertThat(batch.size()).isEqualTo(1);
    assertThat(batch.end(0)).isGreaterThan(2000).isLessThanOrEqualTo(batch.buffer().length);
    assertThat(charged).hasValue(batch.buffer().length - body.length());
  }

  @Test
  void eventsThereIsNoMemoryForAreRefusedOnceTheirEnvelopeIsRead() {
    String pulls = notification("pull", target(OCI_MANIFEST), "x".repeat(1000));
    HttpProblem full = new HttpProblem(503, "full");
    RequestBody.Budget none =
        more -> {
          throw full;
        };

    assertThat(catchThrowableOfType(HttpProblem.class, () -> cut(envelope(pulls), none)))
        .isSameAs(full);
    assertThatCode(() -> cut("{\"events\":[" + pulls + "],\"events\":[]}", none))
        .doesNotThrowAnyException();
    assertThatCode(() -> cut(envelope(pulls + ",{\"a\":01}"), none)).doesNotThrowAnyException();
  }

  private static RawBatch cut(String body, RequestBody.Budget budget) throws HttpProblem {
    return RequestBody.cut(
        EventPath.ACTIVITY_TRACKER,
        new Source(Source.Kind.HTTP, "192.0.2.1"),
        BodyFormat.NOTIFICATIONS,
        body.getBytes(StandardCharsets.UTF_8),
        Opened.MAX_EVENT,
        budget);
  }

  private static String target(String mediaType) {
    return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"sha256:1\",\"repository\":\"a/b\"}";
  }

  private static String notification(String action, String target) {
    return notification(action, target, "1");
  }

  private static String notification(String action, String target, String id) {
    return String.format(
        "{\"id\":\"%s\",\"action\":\"%s\",\"target\":%s,"
            + "\"request\":{\"host\":\"registry.example:5000\"}}",
        id, action, target);
  }

  private static String envelope(String notifications) {
    return "{\"events\":[" + notifications + "]}";
  }

  private static Opened post(String body) throws HttpProblem {
    return Opened.body(BodyFormat.NOTIFICATIONS, body);
  }
}
