package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.support.Events;
import io.registryrouter.support.Held;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.RawHttp;
import io.registryrouter.support.RawHttp.Answer;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The event door and clients that are slow, many, large, unknown, or too fast. */
@Timeout(120)
class DoorLimitsTest {

  private static final String POST =
      "POST /v1/activity-tracker/events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
  private static final String EVENT = Events.pull("us.icr.io", 1);
  private static final String LENGTH = "Content-Length: " + EVENT.length() + "\r\n";
  private static final Map<String, String> CLOSED =
      Map.of("content-type", "application/problem+json", "connection", "close");

  private static final Answer TOO_MUCH_ALONE =
      new Answer(
          413,
          Map.of("content-type", "application/problem+json"),
          "{\"title\":\"Request Entity Too Large\",\"status\":413,\"detail\":\"the body, with what it"
              + " inflates to or becomes and 160 bytes an event, is more than 1048576 bytes"
              + " (router.http.max-in-flight); send less at once\"}");

  @TempDir private Path directory;
  private TestHome home;
  private Router router;

  @BeforeEach
  void copyTheShippedConfiguration() throws IOException {
    home = TestHome.in(directory);
  }

  @AfterEach
  void stop() {
    router.close();
  }

  @Test
  void aHeadThatTricklesInIsNotWaitedFor() throws Exception {
    home.set("router.http.idle-timeout", "300ms");
    start();
    try (RawHttp silent = client();
        RawHttp slow = client()) {
      boolean ended = false;
      slow.send(POST);
      while (!ended) { // a few bytes at a time move no deadline
        try {
          slow.send("X-A: b\r\n");
        } catch (IOException e) {
          ended = true;
        }
      }

      assertThat(silent.ends()).isTrue();
    }
    assertNothingArrived();
  }

  @Test
  void aConnectionBetweenRequestsIsClosedWhenIdle() throws Exception {
    home.set("router.http.idle-timeout", "2s");
    start();
    try (RawHttp client = client()) {
      client.send(POST + LENGTH + "\r\n" + EVENT);

      assertThat(client.answer().status()).isEqualTo(202);
      assertThat(client.ends()).isTrue();
    }
  }

  @Test
  void aConnectionBehindARefusedRequestIsIdleToo() throws Exception {
    home.set("router.http.idle-timeout", "2s").set("router.http.token", "s");
    start();
    try (RawHttp client = client()) {
      client.send(POST + LENGTH + "\r\n" + EVENT);

      assertThat(client.answer().status()).isEqualTo(401);
      assertThat(client.ends()).isTrue();
    }
  }

  @Test
  void aConnectionBehindARefusedRequestIsNotLate() throws Exception {
    home.set("router.http.request-timeout", "1s").set("router.http.token", "s");
    start();
    try (RawHttp refused = client();
        RawHttp late = client()) {
      refused.send(POST + LENGTH + "\r\n" + EVENT);
      assertThat(refused.answer().status()).isEqualTo(401);
      late.send(POST + LENGTH + "\r\n");
      assertThat(late.answer().status()).isEqualTo(401);
      assertThat(late.ends()).isTrue();

      refused.send(POST + LENGTH + "\r\n" + EVENT);
      assertThat(refused.answer().status()).isEqualTo(401);
    }
  }

  @Test
  void aBodyThatDoesNotComeIsNotWaitedFor() throws Exception {
    home.set("router.http.request-timeout", "300ms");
    start();
    try (RawHttp client = client()) {
      client.send(POST + LENGTH + "\r\n" + EVENT.substring(5));

      assertThat(client.answer())
          .isEqualTo(
              new Answer(
                  408,
                  CLOSED,
                  "{\"title\":\"Request Timeout\",\"status\":408,\"detail\":\"it did not come within"
                      + " router.http.request-timeout; send it again\"}"));
      assertThat(client.ends()).isTrue();
    }
    assertNothingArrived();
  }

  @Test
  void theRestOfARefusedBodyIsNotWaitedForEither() throws Exception {
    home.set("router.http.request-timeout", "300ms").set("router.http.token", "s");
    start();
    try (RawHttp client = client()) {
      client.send(POST + LENGTH + "\r\n" + EVENT.substring(5));

      assertThat(client.answer().status()).isEqualTo(401);
      assertThat(client.ends()).isTrue();
    }
    assertNothingArrived();
  }

  @Test
  void aRequestThatWaitsForTheRouterIsNotLate() throws Exception {
    home.set("router.http.request-timeout", "2s").set("router.http.idle-timeout", "2s");
    String group = "- process: { ref: group }";
    home.edit("routes/20-prepare.camel.yaml", group, Held.STEP + "\n        " + group);
    Held.hold();
    start();
    String large = EVENT + " ".repeat(40_000); // worked on beside the event loops
    try (RawHttp client = client()) {
      client.send(POST + "Content-Length: " + large.length() + "\r\n\r\n" + large);
      Held.await();
      try (RawHttp late = client()) {
        assertThat(late.ends()).isTrue();
      }

      Held.release();

      assertThat(client.answer().status()).isEqualTo(202);
    } finally {
      Held.release();
    }
  }

  /** Without end, as long as it was read: each request beyond the first is memory. */
  @Test
  void whatAClientSendsAheadIsNotReadBeforeItsTurn() throws Exception {
    String group = "- process: { ref: group }";
    home.edit("routes/20-prepare.camel.yaml", group, Held.STEP + "\n        " + group);
    Held.hold();
    start();
    String body = EVENT + " ".repeat(40_000); // worked on beside the event loops
    byte[] one =
        (POST + "Content-Length: " + body.length() + "\r\n\r\n" + body)
            .getBytes(StandardCharsets.US_ASCII);
    try (SocketChannel client =
        SocketChannel.open(
            new InetSocketAddress(
                InetAddress.getLoopbackAddress(),
                URI.create("http://" + home.address("http")).getPort()))) {
      client.configureBlocking(false);
      ByteBuffer ahead = ByteBuffer.allocate(1000 * one.length);
      while (ahead.hasRemaining()) {
        ahead.put(one);
      }
      ahead.flip();
      await()
          .pollInterval(Duration.ofMillis(20))
          .during(Duration.ofSeconds(1))
          .until(() -> client.write(ahead) == 0);
      int sent = ahead.position() / one.length;
      assertThat(sent).isLessThan(500); // what sockets hold

      Held.release();

      ahead.limit((sent + 1) * one.length);
      client.configureBlocking(true);
      client.write(ahead);
      try (RawHttp answers = RawHttp.on(client.socket())) {
        for (int i = 0; i <= sent; i++) {
          assertThat(answers.answer().body()).isEqualTo("{\"accepted\":1,\"deadLettered\":0}");
        }
      }
    } finally {
      Held.release();
    }
  }

  @Test
  void moreConnectionsThanAllowedAreClosed() throws Exception {
    home.set("router.http.max-connections", "3");
    start();
    List<RawHttp> open = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      open.add(client().send(POST + LENGTH + "\r\n" + EVENT));
      assertThat(open.get(i).answer().status()).isEqualTo(202);
    }
    try (RawHttp fourth = client()) {
      assertThat(fourth.ends()).isTrue();
    }

    open.get(0).close();

    await().until(this::isTaken);
    for (RawHttp each : open) {
      each.close();
    }
  }

  private boolean isTaken() throws IOException {
    try (RawHttp client = client()) {
      return client.send(POST + LENGTH + "\r\n" + EVENT).answer().status() == 202;
    } catch (IOException e) {
      return false; // closed at once: the place is not free yet
    }
  }

  /** Also when others of their requests were not answered yet. */
  @Test
  @Timeout(60)
  void clientsThatLeaveInTheMiddleOfARequestLeaveNothingBehind() throws Exception {
    home.set("router.http.max-connections", "10").set("router.drain-timeout", "5m");
    start();
    String pipelined = (POST + LENGTH + "\r\n" + EVENT).repeat(20);
    for (int i = 0; i < 50; i++) {
      try (RawHttp client = client()) {
        client.send(pipelined + POST + "Content-Length: 500000\r\n\r\n{\"half");
      } catch (IOException e) {
        // others were not forgotten yet
      }
    }

    await()
        .ignoreExceptionsInstanceOf(IOException.class)
        .untilAsserted(
            () -> {
              try (RawHttp client = client()) {
                assertThat(send(client).status()).isEqualTo(202);
              }
            });
    router.close(); // waits for requests that are under way
  }

  @Test
  void bodiesBeyondWhatIsWorkedOnAtOnceAreSentAgainLater() throws Exception {
    home.set("router.http.max-in-flight", "1KiB");
    start();
    try (RawHttp large = client();
        RawHttp other = client()) {
      large.send(POST + "Content-Length: 1020\r\n\r\n" + " ".repeat(1000));
      Answer busy =
          new Answer(
              503,
              Map.of("content-type", "application/problem+json", "retry-after", "1"),
              "{\"title\":\"Service Unavailable\",\"status\":503,\"detail\":\"too much is being worked"
                  + " on (router.http.max-in-flight); send it again\"}");
      await().untilAsserted(() -> assertThat(send(other)).isEqualTo(busy));

      large.send("\r\n".repeat(10));

      assertThat(large.answer().status()).isEqualTo(400);
      assertThat(send(other).status()).isEqualTo(202);
    }
  }

  private static Answer send(RawHttp client) throws IOException {
    return client.send(POST + LENGTH + "\r\n" + EVENT).answer();
  }

  @Test
  void whatASmallBodyInflatesToCountsAsWell() throws Exception {
    home.set("router.http.max-in-flight", "1MiB");
    start();
    String bomb = new String(Events.gzip(" ".repeat(15 << 20)), StandardCharsets.ISO_8859_1);
    try (RawHttp client = client()) {
      client.send(POST + "Content-Encoding: gzip\r\nContent-Length: " + bomb.length() + "\r\n\r\n");
      client.send(bomb);

      assertThat(bomb).hasSizeLessThan(20_000);
      assertThat(client.answer()).isEqualTo(TOO_MUCH_ALONE);
      assertThat(send(client).status()).isEqualTo(202);
    }
  }

  @Test
  void whatIsMadeOfManySmallEventsCountsAsWell() throws Exception {
    home.set("router.http.max-in-flight", "1MiB");
    start();
    String many = "{}\n".repeat(7000);
    try (RawHttp client = client()) {
      client.send(POST + "Content-Length: " + many.length() + "\r\n\r\n" + many);

      assertThat(client.answer()).isEqualTo(TOO_MUCH_ALONE);
      assertThat(send(client).status()).isEqualTo(202);
    }
    assertThat(home.deadLetters()).isEmpty();
  }

  @Test
  void whoDoesNotReadItsAnswersIsDisconnected() throws Exception {
    start();
    String unread = "GET / HTTP/1.1\r\nHost: router\r\n\r\n".repeat(1000);
    try (RawHttp deaf = client()) {
      boolean ended = false;
      while (!ended) {
        try {
          deaf.send(unread);
        } catch (IOException e) {
          ended = true;
        }
      }
    }
    try (RawHttp other = client()) {
      assertThat(send(other).status()).isEqualTo(202);
    }
  }

  @Test
  void aTokenIsAskedForBeforeAnythingElseIsSaid() throws Exception {
    home.set("router.http.token", "s");
    start();
    Answer unknown =
        new Answer(
            401,
            Map.of("content-type", "application/problem+json", "www-authenticate", "Bearer"),
            "{\"title\":\"Unauthorized\",\"status\":401,\"detail\":\"a bearer token is required"
                + " (Authorization: Bearer …)\"}");
    try (RawHttp client = client()) {
      client.send(POST + "Content-Length: 99999999\r\n\r\n");
      assertThat(client.answer()).isEqualTo(unknown);
    }
    try (RawHttp client = client()) {
      client.send("GET /nowhere HTTP/1.1\r\nHost: router\r\n\r\n");
      assertThat(client.answer()).isEqualTo(unknown);
      client.send(POST.replace("application/json", "text/plain") + LENGTH + "\r\n" + EVENT);
      assertThat(client.answer()).isEqualTo(unknown);
      client.send(POST + "Authorization: Bearer s\r\n" + LENGTH + "\r\n" + EVENT);
      assertThat(client.answer().status()).isEqualTo(202);
    }
    try (RawHttp client = client()) {
      client.send(POST + "Expect: 100-continue\r\n" + LENGTH + "\r\n");
      assertThat(client.answer().status()).isEqualTo(401);
      assertThat(client.ends()).isTrue();
    }
  }

  @Test
  void aClientBeyondItsRateIsAskedToWaitAndNobodyElseIs() throws Exception {
    home.set("router.http.rate-limit", "2");
    home.set("router.http.tokens.fast", "f").set("router.http.tokens.slow", "s");
    start();
    try (RawHttp client = client()) {
      Answer tooMany = sendAs(client, "f");
      int taken = 0;
      for (; tooMany.status() == 202; taken++) {
        tooMany = sendAs(client, "f");
      }

      assertThat(tooMany)
          .isEqualTo(
              new Answer(
                  429,
                  Map.of("content-type", "application/problem+json", "retry-after", "1"),
                  "{\"title\":\"Too Many Requests\",\"status\":429,\"detail\":\"more than 2 requests a"
                      + " second (router.http.rate-limit); send it again later\"}"));
      assertThat(taken).isGreaterThanOrEqualTo(2);
      assertThat(sendAs(client, "s").status()).isEqualTo(202);
      await().untilAsserted(() -> assertThat(sendAs(client, "f").status()).isEqualTo(202));
    }
  }

  @Test
  void aTokenIsRenewedWhileTheRouterRuns() throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "old");
    home.set("router.http.tokens.ci.file", "token");
    start();
    try (RawHttp client = client()) {
      assertThat(sendAs(client, "old").status()).isEqualTo(202);

      Files.writeString(file, "renewed");

      await().untilAsserted(() -> assertThat(sendAs(client, "renewed").status()).isEqualTo(202));
      assertThat(sendAs(client, "old").status()).isEqualTo(401);
    }
  }

  private static Answer sendAs(RawHttp client, String token) throws IOException {
    return client
        .send(POST + "Authorization: Bearer " + token + "\r\n" + LENGTH + "\r\n" + EVENT)
        .answer();
  }

  /** None of these words is read anywhere; each would steer Camel's own components. */
  @Test
  void noHeaderOrQueryOfARequestSteersAnything() throws Exception {
    try (HttpStub us = HttpStub.start();
        HttpStub elsewhere = HttpStub.start()) {
      home.post("us-south", us);
      start();
      String url = "http://127.0.0.1:" + elsewhere.port() + "/steered";
      String query = "?httpUri=" + url + "&CamelHttpUri=" + url;
      String headers =
          String.join(
              "\r\n",
              "CamelHttpUri: " + url,
              "CAMELHttpUri: " + url,
              "camelhttpuri: " + url,
              "CamelHttpPath: /steered",
              "CamelHttpQuery: steered=1",
              "CamelHttpMethod: DELETE",
              "CamelHttpResponseCode: 500",
              "CamelFileName: ../../steered.ndjson",
              "CamelFileNameProduced: steered",
              "CamelOverruleFileName: steered",
              "CamelToEndpoint: " + url,
              "CamelDestinationOverrideUrl: " + url,
              "org.apache.camel.Exchange.HTTP_URI: " + url,
              "org.apache.camel.steered: " + url,
              "eventPath: access-trail",
              "registryDomain: de.icr.io",
              "afterCutoff: true",
              "deadLetters: true",
              "breadcrumbId: steered",
              "X-Custom: steered",
              "Idempotency-Key: steered",
              "Authorization: Bearer steered",
              "apikey: steered",
              "Cookie: steered=1",
              "Transfer-Encoding: chunked",
              "X-Forwarded-For: 10.0.0.1",
              "Content-Type: application/x-steered",
              "");
      try (RawHttp client = client()) {
        client.send(
            POST.replace(" HTTP/1.1", query + " HTTP/1.1")
                + headers
                + "\r\n"
                + Integer.toHexString(EVENT.length())
                + "\r\n"
                + EVENT
                + "\r\n0\r\nCamelHttpUri: "
                + url
                + "\r\n\r\n");
        assertThat(client.answer())
            .isEqualTo(
                new Answer(
                    202,
                    Map.of("content-type", "application/json"),
                    "{\"accepted\":1,\"deadLettered\":0}"));
      }

      await().until(() -> router.spools().backlog() == 0);
      assertThat(us.requests()).hasSize(1);
      HttpStub.Request arrived = us.requests().get(0);
      assertThat(arrived.uri()).isEqualTo("/events?tenant=7");
      assertThat(arrived.headers().keySet())
          .containsExactly(
              "accept-encoding",
              "connection",
              "content-length",
              "content-type",
              "host",
              "idempotency-key",
              "user-agent");
      assertThat(arrived.headers())
          .containsEntry("content-type", "application/x-ndjson")
          .containsEntry("host", "127.0.0.1:" + us.port());
      assertThat(arrived.headers().toString()).doesNotContain("steered");
      assertThat(arrived.text())
          .startsWith(EVENT.substring(0, EVENT.length() - 1))
          .contains("\"registryDomain\":\"us.icr.io\"", "\"path\":\"activity-tracker\"}}");
      assertThat(elsewhere.requests()).isEmpty();
      assertThat(home.deadLetters()).isEmpty();
      assertThat(router.balance().received()).isEqualTo(1);
      assertThat(router.balance().delivered("us-south")).isEqualTo(1);
      assertNoFileIsCalledSteered();
    }
  }

  private void assertNoFileIsCalledSteered() throws IOException {
    try (var files = Files.walk(directory)) {
      assertThat(files.map(Path::toString)).noneMatch(name -> name.contains("steered"));
    }
  }

  private void start() throws IOException {
    router = Router.daemon(home.config(), Clock.systemUTC());
  }

  private RawHttp client() throws IOException {
    return RawHttp.to(home.address("http"));
  }

  private void assertNothingArrived() {
    assertThat(router.balance().received()).isZero();
    assertThat(router.spools().backlog()).isZero();
    assertThat(home.deadLetters()).isEmpty();
  }
}
