package io.registryrouter.intake.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Camel's server is like that is made with this Vert.x. */
class HttpServersTest {

  private static final String UPGRADE =
      """
      GET / HTTP/1.1\r
      Host: router\r
      Connection: Upgrade, HTTP2-Settings\r
      Upgrade: h2c\r
      HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r
      \r
      """;

  private final Vertx vertx = HttpServers.vertx(() -> 10, Duration.ofSeconds(1));

  @AfterEach
  void close() {
    vertx.close();
  }

  private Socket connect() throws Exception {
    HttpServer server =
        vertx
            .createHttpServer(new HttpServerOptions())
            .requestHandler(request -> request.response().end("answer"))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    Socket client = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
    client.setSoTimeout(30_000);
    return client;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GET / HTTP/1.1\r\nHo"})
  void aConnectionThatDoesNothingIsClosed(String begun) throws Exception {
    try (Socket client = connect()) {
      client.getOutputStream().write(begun.getBytes(UTF_8));

      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void whatIsSentAheadIsAnsweredInTurnAndOnceWithoutMore() throws Exception {
    try (Socket client = connect()) {
      client.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".repeat(5000).getBytes(UTF_8));

      String answers = new String(client.getInputStream().readAllBytes(), UTF_8);
      assertThat(answers.split("\r\n\r\nanswer", -1)).hasSize(5001).endsWith("");
    }
  }

  @Test
  void nobodyIsTakenToHttp2() throws Exception {
    try (Socket client = connect()) {
      client.getOutputStream().write(UPGRADE.getBytes(UTF_8));

      assertThat(new String(client.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .endsWith("\r\n\r\nanswer");
    }
  }
}
