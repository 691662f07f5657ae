package io.registryrouter.intake.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.event.RawBatch;
import io.registryrouter.intake.Gate;
import io.registryrouter.support.Certificates;
import io.registryrouter.support.Certificates.Identity;
import io.registryrouter.support.TestHome;
import io.registryrouter.support.Warnings;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.ProviderException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class EventDoorTest {

  @TempDir private Path directory;
  @RegisterExtension private final Warnings log = new Warnings(EventDoor.class);
  private final Vertx vertx = Vertx.vertx();
  private final List<Promise<Object>> looks = new ArrayList<>();
  private Handler<Long> timer;

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** Four times a second, for as long as a mount of secrets hangs. */
  @Test
  void whileALookAtTheCertificateFilesHangsNoFurtherOneIsBegun() throws Exception {
    EventDoor door = doorWithTls();
    door.listen();

    timer.handle(0L);
    timer.handle(0L);
    assertThat(looks).hasSize(1);
    looks.get(0).complete();
    timer.handle(0L);

    assertThat(looks).hasSize(2);
    door.close(Duration.ZERO);
  }

  /** Of which Java's cryptography may throw any. */
  @Test
  void aLookThatFailsIsSaidOnceAndLookedAgain() throws Exception {
    EventDoor door = doorWithTls();
    door.listen();

    timer.handle(0L);
    looks.get(0).fail(new ProviderException("out of order"));
    timer.handle(0L);
    looks.get(1).fail(new ProviderException("out of order"));
    timer.handle(0L);

    assertThat(looks).hasSize(3);
    assertThat(log.words())
        .containsExactly(
            "whether files of tokens or certificates have changed could not be found out; what was"
                + " read last stays in force, and it is tried again");
    door.close(Duration.ZERO);
  }

  private EventDoor doorWithTls() throws Exception {
    Identity identity =
        Certificates.in(directory.resolve("authority")).issue("door", Certificates.LOOPBACK, 2);
    RouterConfig config =
        TestHome.in(directory.resolve("home"))
            .set("router.http.tls.certificate", identity.certificate().toString())
            .set("router.http.tls.key", identity.key().toString())
            .config();
    return new EventDoor(() -> config, slow(), new Gate(), new SimpleMeterRegistry());
  }

  @Test
  void connectionsShareOutTheEventLoops() throws Exception {
    Set<String> threads = ConcurrentHashMap.newKeySet();
    RouterConfig config = TestHome.in(directory).config();
    EventDoor door = new EventDoor(() -> config, vertx, new Gate(), new SimpleMeterRegistry());
    door.register("/v1/activity-tracker/events", new Noting(threads));
    int port = door.listen(2);
    URI uri = URI.create("http://127.0.0.1:" + port + "/v1/activity-tracker/events");

    for (int connection = 0; connection < 4; connection++) {
      HttpRequest request =
          HttpRequest.newBuilder(uri)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString("{}"))
              .build();
      HttpClient client = HttpClient.newHttpClient(); // with a connection of its own
      assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).body())
          .isEqualTo("{\"accepted\":1,\"deadLettered\":0}");
    }

    assertThat(threads).hasSize(2);
    door.close(Duration.ZERO);
  }

  @Test
  void ofTwoCoresOneIsLeftToWhatBringsToDiskAndDelivers() {
    assertThat(IntStream.of(1, 2, 3, 4, 64).map(EventDoor::loops)).containsExactly(1, 1, 2, 2, 2);
  }

  private record Noting(Set<String> threads) implements EventDoor.Receiver {

    @Override
    public EventPath path() {
      return EventPath.ACTIVITY_TRACKER;
    }

    @Override
    public Accept accept() {
      return Accept.EVENTS;
    }

    @Override
    public void receive(RawBatch batch, EventDoor.Answer answer) {
      threads.add(Thread.currentThread().getName());
      answer.taken(batch.size(), 0, 0);
    }
  }

  /** Whose workers never come back, and whose timer is this test's. */
  @SuppressWarnings("unchecked")
  private Vertx slow() {
    return (Vertx)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Vertx.class},
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "setPeriodic" -> {
                  timer = (Handler<Long>) arguments[1];
                  return 0L;
                }
                case "executeBlocking" -> {
                  looks.add(Promise.promise());
                  return looks.get(looks.size() - 1).future();
                }
                default -> {
                  try {
                    return method.invoke(vertx, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                }
              }
            });
  }
}
