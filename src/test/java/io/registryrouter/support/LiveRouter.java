package io.registryrouter.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.Router;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.observe.Status;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;

/** A router on files that a test edits while it runs; the shipped ones, but for routing tests. */
public final class LiveRouter implements AutoCloseable {

  public static final String ROUTE = "routes/40-route.camel.yaml";
  public static final String PROPERTIES = "config/application.properties";

  /** What of {@link #ROUTE} sends the events of the United Kingdom to London. */
  public static final String UK_TO_LONDON =
      "- simple: \"${header.registryDomain} == 'uk.icr.io'\"\n                steps:\n                  - to: spool:eu-gb";

  private final TestHome home;
  private Router router;

  private LiveRouter(TestHome home) {
    this.home = home;
  }

  public static LiveRouter in(Path directory) throws IOException {
    TestHome home = TestHome.in(directory);
    Files.writeString(directory.resolve("config/routing-tests.yaml"), "[]\n");
    return new LiveRouter(home);
  }

  public TestHome home() {
    return home;
  }

  public Router router() {
    return router;
  }

  public void start() throws IOException {
    start(home.config());
  }

  /** With what the files said at some time. */
  public void start(RouterConfig checked) throws IOException {
    router = Router.daemon(checked, Clock.systemUTC());
  }

  /** Lines at the end of {@code config/application.properties}. */
  public void append(String settings) throws IOException {
    Path file = home.directory().resolve(PROPERTIES);
    Files.writeString(file, settings + "\n", StandardOpenOption.APPEND);
  }

  public Status.Reload reload() {
    return router.status().reload();
  }

  /** That so many edits were put in force, and the last one was not refused. */
  public void awaitApplied(int edits) {
    await()
        .untilAsserted(
            () -> {
              assertThat(reload().problems()).isEmpty();
              assertThat(reload().applied()).isEqualTo(edits);
            });
  }

  /** That just these came to a destination's archive, in this order. */
  public void awaitArchived(String destination, String... ids) {
    await()
        .untilAsserted(
            () ->
                assertThat(home.archived(destination).stream().map(Events::id))
                    .containsExactly(ids));
  }

  /** Gives an event to the door. */
  public HttpResponse<String> send(String path, String event)
      throws IOException, InterruptedException {
    return home.send("/v1/" + path + "/events", event, "Content-Type", "application/json");
  }

  /** The same with a token. */
  public HttpResponse<String> send(String path, String event, String token)
      throws IOException, InterruptedException {
    return home.send(
        "/v1/" + path + "/events",
        event,
        "Content-Type",
        "application/json",
        "Authorization",
        "Bearer " + token);
  }

  @Override
  public void close() {
    if (router != null) {
      router.close();
    }
  }
}
