package io.registryrouter.intake.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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

  private Vertx vertx = HttpServers.vertx(() -> 10, Duration.ofSeconds(1));

  @AfterEach
  void close() {
    vertx.close();
  }

  private Socket connect() throws Exception {
    HttpServer server = listen(request -> request.response().end("answer"));
    Socket client = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
    client.setSoTimeout(30_000);
    return client;
  }

  private HttpServer listen(Handler<HttpServerRequest> handler) throws Exception {
    return vertx
        .createHttpServer(new HttpServerOptions())
        .requestHandler(handler)
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GET / HTTP/1.1\r\nHo"})
  void aConnectionThatDoesNothingIsClosed(String begun) throws Exception {
    try (Socket client = connect()) {
      client.getOutputStream().write(("GET / HTTP/1.1\r\n\r\n" + begun).getBytes(UTF_8));

      assertThat(new String(client.getInputStream().readAllBytes(), UTF_8)).endsWith("answer");
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

  private void bearIdleClients() {
    vertx.close();
    vertx = HttpServers.vertx(() -> 10, Duration.ofMinutes(1));
  }

  /** Which is not waited for. */
  private static SocketChannel channelTo(HttpServer server) throws IOException {
    SocketChannel client =
        SocketChannel.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.actualPort()));
    client.configureBlocking(false);
    return client;
  }

  private static void sendUntilNoMoreIsTaken(SocketChannel client, ByteBuffer ahead) {
    await()
        .pollInterval(Duration.ofMillis(20))
        .during(Duration.ofSeconds(1))
        .until(() -> client.write(ahead) == 0);
  }

  @Test
  void aBodyThatIsSentAheadAndThatNobodyReadsIsLeftInTheConnection() throws Exception {
    bearIdleClients();
    HttpServer server =
        listen(
            request -> {
              if (request.method() == HttpMethod.POST) {
                request.pause();
              } else {
                vertx.runOnContext(later -> request.response().end("answer"));
              }
            });
    String head =
        "GET / HTTP/1.1\r\n\r\nPOST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "1\r\nx\r\n".repeat(100) // more pieces than Vert.x keeps for who does not read
            + "7fffffff\r\n";
    ByteBuffer ahead = ByteBuffer.allocate(32 * 1024 * 1024);
    ahead.put(head.getBytes(UTF_8)).rewind();
    try (SocketChannel client = channelTo(server)) {

      sendUntilNoMoreIsTaken(client, ahead);

      assertThat(ahead.remaining()).as("what is not read").isPositive();
    }
  }

  @Test
  void howMuchIsNotReadOfItsAnswersIsNoMatterOfMemory() throws Exception {
    bearIdleClients();
    AtomicInteger handled = new AtomicInteger();
    String answer = "x".repeat(1000);
    HttpServer server =
        listen(
            request -> {
              handled.incrementAndGet();
              request.response().end(answer);
            });
    int all = 50_000;
    ByteBuffer ahead = ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".repeat(all).getBytes(UTF_8));
    try (SocketChannel client = channelTo(server)) {
      sendUntilNoMoreIsTaken(client, ahead);

      assertThat(handled.get()).as("answers that systems keep").isLessThan(all / 2);

      long expected = all * ("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n".length() + 1000L);
      ByteBuffer read = ByteBuffer.allocate(64 * 1024);
      long answered = 0;
      while (answered < expected) {
        client.configureBlocking(false);
        client.write(ahead);
        client.configureBlocking(true);
        answered += client.read(read.clear());
      }
      assertThat(handled.get()).isEqualTo(all);
    }
  }

  @Test
  void whatStandsBehindTheLastRequestOfAConnectionTakesNoMemory() throws Exception {
    HttpServer server = listen(request -> request.response().end("answer"));
    String requests =
        "GET / HTTP/1.1\r\nConnection: close\r\n\r\nPOST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n"
            + "unwelcome";
    long before = pieces();
    for (int i = 0; i < 200; i++) {
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
        client.getOutputStream().write(requests.getBytes(UTF_8));

        assertThat(new String(client.getInputStream().readAllBytes(), UTF_8)).endsWith("answer");
      }
    }

    assertThat(pieces() - before).as("what event loops keep for the next ones").isLessThan(100);
  }

  /** How many pieces of pooled memory are in use. */
  private static long pieces() {
    return PooledByteBufAllocator.DEFAULT.metric().directArenas().stream()
        .mapToLong(PoolArenaMetric::numActiveAllocations)
        .sum();
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
