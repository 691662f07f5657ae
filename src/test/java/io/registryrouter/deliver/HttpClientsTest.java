package io.registryrouter.deliver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.config.DestinationSettings;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.TestHome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpClientsTest {

  @TempDir private Path directory;

  private final AtomicInteger closed = new AtomicInteger();

  @Test
  void aConnectionThatTheDestinationHasClosedIsNotUsedAgain() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread serving = new Thread(() -> serve(server), "serving");
      serving.setDaemon(true);
      serving.start();
      String url = "http://127.0.0.1:" + server.getLocalPort() + "/";
      try (CloseableHttpClient client = client(url)) {
        for (int request = 1; request <= 3; request++) {
          assertThat(post(client, url)).isEqualTo(204);
          int before = request;
          await() // the destination's idle time is what is tried out
              .pollDelay(Duration.ofMillis(150))
              .until(() -> closed.get() == before);
        }
      }
    }
  }

  /** A decoder would not read to the end of the body, and its connection not be given back. */
  @Test
  void repliesAreNotAskedForCompressedAndNotDecoded() throws Exception {
    try (HttpStub stub = HttpStub.start().header("Content-Encoding", "gzip")) {
      stub.answer(200, "as it came");
      try (CloseableHttpClient client = client(stub.url())) {
        String said =
            client.execute(
                new HttpPost(stub.url()), reply -> EntityUtils.toString(reply.getEntity()));

        assertThat(said).isEqualTo("as it came");
      }
      assertThat(stub.requests().get(0).headers()).containsEntry("accept-encoding", "identity");
    }
  }

  private CloseableHttpClient client(String url) throws IOException {
    DestinationSettings settings =
        TestHome.in(directory)
            .set("router.destination.us-south.type", "http")
            .set("router.destination.us-south.url", url)
            .config()
            .destinations()
            .get("us-south");
    HttpClientBuilder builder = HttpClientBuilder.create();
    HttpClients.configure(builder, () -> settings);
    return builder.build();
  }

  private static int post(CloseableHttpClient client, String url) throws IOException {
    return client.execute(new HttpPost(url), HttpResponse::getCode);
  }

  /** Closes each connection behind its first reply, and does not say so. */
  private void serve(ServerSocket server) {
    try {
      while (true) {
        try (Socket socket = server.accept()) {
          BufferedReader in =
              new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
          while (!in.readLine().isEmpty()) {
            // the head
          }
          socket.getOutputStream().write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(ISO_8859_1));
        }
        closed.incrementAndGet();
      }
    } catch (IOException e) {
      // closed: the test is over
    }
  }
}
