package io.registryrouter.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.support.Events;
import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.TestHome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The largest bodies that the door takes, and the heap of {@code run} as it ships. */
class HeapTest {

  private static final int LARGEST = 16 * 1024 * 1024;

  @TempDir private Path directory;
  private TestHome home;

  @BeforeEach
  void copyTheShippedConfiguration() throws Exception {
    home = TestHome.in(directory);
  }

  /** Each character is four times as long where a name stands in an event. */
  @Test
  void notificationsThatBecomeMuchLargerEndNothing() throws Exception {
    String notification =
        "{\"id\":\""
            + "🚀".repeat(60_000)
            + "\",\"action\":\"pull\",\"target\":{\"repository\":\"a/b\",\"tag\":\"1\",\"mediaType\":"
            + "\"application/vnd.oci.image.manifest.v1+json\"},\"request\":{\"host\":\"us.icr.io\"}}";
    String body = "{\"events\":[" + notification + ("," + notification).repeat(64) + "]}";

    assertThat(statuses("/v1/notifications", body, "application/json")).isSubsetOf(413, 503);
  }

  /** It is kept whole, and one wide character makes all of a text wide. */
  @Test
  void envelopesThatBecomeDeadLettersEndNothing() throws Exception {
    String body = "{\"specversion\":\"1.0\",\"data\":1,\"pad\":\"中\",\"x\":\"";
    body += "y".repeat(LARGEST - body.length() - 10) + "\"}";

    assertThat(statuses("/v1/activity-tracker/events", body, "application/cloudevents+json"))
        .isSubsetOf(202, 503);
  }

  private List<Integer> statuses(String path, String body, String type) throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(3);
    try (RouterProcess router = RouterProcess.start(home, "run")) {
      await().until(router::isReady);
      Callable<Integer> post = () -> home.send(path, body, "Content-Type", type).statusCode();
      List<Integer> statuses = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        for (Future<Integer> sent : clients.invokeAll(List.of(post, post, post))) {
          statuses.add(sent.get());
        }
      }
      home.give(Events.pull("us.icr.io", 1));
      assertThat(router.isReady()).isTrue();
      return statuses;
    } finally {
      clients.shutdown();
    }
  }
}
