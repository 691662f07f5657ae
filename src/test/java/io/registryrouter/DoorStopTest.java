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
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a stop does to requests that are under way: each is answered, or was never begun. */
class DoorStopTest {

  private static final String EVENT = Events.pull("us.icr.io", 1);
  private static final String HEAD =
      "POST /v1/activity-tracker/events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
          + "Content-Length: "
          + EVENT.length()
          + "\r\n";

  @TempDir private Path directory;

  @Test
  void aRequestThatHasBegunIsTakenAndAnswered() throws Exception {
    TestHome home = TestHome.in(directory);
    Router router = Router.daemon(home.config(), Clock.systemUTC());
    try (RawHttp begun = RawHttp.to(home.address("http"));
        RawHttp other = RawHttp.to(home.address("http"))) {
      begun.send(HEAD + "Expect: 100-continue\r\n\r\n");
      assertThat(begun.answer().status()).isEqualTo(100);
      assertThat(ready(home)).isEqualTo(200);

      CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> stop(router));

      await().until(() -> isTurnedAway(other));
      assertThat(ready(home)).isEqualTo(503);
      begun.send(EVENT);
      assertThat(begun.answer())
          .isEqualTo(
              new Answer(
                  202,
                  Map.of("content-type", "application/json"),
                  "{\"accepted\":1,\"deadLettered\":0}"));
      stopped.get(30, TimeUnit.SECONDS);
      assertThat(begun.ends()).isTrue();
      assertThat(router.balance().delivered()).isEqualTo(router.balance().received());
    }
  }

  /** Not once more the drain timeout. */
  @Test
  void aBatchThatNeverLeavesItsRouteHoldsAStopUpForSeconds() throws Exception {
    TestHome home = TestHome.in(directory).set("router.drain-timeout", "15s");
    home.edit(
        "routes/20-prepare.camel.yaml",
        "- process: { ref: group }",
        "- process: { ref: \"#class:" + Endless.class.getName() + "\" }");
    Router router = Router.daemon(home.config(), Clock.systemUTC());
    try (RawHttp client = RawHttp.to(home.address("http"))) {
      client.send(HEAD + "\r\n" + EVENT);
      await().until(() -> Endless.entered.getCount() == 0);

      CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> stop(router));

      assertThat(stopped).succeedsWithin(Duration.ofSeconds(29));
      assertThat(router.balance().delivered()).isZero();
    }
  }

  /** Is called back never. */
  public static final class Endless extends AsyncProcessorSupport {

    private static final CountDownLatch entered = new CountDownLatch(1);

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
      entered.countDown();
      return false;
    }
  }

  @Test
  void aStopThatComesWhileTheRouterStartsLeavesNothingOpen() throws Exception {
    TestHome home = TestHome.in(directory);
    AtomicReference<CompletableFuture<Void>> stopped = new AtomicReference<>();

    Router.daemon(
        home.config(),
        Clock.systemUTC(),
        router -> stopped.set(CompletableFuture.runAsync(() -> stop(router))));
    stopped.get().get(30, TimeUnit.SECONDS);

    assertThat(home.data().resolve("router.lock")).content().isBlank();
    Router.daemon(home.config(), Clock.systemUTC(), DoorStopTest::stop); // before it takes anything
    assertThat(home.data().resolve("router.lock")).content().isBlank();
    Router.daemon(home.config(), Clock.systemUTC()).close();
  }

  private static int ready(TestHome home) throws IOException {
    try (RawHttp client = RawHttp.to(home.address("management"))) {
      client.send("GET /observe/health/ready HTTP/1.1\r\nHost: a\r\n\r\n");
      return client.answer().status();
    }
  }

  private static boolean isTurnedAway(RawHttp client) throws IOException {
    Answer answer = client.send(HEAD + "\r\n" + EVENT).answer();
    if (answer.status() == 503) {
      assertThat(answer)
          .isEqualTo(
              new Answer(
                  503,
                  Map.of("content-type", "application/problem+json", "retry-after", "1"),
                  "{\"title\":\"Service Unavailable\",\"status\":503,\"detail\":\"the router is"
                      + " stopping\"}"));
      return true;
    }
    assertThat(answer.status()).isEqualTo(202);
    return false;
  }

  private static void stop(Router router) {
    try {
      router.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
