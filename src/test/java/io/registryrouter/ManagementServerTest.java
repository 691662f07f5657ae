package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who looks at the router, and how they ask. */
class ManagementServerTest {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir private static Path directory;
  private static TestHome home;
  private static Router router;

  @BeforeAll
  static void start() throws IOException {
    home = TestHome.in(directory);
    router = Router.daemon(home.config(), Clock.systemUTC());
  }

  @AfterAll
  static void stop() {
    router.close();
  }

  private static HttpResponse<String> ask(String method, String path, String accept)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://" + home.address("management") + "/observe/" + path);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody());
    return CLIENT.send(request.header("Accept", accept).build(), BodyHandlers.ofString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*/*",
        "text/plain",
        "text/plain;version=0.0.4",
        "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
      })
  void whoAcceptsTextGetsTheMetrics(String accept) throws Exception {
    HttpResponse<String> answer = ask("GET", "metrics", accept);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(answer.body()).contains("router_spool_events{destination=\"us-south\"} 0.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"metrics", "status", "health", "health/live", "health/ready"})
  void headIsGetWithoutTheBody(String path) throws Exception {
    HttpResponse<String> answer = ask("HEAD", path, "*/*");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValue("content-type"))
        .isEqualTo(ask("GET", path, "*/*").headers().firstValue("content-type"));
  }

  @Test
  void whatIsNotThereIsNotThereForHeadEither() throws Exception {
    assertThat(ask("HEAD", "nothing", "*/*").statusCode()).isEqualTo(404);
  }
}
