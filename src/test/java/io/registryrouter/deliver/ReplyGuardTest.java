package io.registryrouter.deliver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.registryrouter.support.Certificates;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that answers what it was not asked. */
@Timeout(20)
class ReplyGuardTest {

  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  private static final String BAD = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
  private static final String BUSY =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
  private static final String UNASKED =
      "something that no request asked for was on the connection; the next one is a new one";

  @TempDir private Path directory;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();

  /**
   * What each request gets; a text behind a bar comes once the reply has been read, behind {@code
   * |closes} nothing.
   */
  private final Deque<String> answers = new ArrayDeque<>();

  private final CountDownLatch replied = new CountDownLatch(1);
  private ServerSocket server;
  private CloseableHttpClient client;
  private String scheme = "http";

  private void start(String... replies) throws IOException {
    start(ServerSocketFactory.getDefault(), client(connectionManager()), replies);
  }

  private void start(ServerSocketFactory sockets, CloseableHttpClient with, String... replies)
      throws IOException {
    client = with;
    answers.addAll(List.of(replies));
    server = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread serving = new Thread(this::serve, "serving");
    serving.setDaemon(true);
    serving.start();
  }

  private static PoolingHttpClientConnectionManagerBuilder connectionManager() {
    return PoolingHttpClientConnectionManagerBuilder.create();
  }

  private static CloseableHttpClient client(PoolingHttpClientConnectionManagerBuilder pool) {
    HttpClientBuilder client = HttpClientBuilder.create().disableAutomaticRetries();
    ReplyGuard.install(client, pool);
    return client.setConnectionManager(pool.build()).build();
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  /** One connection at a time. */
  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        connections.incrementAndGet();
        while (readRequest(socket.getInputStream())) {
          requests.incrementAndGet();
          answer(socket.getOutputStream(), answers.isEmpty() ? OK : answers.remove());
        }
      } catch (IOException | InterruptedException e) {
        // the client has gone
      }
    }
  }

  private void answer(OutputStream out, String reply) throws IOException, InterruptedException {
    String[] parts = reply.split("\\|");
    out.write(parts[0].getBytes(ISO_8859_1));
    out.flush();
    if (reply.endsWith("|closes")) {
      throw new IOException("closed");
    }
    if (parts.length > 1) {
      replied.await();
      out.write(parts[1].getBytes(ISO_8859_1));
      out.flush();
    }
  }

  private static boolean readRequest(InputStream in) throws IOException {
    StringBuilder request = new StringBuilder();
    while (request.indexOf("\r\n\r\nbody") < 0) {
      int next = in.read();
      if (next < 0) {
        return false;
      }
      request.append((char) next);
    }
    return true;
  }

  /** Whether something lies on the client's side of a connection, unread. */
  private boolean hasArrived() throws IOException {
    String port = String.format(":%04X", server.getLocalPort());
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      for (String line : Files.readAllLines(Path.of(table))) {
        String[] of = line.strip().split("\\s+"); // number, local, remote, state, queues, …
        if (of[2].endsWith(port) && !of[4].endsWith(":00000000")) {
          return true;
        }
      }
    }
    return false;
  }

  private int post() throws IOException {
    HttpPost post = new HttpPost(scheme + "://localhost:" + server.getLocalPort() + "/");
    post.setEntity(new StringEntity("body"));
    return client.execute(post, response -> response.getCode());
  }

  @Test
  void aConnectionIsUsedAgain() throws IOException {
    start();

    assertThat(List.of(post(), post(), post())).containsExactly(200, 200, 200);
    assertThat(connections).hasValue(1);
  }

  @Test
  void aReplyThatCameAlongWithTheOneBeforeIsNotTakenForTheNext() throws IOException {
    start(OK + BAD);
    assertThat(post()).isEqualTo(200);

    assertThatThrownBy(this::post).hasRootCauseMessage(UNASKED);
    assertThat(post()).isEqualTo(200);
    assertThat(connections).hasValue(2);
  }

  private void requireThatWhatComesBetweenIsNoReply() throws IOException {
    assertThat(post()).isEqualTo(200);
    replied.countDown();
    await().until(this::hasArrived);

    assertThatThrownBy(this::post).hasRootCauseMessage(UNASKED);
    assertThat(post()).isEqualTo(200);
    assertThat(requests).hasValue(2);
    assertThat(connections).hasValue(2);
  }

  @Test
  void whatIsSaidOnAnIdleConnectionIsNotTakenForAReply() throws Exception {
    start(OK + "|" + OK);
    requireThatWhatComesBetweenIsNoReply();
  }

  @Test
  void norIsItOnAnEncryptedOne() throws Exception {
    Certificates authority = Certificates.in(directory);
    SSLContext tls = authority.server(authority.issue("server", Certificates.LOOPBACK, 2));
    scheme = "https";
    start(
        tls.getServerSocketFactory(),
        client(connectionManager().setTlsSocketStrategy(new DefaultClientTlsStrategy(tls))),
        OK + "|" + OK);
    requireThatWhatComesBetweenIsNoReply();
  }

  /** It may not have been read whole, and its rest be taken for another request. */
  @Test
  void behindARequestThatWasNotTakenTheConnectionIsNotUsedAgain() throws IOException {
    start(BUSY, BAD);

    assertThat(List.of(post(), post(), post())).containsExactly(503, 400, 200);
    assertThat(connections).hasValue(3);
  }

  @Test
  void whatGoesBeforeAReplyIsNoReply() throws IOException {
    start("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + OK);

    assertThat(List.of(post(), post())).containsExactly(200, 200);
    assertThat(connections).hasValue(1);
  }

  @Test
  void noReplyIsSaidToBeNone() throws IOException {
    start("|closes");

    assertThatThrownBy(this::post).isInstanceOf(NoHttpResponseException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n",
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 0",
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 3"
      })
  void aReplyWhoseHeadIsCutOffIsNone(String head) throws IOException {
    start(head + "|closes");

    assertThatThrownBy(this::post)
        .hasRootCauseMessage("the head of its reply ends without an empty line");
    assertThat(post()).isEqualTo(200);
  }
}
