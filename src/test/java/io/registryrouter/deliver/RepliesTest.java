package io.registryrouter.deliver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.spool.Slice;
import io.registryrouter.support.TestHome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepliesTest {

  private static final String OWN = "router.destination.us-south.";

  @TempDir Path directory;
  private TestHome home;

  @BeforeEach
  void configure() throws IOException {
    home =
        TestHome.in(directory)
            .set(OWN + "type", "http")
            .set(OWN + "url", "https://logs.example/")
            .set(OWN + "format", "logdna");
  }

  private static Slice slice(int events) {
    byte[] bytes = "{}\n".repeat(events).getBytes(StandardCharsets.UTF_8);
    return new Slice(
        "us-south", "id", 0, bytes.length, bytes, bytes.length, events, at -> Instant.EPOCH);
  }

  private Outcome outcome(int events, int status, String body) throws IOException {
    return new Replies(home.config(), Clock.systemUTC())
        .outcome(
            slice(events),
            status,
            null,
            body == null ? null : new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
  }

  /** In the file of dead letters, where a byte that is no UTF-8 becomes three. */
  @Test
  void anAnswerIsKeptUpToOneKibibyte() throws Exception {
    home.set(OWN + "format", "ndjson");
    byte[] latin = "\u00e9".repeat(3000).getBytes(StandardCharsets.ISO_8859_1);

    Outcome outcome =
        new Replies(home.config(), Clock.systemUTC())
            .outcome(slice(1), 400, null, new ByteArrayInputStream(latin));

    assertThat(outcome).isEqualTo(new Outcome.Reject(400, "\ufffd".repeat(1024 / 3)));
    assertThat(outcome(1, 400, "x".repeat(1023) + "\u00e9"))
        .isEqualTo(new Outcome.Reject(400, "x".repeat(1023)));
  }

  @Test
  void aLogdnaAnswerHasACodeALine() throws Exception {
    assertThat(outcome(2, 207, "{\"batchID\":\"x:1\",\"status\":[200,400]}"))
        .isEqualTo(new Outcome.Partly(java.util.List.of(200, 400), Optional.empty()));
  }

  @Test
  void thousandsOfCodesAreRead() throws Exception {
    String codes = "200, ".repeat(4999) + "200";

    assertThat(outcome(5000, 207, "{\"status\": [" + codes + "]}"))
        .isEqualTo(new Outcome.Delivered());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "stored",
        "[200,200]",
        "{}",
        "{\"status\":200}",
        "{\"status\":[200,200]",
        "{\"status\":[200,200]}x",
        "{\"status\":[200,\"200\"]}",
        "{\"status\":[200,200.0]}",
        "{\"status\":[200,99999999999]}",
        "{\"status\":[200,[200]]}",
        "{\"status\":[200,200],\"status\":null,\"status\":[]}",
        "{\"code\":[200,200]}"
      })
  void anAnswerThatCannotBeReadIsTheWholeRequestAgain(String body) throws Exception {
    assertThat(outcome(2, 207, body))
        .isEqualTo(new Outcome.Retry("HTTP status 207 with no readable codes for 2 lines"));
  }

  @Test
  void noAnswerIsTheWholeRequestAgain() throws Exception {
    assertThat(outcome(2, 207, null))
        .isEqualTo(new Outcome.Retry("HTTP status 207 with no readable codes for 2 lines"));
  }

  @Test
  void otherFormatsTakeItAsSuccess() throws Exception {
    home.set(OWN + "format", "json");

    assertThat(outcome(2, 207, "{\"status\":[200,500]}")).isEqualTo(new Outcome.Delivered());
  }

  @Test
  void aRefusalKeepsTheBeginningOfTheAnswer() throws Exception {
    assertThat(outcome(2, 400, "x".repeat(2000)))
        .isEqualTo(new Outcome.Reject(400, "x".repeat(1024)));
  }

  @Test
  void aRefusedTokenIsReadAnewEvenWhenItsFileDoesNotLookChanged() throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "half of the new tok");
    FileTime time = Files.getLastModifiedTime(file);
    RouterConfig config = home.set(OWN + "token.file", "token").config();
    Requests requests = new Requests(config, Clock.systemUTC(), () -> "host");
    String before = requests.request(slice(1)).headers().get("Authorization");
    Files.writeString(file, "whole");
    Files.setLastModifiedTime(file, time);

    new Replies(config, Clock.systemUTC()).outcome(slice(1), 401, null, null);

    assertThat(before).isEqualTo("Bearer half of the new tok");
    assertThat(requests.request(slice(1)).headers()).containsEntry("Authorization", "Bearer whole");
  }

  /** A secret that is gone must not undo what has been delivered. */
  @ParameterizedTest
  @ValueSource(ints = {200, 503, 400})
  void whatAReplyMeansNeedsNoSecret(int status) throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "S3cr3t");
    RouterConfig config = home.set(OWN + "token.file", "token").config();
    Files.delete(file);

    Outcome outcome =
        new Replies(config, Clock.systemUTC())
            .outcome(slice(1), status, null, new ByteArrayInputStream("S3cr3t".getBytes(UTF_8)));

    assertThat(outcome).isEqualTo(Reply.classify(status, null, "***", Instant.EPOCH));
  }

  @ParameterizedTest
  @ValueSource(strings = {"token", "api-key", "user"})
  void aSecretThatIsSaidAgainIsNotKept(String key) throws Exception {
    home.set(OWN + key, "S3cr3t-and-long");

    for (int before : new int[] {0, 500, 1010, 1015, 1020, 1024, 2000}) {
      String said = "x".repeat(before) + "S3cr3t-and-long and more".repeat(100);
      assertThat(outcome(1, 400, said).toString()).doesNotContain("S3cr", "S3c");
    }
    assertThat(outcome(1, 400, "key S3cr3t-and-lo")) // a body that broke off
        .isEqualTo(new Outcome.Reject(400, "key ***"));
  }

  /** JSON may escape a slash, and PHP does; base64 has slashes. */
  @Test
  void aSecretThatIsSaidAgainInAnotherFormIsNotKept() throws Exception {
    home.set(OWN + "token", "ab/cd\"ef+gh==");

    assertThat(
            outcome(
                1,
                400,
                "ab/cd\"ef+gh== ab/cd\\\"ef+gh== ab\\/cd\\\"ef+gh== ab%2Fcd%22ef%2Bgh%3D%3D."))
        .isEqualTo(new Outcome.Reject(400, "*** *** *** ***."));
  }

  @Test
  void theTokenThatWasSentIsNotKeptNorTheOneOfNow() throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "first-token");
    RouterConfig config = home.set(OWN + "token.file", "token").config();
    Requests requests = new Requests(config, Clock.systemUTC(), () -> "host");
    requests.request(slice(1));
    Files.writeString(file, "");
    assertThatThrownBy(() -> requests.request(slice(1)))
        .hasMessage("secret file " + file + " cannot be used: it is empty");
    Files.writeString(file, "second");

    Outcome outcome =
        new Replies(config, Clock.systemUTC())
            .outcome(
                slice(1),
                400,
                null,
                new ByteArrayInputStream("not first-token but second".getBytes(UTF_8)));

    assertThat(outcome).isEqualTo(new Outcome.Reject(400, "not *** but ***"));
  }

  /** A tree of them would take thirty times their size. */
  @Test
  void codesOfMoreThanWasSentTakeLittleMemory() throws Exception {
    String codes = "[" + "[],".repeat(300_000) + "1]";
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    byte[] body = ("{\"x\":" + codes + ",\"status\":" + codes + "}").getBytes(UTF_8);
    long before = threads.getCurrentThreadAllocatedBytes();

    assertThat(LineStatuses.parse(body, 2)).isEmpty();
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(body.length);
  }
}
