package io.registryrouter.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.Router;
import io.registryrouter.config.EventPath;
import io.registryrouter.observe.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * A running router of which a test uses one destination, us-south, that it may have trouble with.
 */
public final class OneDestination implements AutoCloseable {

  private final TestHome home;
  private final Router router;

  private OneDestination(TestHome home) throws IOException {
    this.home = home;
    this.router = Router.daemon(home.config(), Clock.systemUTC());
  }

  public static OneDestination start(TestHome home) throws IOException {
    return new OneDestination(home);
  }

  /** Takes events with these ids from a file. */
  public void route(String... ids) throws IOException {
    List<String> events = List.of(ids).stream().map(id -> Events.pull("us.icr.io", id)).toList();
    Path file =
        Files.writeString(
            home.directory().resolve(String.join("-", ids) + ".ndjson"), String.join("\n", events));
    router.route(EventPath.ACTIVITY_TRACKER, file, file.toString());
  }

  /** Why it is not delivered to, once it is not and an operator has to act. */
  public String trouble() {
    return await().until(this::lastError, error -> error != null && error.operator()).why();
  }

  /** Why it is not delivered to, once it is not. */
  public String hitch() {
    return await().until(this::lastError, Objects::nonNull).why();
  }

  private Status.LastError lastError() {
    return router.status().destinations().stream()
        .filter(destination -> destination.name().equals("us-south"))
        .map(Status.Destination::lastError)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** These have arrived, in this order, and nothing died. */
  public void assertArrived(HttpStub stub, String... ids) throws InterruptedException {
    assertThat(router.drain(Duration.ofSeconds(30))).isTrue();
    assertThat(stub.lines().stream().map(Events::id)).containsExactly(ids);
    assertThat(home.deadLetters()).isEmpty();
  }

  /** Nothing has arrived, and nothing is lost. */
  public void assertKept(HttpStub stub, int events) {
    assertThat(stub.requests()).isEmpty();
    assertThat(home.deadLetters()).isEmpty();
    assertThat(router.spools().backlog()).isEqualTo(events);
  }

  @Override
  public void close() {
    router.close();
  }
}
