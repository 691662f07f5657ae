package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.support.Events;
import io.registryrouter.support.RawHttp;
import io.registryrouter.support.RawHttp.Answer;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The event door and requests of all shapes, byte by byte: the whole answer and what arrived. */
class DoorProtocolTest {

  private static final String LINE = "POST /v1/activity-tracker/events HTTP/1.1\r\n";
  private static final String HEAD = "Host: a\r\nContent-Type: application/json\r\n";
  private static final String EVENT = Events.pull("us.icr.io", 1);
  private static final String LENGTH = "Content-Length: " + EVENT.length() + "\r\n";
  private static final String CHUNK = Integer.toHexString(EVENT.length()) + "\r\n" + EVENT + "\r\n";
  private static final String TAKEN = "{\"accepted\":1,\"deadLettered\":0}";
  private static final String PATHS =
      "no such path; paths: /v1/access-trail/events, /v1/activity-tracker/events, /v1/notifications";

  @TempDir private static Path directory;
  private static TestHome home;
  private static Router router;
  private long receivedBefore;

  @BeforeAll
  static void start() throws IOException {
    home = TestHome.in(directory);
    router = Router.daemon(home.config(), Clock.systemUTC());
  }

  @AfterAll
  static void stop() {
    router.close();
  }

  @BeforeEach
  void count() {
    receivedBefore = router.balance().received();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"})
  void eventsAreSentWithPostOnly(String method) throws Exception {
    try (RawHttp client = client()) {
      client.send(LINE.replace("POST", method) + HEAD + "X-Secret: echo\r\n\r\n");

      assertThat(client.answer())
          .isEqualTo(
              problem(405, "Method Not Allowed", "events are sent with POST", "allow", "POST"));
      assertGoesOn(client);
    }
  }

  @Test
  void anAnswerToHeadHasNoBody() throws Exception {
    try (RawHttp client = client()) {
      client.send(LINE.replace("POST", "HEAD") + HEAD + "\r\n");

      assertThat(client.answerToHead())
          .isEqualTo(
              new Answer(
                  405, Map.of("allow", "POST", "content-type", "application/problem+json"), ""));
      assertGoesOn(client);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OPTIONS * HTTP/1.1",
        "CONNECT logs.example:443 HTTP/1.1",
        "POST /v1/../v1/activity-tracker/events HTTP/1.1",
        "POST /v1/activity-tracker/events/ HTTP/1.1",
        "POST /V1/activity-tracker/events HTTP/1.1",
        "GET /observe/status HTTP/1.1",
        "GET / HTTP/1.1"
      })
  void otherPathsAreNotThere(String line) throws Exception {
    try (RawHttp client = client()) {
      client.send(line + "\r\n" + HEAD + "\r\n");

      assertThat(client.answer()).isEqualTo(problem(404, "Not Found", PATHS));
      assertGoesOn(client);
    }
  }

  /** RFC 9110, section 5.3. */
  @ParameterizedTest
  @CsvSource({"identity, gzip", "gzip, gzip", "gzip, br"})
  void codingsInSeveralLinesAreOneList(String one, String other) throws Exception {
    String lines = "Content-Encoding: %s\r\nContent-Encoding: %s\r\n".formatted(one, other);
    try (RawHttp client = client()) {
      client.send(LINE + HEAD + lines + LENGTH + "\r\n" + EVENT);

      Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(415);
      assertThat(answer.body())
          .contains("\\\"" + one + ", " + other + "\\\" is not accepted; accepted: gzip");
    }
  }

  @Test
  void http10IsAnsweredAndClosedUnlessToldOtherwise() throws Exception {
    String line = LINE.replace("HTTP/1.1", "HTTP/1.0");
    try (RawHttp client = client()) {
      client.send(line + HEAD + "Connection: keep-alive\r\n" + LENGTH + "\r\n" + EVENT);
      assertThat(client.answer().body()).isEqualTo(TAKEN);
      client.send(line + HEAD + "Expect: 100-continue\r\n" + LENGTH + "\r\n" + EVENT);

      assertThat(client.answer())
          .isEqualTo(new Answer(202, Map.of("content-type", "application/json"), TAKEN));
      assertThat(client.ends()).isTrue();
    }
    assertArrived(2);
  }

  @Test
  void requestsMayBeSentWithoutWaitingForAnswers() throws Exception {
    try (RawHttp client = client()) {
      StringBuilder requests = new StringBuilder();
      for (int i = 0; i < 100; i++) {
        String event = Events.pull("us.icr.io", i);
        requests.append(LINE).append(HEAD).append("Content-Length: ").append(event.length());
        requests.append("\r\n\r\n").append(event);
      }

      client.send(requests.toString());

      for (int i = 0; i < 100; i++) {
        assertThat(client.answer().body()).as("answer %d", i).isEqualTo(TAKEN);
      }
    }
    assertArrived(100);
    List<String> all = home.archived("us-south");
    assertThat(all.subList(all.size() - 100, all.size()).stream().map(Events::id))
        .containsExactlyElementsOf(IntStream.range(0, 100).mapToObj(String::valueOf).toList());
  }

  @Test
  void aBodyThatIsAskedForIsToldToCome() throws Exception {
    try (RawHttp client = client()) {
      client.send(LINE + HEAD + "Expect: 100-continue\r\n" + LENGTH + "\r\n");

      assertThat(client.answer()).isEqualTo(new Answer(100, Map.of(), ""));
      client.send(EVENT);
      assertThat(client.answer()).isEqualTo(taken());
      assertGoesOn(client);
    }
    assertArrived(2);
  }

  @Test
  void aBodyThatIsNotWantedIsNotToldToCome() throws Exception {
    try (RawHttp client = client()) {
      client.send(LINE + HEAD + "Expect: 100-continue\r\nContent-Length: 16777217\r\n\r\n");

      assertThat(client.answer())
          .isEqualTo(
              problem(
                  413,
                  "Request Entity Too Large",
                  "the body is larger than 16777216 bytes (router.http.max-body); send less at once",
                  "connection",
                  "close"));
      assertThat(client.ends()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "X-Trailer: a\r\n", "Content-Length: 5\r\nAuthorization: b\r\n"})
  void chunkedBodiesAreTakenAndTheirTrailersDropped(String trailer) throws Exception {
    try (RawHttp client = client()) {
      client.send(LINE + HEAD + "Transfer-Encoding: chunked\r\n\r\n" + CHUNK + "0\r\n" + trailer);
      client.send("\r\n");

      assertThat(client.answer()).isEqualTo(taken());
      assertGoesOn(client);
    }
    assertArrived(2);
  }

  @ParameterizedTest
  @CsvSource({
    "0\\r\\nno colon\\r\\n\\r\\n",
    "0\\r\\nx\\0: y\\r\\n\\r\\n",
    "zz\\r\\n\\r\\n",
    "-5\\r\\n\\r\\n",
    "5;a=b\\nxx\\r\\n0\\r\\n\\r\\n",
    "FFFFFFFFFFFFFFFF\\r\\n"
  })
  void aBodyWithBrokenChunksOrTrailersIsKeptNowhere(String rest) throws Exception {
    try (RawHttp client = client()) {
      client.send(LINE + HEAD + "Transfer-Encoding: chunked\r\n\r\n" + CHUNK + unescaped(rest));

      assertThat(client.ends()).isTrue();
    }
    assertArrived(0);
  }

  /** Each is followed by a whole request that must not be taken for one. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Content-Length: 5\\r\\nTransfer-Encoding: chunked      | 400",
        "Transfer-Encoding: chunked\\r\\nContent-Length: 5      | 400",
        "Transfer-Encoding : chunked                            | 400",
        "Transfer-Encoding: xchunked                            | 501",
        "Transfer-Encoding: gzip, chunked                       | 501",
        "Transfer-Encoding: chunked, identity                   | 501",
        "Transfer-Encoding: chunked\\r\\nTransfer-Encoding: x   | 501",
        "Content-Length: 4\\r\\nContent-Length: 5               | 400",
        "Content-Length: 4, 5                                   | 400",
        "Content-Length: +5                                     | 400",
        "Content-Length: -1                                     | 400",
        "Content-Length: 99999999999999999999                   | 400",
        "X-A: a\\nX-B: b                                        | 400",
        "X-A: a\\rX-B: b                                        | 400",
        "X-A\\0: a                                              | 400",
        "no colon                                               | 400"
      })
  void whereABodyEndsIsNoMatterOfOpinion(String headers, int status) throws Exception {
    Answer answer =
        status == 400
            ? problem(400, "Bad Request", "it is no valid HTTP/1.1 request", "connection", "close")
            : problem(
                501,
                "Not Implemented",
                "the Transfer-Encoding is not accepted; accepted: chunked",
                "connection",
                "close");
    try (RawHttp client = client()) {
      client.send(
          LINE
              + HEAD
              + unescaped(headers)
              + "\r\n\r\n0\r\n\r\n"
              + LINE
              + HEAD
              + LENGTH
              + "\r\n"
              + EVENT);

      assertThat(client.answer()).isEqualTo(answer);
      assertThat(client.ends()).isTrue();
    }
    assertArrived(0);
  }

  @Test
  void http10KnowsNoChunks() throws Exception {
    try (RawHttp client = client()) {
      client.send(
          LINE.replace("1.1", "1.0") + HEAD + LENGTH + "Transfer-Encoding: chunked\r\n\r\n");
      client.send(CHUNK + "0\r\n\r\n");

      assertThat(client.answer())
          .isEqualTo(problem(400, "Bad Request", "HTTP/1.0 knows no Transfer-Encoding"));
      assertThat(client.ends()).isTrue();
    }
    assertArrived(0);
  }

  @Test
  void largeHeadsAreRefused() throws Exception {
    try (RawHttp client = client()) {
      client.send("POST /" + "a".repeat(2000) + " HTTP/1.1\r\n" + HEAD + "\r\n");
      assertThat(client.answer())
          .isEqualTo(
              problem(
                  414,
                  "Request-URI Too Long",
                  "the request line is longer than 1024 bytes",
                  "connection",
                  "close"));
      assertThat(client.ends()).isTrue();
    }
    try (RawHttp client = client()) {
      client.send(LINE + HEAD + ("X-A: " + "a".repeat(1000) + "\r\n").repeat(9) + "\r\n");
      assertThat(client.answer())
          .isEqualTo(
              problem(
                  431,
                  "Request Header Fields Too Large",
                  "the headers are larger than router.http.max-header-size",
                  "connection",
                  "close"));
      assertThat(client.ends()).isTrue();
    }
  }

  @Test
  void anUpgradeIsNotMade() throws Exception {
    try (RawHttp client = client()) {
      client.send(
          LINE
              + HEAD
              + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
              + "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n"
              + LENGTH
              + "\r\n"
              + EVENT);

      assertThat(client.answer()).isEqualTo(taken());
      assertGoesOn(client);
    }
    try (RawHttp client = client()) {
      client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

      assertThat(client.answer()).isEqualTo(new Answer(501, Map.of(), ""));
      assertThat(client.ends()).isTrue();
    }
    assertArrived(2);
  }

  private RawHttp client() throws IOException {
    return RawHttp.to(home.address("http"));
  }

  private static String unescaped(String text) {
    return text.replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0");
  }

  private static Answer taken() {
    return new Answer(202, Map.of("content-type", "application/json"), TAKEN);
  }

  private static Answer problem(int status, String title, String detail, String... header) {
    Map<String, String> headers = new TreeMap<>(Map.of("content-type", "application/problem+json"));
    if (header.length > 0) {
      headers.put(header[0], header[1]);
    }
    return new Answer(
        status,
        headers,
        String.format("{\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}", title, status, detail));
  }

  /** The connection still is one for requests. */
  private static void assertGoesOn(RawHttp client) throws IOException {
    client.send(LINE + HEAD + LENGTH + "\r\n" + EVENT);
    assertThat(client.answer()).isEqualTo(taken());
  }

  /** That many events of this test, and nothing by any other door. */
  private void assertArrived(int events) {
    assertThat(router.balance().received() - receivedBefore).isEqualTo(events);
    await().until(() -> router.spools().backlog() == 0);
    assertThat(home.archived("us-south")).hasSize((int) receivedBefore + events);
    assertThat(home.deadLetters()).isEmpty();
  }
}
