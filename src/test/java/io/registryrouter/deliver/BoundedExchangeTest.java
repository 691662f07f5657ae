package io.registryrouter.deliver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.registryrouter.config.Units;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoundedExchangeTest {

  private static final String OK = "HTTP/1.1 200 OK\r\n";

  /** What a connection gets for each request. */
  private interface Answer {
    void write(OutputStream out) throws IOException, InterruptedException;
  }

  private record Reply(int status, byte[] body) {}

  private ServerSocket server;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private volatile Answer answer;
  private CloseableHttpClient client;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread accepting = new Thread(this::accept, "accepting");
    accepting.setDaemon(true);
    accepting.start();
    client = client(Duration.ofMinutes(1));
  }

  private static CloseableHttpClient client(Duration timeout) {
    HttpClientBuilder client = HttpClientBuilder.create().disableAutomaticRetries();
    PoolingHttpClientConnectionManagerBuilder pool =
        PoolingHttpClientConnectionManagerBuilder.create();
    ReplyGuard.install(client, pool);
    return client
        .addExecInterceptorFirst("bounded", new BoundedExchange(timeout))
        .setConnectionManager(pool.build())
        .build();
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        connections.incrementAndGet();
        Thread serving = new Thread(() -> serve(socket), "serving");
        serving.setDaemon(true);
        serving.start();
      }
    } catch (IOException e) {
      // closed: the test is over
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      while (readHead(socket.getInputStream())) {
        requests.incrementAndGet();
        answer.write(socket.getOutputStream());
        socket.getOutputStream().flush();
      }
    } catch (IOException | InterruptedException e) {
      // the client has gone
    }
  }

  private static boolean readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return false;
      }
      head.append((char) next);
    }
    return true;
  }

  private Reply post() throws IOException {
    return client.execute(
        new HttpPost("http://127.0.0.1:" + server.getLocalPort() + "/"),
        response -> new Reply(response.getCode(), EntityUtils.toByteArray(response.getEntity())));
  }

  private static Answer text(String text) {
    return out -> out.write(text.getBytes(ISO_8859_1));
  }

  @Test
  void aReplyIsGivenWholeAndItsConnectionUsedAgain() throws IOException {
    answer = text(OK + "Content-Length: 5\r\n\r\nhello");

    assertThat(new String(post().body(), ISO_8859_1)).isEqualTo("hello");
    assertThat(new String(post().body(), ISO_8859_1)).isEqualTo("hello");
    assertThat(connections).hasValue(1);
  }

  @Test
  void ofAReplyWithoutAnEndTheBeginningIsReadAndTheNextHasAConnectionOfItsOwn() throws IOException {
    answer =
        out -> {
          out.write((OK + "Content-Length: 9000000000\r\n\r\n").getBytes(ISO_8859_1));
          while (true) {
            out.write(new byte[100_000]);
          }
        };

    Reply endless = post();

    assertThat(endless.status()).isEqualTo(200);
    assertThat(endless.body()).hasSizeBetween(1_000_000, 1024 * 1024);
    answer = text(OK + "Content-Length: 2\r\n\r\nok");
    assertThat(post().body()).hasSize(2);
    assertThat(connections).hasValue(2);
  }

  @Test
  void aBodyThatBreaksDoesNotTakeTheStatusBack() throws IOException {
    answer = text(OK + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nno chunk\r\n");

    Reply broken = post();

    assertThat(broken.status()).isEqualTo(200);
    assertThat(new String(broken.body(), ISO_8859_1)).startsWith("abc");
  }

  private static Answer endless(String beginning, String again) {
    return out -> {
      out.write(beginning.getBytes(ISO_8859_1));
      while (true) {
        out.write(again.repeat(1000).getBytes(ISO_8859_1));
      }
    };
  }

  @ParameterizedTest
  @CsvSource({
    "'HTTP/1.1 200 ', x",
    "'HTTP/1.1 200 OK\r\nX: ', x",
    "'HTTP/1.1 200 OK\r\n', 'X: y\r\n'"
  })
  void aHeadWithoutAnEndIsNotReadOn(String beginning, String again) {
    answer = endless(lines(beginning), lines(again));

    assertThatThrownBy(this::post).isInstanceOf(MessageConstraintException.class);
  }

  @ParameterizedTest
  @CsvSource({"5;a=, x", "'0\r\nX: ', x", "'0\r\n', 'X: y\r\n'"})
  void aChunkOrTrailerWithoutAnEndIsNotReadOnAndTheStatusCounts(String beginning, String again)
      throws IOException {
    answer = endless(OK + "Transfer-Encoding: chunked\r\n\r\n" + lines(beginning), lines(again));

    assertThat(post().status()).isEqualTo(200);
  }

  private static String lines(String text) {
    return text.replace("\\r\\n", "\r\n");
  }

  /** As that of a name with several addresses, broken off between two of them. */
  @Test
  void whateverALateRequestEndsWithItIsLate() {
    client =
        HttpClientBuilder.create()
            .addExecInterceptorFirst("bounded", new BoundedExchange(Duration.ZERO))
            .addExecInterceptorAfter(
                "bounded",
                "broken off",
                (request, scope, chain) -> {
                  throw new IllegalStateException("Endpoint not acquired / already released");
                })
            .disableAutomaticRetries()
            .build();

    assertThatThrownBy(this::post)
        .isInstanceOf(BoundedExchange.LateException.class)
        .hasMessageContaining("Endpoint not acquired");
  }

  @Test
  void aReplyThatTricklesInIsNotWaitedFor() {
    client = client(Duration.ofMillis(100));
    answer =
        out -> {
          out.write(OK.getBytes(ISO_8859_1));
          while (true) {
            out.write("X".getBytes(ISO_8859_1));
            out.flush();
            Thread.sleep(10); // the destination's pace
          }
        };

    assertThatThrownBy(this::post)
        .isInstanceOf(BoundedExchange.LateException.class)
        .hasMessageStartingWith("request and reply took too long together: ");
  }

  @Test
  void ofAReplyWhoseBodyTricklesInTheStatusCounts() throws IOException {
    client = client(Duration.ofSeconds(1)); // a third of what all may take, classes loaded too
    answer =
        out -> {
          out.write((OK + "Content-Length: 9000\r\n\r\n").getBytes(ISO_8859_1));
          while (true) {
            out.write('x');
            out.flush();
            Thread.sleep(10); // the destination's pace
          }
        };

    assertThat(post().status()).isEqualTo(200);
  }

  /** As for want of direct memory. */
  @Test
  @Timeout(20)
  void anErrorWhileOneIsBrokenOffIsNoReasonToLookNoMore() throws Exception {
    client = client(Duration.ofMillis(10));
    CountDownLatch looked = new CountDownLatch(1);
    HttpPost unbreakable =
        new HttpPost("http://127.0.0.1:" + server.getLocalPort() + "/") {
          @Override
          public boolean cancel() {
            looked.countDown();
            throw new OutOfMemoryError("Cannot reserve direct buffer memory");
          }
        };
    answer =
        out -> {
          looked.await();
          out.write((OK + "Content-Length: 0\r\n\r\n").getBytes(ISO_8859_1));
        };
    client.execute(unbreakable, response -> response.getCode());

    answer = out -> new CompletableFuture<Void>().join();

    assertThatThrownBy(this::post).isInstanceOf(BoundedExchange.LateException.class);
  }

  @Test
  void theLongestTimeoutThatASettingTakesIsWaitedFor() throws IOException {
    client = client(Units.duration("36500d").orElseThrow());
    answer = text(OK + "Content-Length: 2\r\n\r\nok");

    assertThat(post().status()).isEqualTo(200);
  }

  @Test
  void anInterruptBreaksARequestOff() throws Exception {
    answer = out -> new CompletableFuture<Void>().join();
    AtomicReference<Exception> end = new AtomicReference<>();
    Thread delivering =
        new Thread(
            () -> {
              try {
                post();
              } catch (IOException | RuntimeException e) {
                end.set(e);
              }
            },
            "delivering");
    delivering.start();
    await().until(() -> requests.get() == 1);

    delivering.interrupt();
    delivering.join();

    assertThat(end.get()).isInstanceOf(IOException.class);
  }
}
