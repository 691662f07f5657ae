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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.entity.GzipCompressingEntity;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.EntityTemplate;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that answers when it has read the head of a request. */
@Timeout(30)
class EarlyReplyTest {

  private static final String TOO_LARGE =
      "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  private static final int STEP = 8 * 1024;
  private static final long LARGE = 240 << 20; // more than sockets hold

  /** What the server does once it has answered. */
  private enum Then {
    CLOSE,
    HALF_CLOSE,
    KEEP,
    READ
  }

  @TempDir private Path directory;
  private final CountDownLatch answered = new CountDownLatch(1);
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicLong read = new AtomicLong();
  private final List<Socket> kept = new ArrayList<>();
  private ServerSocket server;
  private CloseableHttpClient client;
  private String scheme = "http";

  private void start(boolean tls, String answer, Then then) throws Exception {
    PoolingHttpClientConnectionManagerBuilder pool =
        PoolingHttpClientConnectionManagerBuilder.create();
    ServerSocketFactory sockets = ServerSocketFactory.getDefault();
    if (tls) {
      Certificates authority = Certificates.in(directory);
      SSLContext context = authority.server(authority.issue("server", Certificates.LOOPBACK, 2));
      pool.setTlsSocketStrategy(new DefaultClientTlsStrategy(context));
      sockets = context.getServerSocketFactory();
      scheme = "https";
    }
    HttpClientBuilder builder = HttpClientBuilder.create().disableAutomaticRetries();
    ReplyGuard.install(builder, pool);
    client = builder.setConnectionManager(pool.build()).build();
    server = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread serving = new Thread(() -> serve(answer, then), "serving");
    serving.setDaemon(true);
    serving.start();
  }

  @AfterEach
  void stop() throws IOException {
    over.countDown();
    client.close();
    server.close();
    for (Socket socket : kept) {
      socket.close();
    }
  }

  private void serve(String answer, Then then) {
    try {
      Socket socket = server.accept();
      kept.add(socket);
      readHead(socket.getInputStream());
      socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
      socket.getOutputStream().flush();
      switch (then) {
        case CLOSE -> socket.close();
        case HALF_CLOSE -> socket.shutdownOutput();
        case READ -> {
          answered.countDown();
          read.set(socket.getInputStream().readNBytes((int) (LARGE / 64)).length);
        }
        case KEEP -> {}
      }
      answered.countDown();
    } catch (IOException e) {
      // the client has gone
    }
  }

  private static void readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.read());
    }
  }

  private int post(HttpEntity body) throws IOException {
    HttpPost post = new HttpPost(scheme + "://localhost:" + server.getLocalPort() + "/");
    post.setEntity(body);
    return client.execute(post, response -> response.getCode());
  }

  /** Goes on when the server has answered. */
  private HttpEntity body(long length) {
    return new EntityTemplate(length, ContentType.TEXT_PLAIN, null, out -> write(out, length));
  }

  private void write(OutputStream out, long length) throws IOException {
    byte[] piece = new byte[256 * 1024]; // that does not compress
    try {
      new Random(length).nextBytes(piece);
      out.write(piece);
      answered.await();
      for (long at = piece.length; at < length; at += STEP) {
        out.write(piece, 0, STEP);
        if (scheme.equals("https")) {
          Thread.sleep(5); // the pace of a network
        }
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "false, CLOSE", "false, HALF_CLOSE", "false, KEEP",
    "true, CLOSE", "true, HALF_CLOSE", "true, KEEP"
  })
  void aRefusalEndsTheSendingAndCounts(boolean tls, Then then) throws Exception {
    start(tls, TOO_LARGE, then);

    assertThat(post(body(LARGE))).isEqualTo(413);
  }

  /** In one call that does not come back. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRefusalCountsThatBreaksTheSendingOff(boolean tls) throws Exception {
    start(tls, TOO_LARGE, Then.CLOSE);
    byte[] large = new byte[64 << 20];
    HttpEntity body =
        new EntityTemplate(
            large.length,
            ContentType.TEXT_PLAIN,
            null,
            out -> {
              for (int i = 0; i < 4096; i++) {
                out.write(large, 0, 16 * 1024);
              }
            });

    assertThat(post(body)).isEqualTo(413);
  }

  @Test
  void aRefusalCountsOfACompressedBodyAsWell() throws Exception {
    start(false, TOO_LARGE, Then.KEEP);

    assertThat(post(new GzipCompressingEntity(body(LARGE)))).isEqualTo(413);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatGoesBeforeAReplyAndASuccessAreNoReasonToSendLess(boolean tls) throws Exception {
    start(tls, "HTTP/1.1 103 Early Hints\r\n\r\n" + OK, Then.READ);

    assertThat(post(body(LARGE / 64))).isEqualTo(200);
    await().until(() -> read.get() == LARGE / 64);
  }

  @Test
  void aServerThatBreaksOffWithoutAReplyHasNotReplied() throws Exception {
    start(false, "", Then.CLOSE);

    assertThatThrownBy(() -> post(body(LARGE))).isInstanceOf(IOException.class);
  }

  /** The client would close all its connections for ever. */
  @Test
  void wantOfMemoryWhileSendingIsAFailureOfOneRequest() throws Exception {
    start(false, TOO_LARGE, Then.CLOSE);
    HttpEntity none =
        new HttpEntityWrapper(body(LARGE)) {
          @Override
          public void writeTo(OutputStream out) {
            throw new OutOfMemoryError("none left");
          }
        };

    assertThatThrownBy(() -> post(none))
        .isInstanceOf(IOException.class)
        .hasMessage("the router itself: java.lang.OutOfMemoryError: none left");
    assertThatThrownBy(() -> post(none)).isInstanceOf(IOException.class);
  }
}
