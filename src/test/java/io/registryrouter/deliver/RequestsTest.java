package io.registryrouter.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.registryrouter.spool.Slice;
import io.registryrouter.support.TestHome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestsTest {

  private static final String OWN = "router.destination.us-south.";
  private static final String EVENTS = "{\"a\": 1.0}\n{\"b\":\"é\\n\"}\n";

  private static final Clock NOW =
      Clock.fixed(Instant.ofEpochMilli(1_566_000_000_000L), ZoneOffset.UTC);

  @TempDir Path directory;
  private TestHome home;

  @BeforeEach
  void configure() throws IOException {
    home = TestHome.in(directory);
    set("type", "http");
    set("url", "https://logs.example/events?tenant=7");
  }

  private void set(String key, String value) {
    home.set(OWN + key, value);
  }

  private Requests requests() {
    return new Requests(home.config(), NOW, () -> "router 1");
  }

  private Requests.Request request() throws IOException {
    return requests().request(slice());
  }

  private static Slice slice() {
    byte[] bytes = (EVENTS + "stale").getBytes(StandardCharsets.UTF_8);
    int length = EVENTS.getBytes(StandardCharsets.UTF_8).length;
    return new Slice("us-south", "id", 10, 10 + length, bytes, length, 2, offset -> Instant.EPOCH);
  }

  private static byte[] body(Requests.Request request) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    request.body().writeTo(out);
    return out.toByteArray();
  }

  private static String text(Requests.Request request) throws IOException {
    return new String(body(request), StandardCharsets.UTF_8);
  }

  @Test
  void theUrlKeepsItsQuery() {
    String url = requests().url(slice());

    assertThat(url).isEqualTo("https://logs.example/events?tenant=7");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/logs/ingest | /logs/ingest?now=1566000000000&hostname=router+1",
        "/logs/ingest?tags=a,b%20c | /logs/ingest?tags=a,b%20c&now=1566000000000&hostname=router+1",
        "/logs/ingest?hostname=eu | /logs/ingest?hostname=eu&now=1566000000000",
        "/logs/ingest?x=1&hostname=eu | /logs/ingest?x=1&hostname=eu&now=1566000000000",
        "/logs/ingest?myhostname=eu | /logs/ingest?myhostname=eu&now=1566000000000&hostname=router+1"
      })
  void logdnaIsToldWhenAndFromWhere(String url, String expected) {
    set("format", "logdna");
    set("url", "https://logs.example" + url);

    assertThat(requests().url(slice())).isEqualTo("https://logs.example" + expected);
  }

  @Test
  void aBodyIsTheSameEachTimeItIsWritten() throws Exception {
    set("format", "json");
    Requests.Request request = request();

    assertThat(request.body().isRepeatable()).isTrue();
    assertThat(body(request))
        .isEqualTo(body(request))
        .hasSize((int) request.body().getContentLength());
  }

  @Test
  void ndjsonIsTheSliceByteForByte() throws Exception {
    Requests.Request request = request();

    assertThat(text(request)).isEqualTo(EVENTS);
    assertThat(request.body().getContentType()).isEqualTo("application/x-ndjson");
    assertThat(request.body().getContentEncoding()).isNull();
  }

  @Test
  void jsonIsAnArrayOfTheSameEvents() throws Exception {
    set("format", "json");

    Requests.Request request = request();

    assertThat(text(request)).isEqualTo("[{\"a\": 1.0},{\"b\":\"é\\n\"}]");
    assertThat(new ObjectMapper().readTree(body(request))).hasSize(2);
    assertThat(request.body().getContentType()).startsWith("application/json");
  }

  @Test
  void gzipIsTheSameBodyCompressed() throws Exception {
    set("compression", "gzip");

    Requests.Request request = request();

    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body(request)))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(EVENTS);
    }
    assertThat(request.body().getContentEncoding()).isEqualTo("gzip");
    assertThat(request.body().getContentType()).isEqualTo("application/x-ndjson");
  }

  @Test
  void theKeyIsTheSpoolAndTheRange() throws Exception {
    assertThat(request().headers())
        .isEqualTo(Map.of("Idempotency-Key", "id-10-" + (10 + slice().length())));
  }

  @Test
  void aTokenIsABearerToken() throws Exception {
    set("token", "secret");

    assertThat(request().headers()).containsEntry("Authorization", "Bearer secret").hasSize(2);
  }

  @Test
  void userAndPasswordAreBasic() throws Exception {
    set("user", "Aladdin");
    set("password", "open sesame");

    assertThat(request().headers())
        .containsEntry("Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
        .hasSize(2);
  }

  @Test
  void anEmptyPasswordIsAPassword() throws Exception {
    set("user", "key");
    set("password", "");

    assertThat(request().headers()).containsEntry("Authorization", "Basic a2V5Og==");
  }

  @Test
  void anApiKeyHasItsOwnHeader() throws Exception {
    set("api-key", "k");

    assertThat(request().headers()).containsEntry("apikey", "k").hasSize(2);
  }

  @Test
  void aSecretFileIsReadAgainWhenItChanges() throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "one\n");
    set("token.file", "token");
    Requests requests = requests();
    String before = requests.request(slice()).headers().get("Authorization");

    Files.writeString(file, "two\n");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));

    assertThat(before).isEqualTo("Bearer one");
    assertThat(requests.request(slice()).headers()).containsEntry("Authorization", "Bearer two");
  }
}
