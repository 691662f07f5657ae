package io.registryrouter.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.registryrouter.config.DestinationSettings.Format;
import io.registryrouter.spool.Slice;
import io.registryrouter.support.Events;
import io.registryrouter.support.TestHome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The pages in docs/formats: their shape, the requests of the ways out, what they say of replies.
 */
class FormatPagesTest {

  private static final Path PAGES = TestHome.CHECKOUT.resolve("docs/formats");
  private static final Clock NOW =
      Clock.fixed(Instant.ofEpochMilli(1_566_000_000_000L), ZoneOffset.UTC);
  private static final String EVENT =
      Events.pull("us.icr.io", "e1").replaceFirst("}$", "")
          + ",\"enrichment\":{\"actionDescription\":\"Pull an image from IBM Cloud Container"
          + " Registry.\",\"registryDomain\":\"us.icr.io\",\"registryRegion\":\"us-south\","
          + "\"eventsLocation\":\"Dallas (us-south)\",\"path\":\"activity-tracker\"}}";

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"ndjson,1", "json,1", "logdna,1", "cloud-logs,1", "cloudevents,3"})
  void theRequestsShownAreWhatIsSent(String page, int requests) throws IOException {
    List<String> settings = blocks(page, "properties");
    List<String> shown = blocks(page, "http");
    Files.writeString(directory.resolve("secret"), "secret\n");
    TestHome home = TestHome.in(directory);

    List<String> sent = new ArrayList<>();
    for (String block : settings) {
      set(home, block);
      sent.add(text(new Requests(home.config(), NOW, () -> "router-1")));
    }

    assertThat(shown).isEqualTo(sent).hasSize(requests);
  }

  private static String text(Requests requests) throws IOException {
    byte[] bytes = (EVENT + "\n").getBytes(StandardCharsets.UTF_8);
    String spool = "0a1b2c3d-0000-4000-8000-000000000000";
    Slice slice =
        new Slice(
            "us-south", spool, 0, bytes.length, bytes, bytes.length, 1, offset -> Instant.EPOCH);
    Requests.Request request = requests.request(slice);
    StringBuilder text = new StringBuilder("POST " + requests.url(slice) + "\n");
    text.append("Content-Type: ").append(request.body().getContentType()).append('\n');
    request.headers().forEach((name, value) -> text.append(name + ": " + value + "\n"));
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    request.body().writeTo(body);
    return text.append('\n').append(body.toString(StandardCharsets.UTF_8).strip()) + "\n";
  }

  @Test
  void everyFormatHasAPageThatTheIndexNames() throws IOException {
    String index = Files.readString(PAGES.resolve("README.md"));

    for (Format format : Format.values()) {
      assertThat(index).contains("`" + format.label() + "`");
    }
    for (MatchResult link :
        Pattern.compile("\\]\\(([a-z-]+\\.md)\\)").matcher(index).results().toList()) {
      assertThat(PAGES.resolve(link.group(1))).exists();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyPageHasTheSameShape(String page) throws IOException {
    String text = Files.readString(PAGES.resolve(page + ".md"));
    List<String> parts = List.of(text.split("\n## "));
    TestHome home = TestHome.in(directory);

    assertThat(parts.get(0)).startsWith("# ").containsPattern("\\]\\(https://\\S+\\)");
    assertThat(parts.stream().skip(1).map(part -> part.lines().findFirst().orElseThrow()))
        .containsExactly("Settings", "Request", "Replies");
    assertThat(parts.get(1)).contains("```properties\n");
    assertThat(parts.get(2)).contains("```http\n");
    assertThat(parts.get(3))
        .startsWith(
            parts.get(0).startsWith("# In: ")
                ? "Replies\n\n| status | when | the "
                : "Replies\n\n| reply | what the router does |\n");
    Files.writeString(directory.resolve("secret"), "secret\n");
    for (String block : blocks(page, "properties")) {
      set(home, block);
      assertThatCode(home::config).doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ndjson", "json", "logdna", "cloud-logs", "cloudevents"})
  void whatAPageSaysOfAStatusIsWhatIsDone(String page) throws IOException {
    String table = Files.readString(PAGES.resolve(page + ".md")).split("\n## Replies\n", 2)[1];
    Map<Integer, String> said = new TreeMap<>();
    for (String row : table.lines().filter(line -> line.startsWith("| ")).skip(1).toList()) {
      String[] cells = row.substring(2).split(" \\| ", 2);
      statuses(cells[0]).forEach(status -> said.put(status, cells[1]));
    }

    assertThat(said.keySet()).contains(200, 204, 301, 400, 401, 403, 404, 408, 413, 422, 429, 503);
    said.forEach(
        (status, done) ->
            assertThat(Reply.classify(status, null, "", Instant.EPOCH))
                .as("%d: %s", status, done)
                .satisfies(outcome -> assertThat(wording(outcome)).isSubstringOf(done)));
  }

  /** Those that a cell names, of a class some; 207 is about lines. */
  private static List<Integer> statuses(String cell) {
    if (cell.startsWith("207")) {
      return List.of();
    }
    List<Integer> statuses = new ArrayList<>();
    for (MatchResult found :
        Pattern.compile("\\b([2-5])(\\d\\d|xx)\\b").matcher(cell).results().toList()) {
      List<String> last = found.group(2).equals("xx") ? List.of("00", "01", "03", "04") : null;
      for (String end : last == null ? List.of(found.group(2)) : last) {
        statuses.add(Integer.valueOf(found.group(1) + end));
      }
    }
    statuses.remove(Integer.valueOf(207));
    return statuses;
  }

  private static String wording(Outcome outcome) {
    if (outcome instanceof Outcome.Delivered) {
      return "the events are delivered";
    }
    if (outcome instanceof Outcome.Retry retry) {
      return retry.operator()
          ? "tried again; health, `status` and the log say that an operator has to act"
          : "tried again after 200 ms to 30 s (`backoff`), or as `Retry-After` says";
    }
    return "halved until the offending event is alone; that one is a dead letter, `rejected`";
  }

  static List<String> pages() throws IOException {
    try (Stream<Path> files = Files.list(PAGES)) {
      return files
          .map(file -> file.getFileName().toString().replaceFirst("\\.md$", ""))
          .filter(page -> !page.equals("README"))
          .sorted()
          .toList();
    }
  }

  /** Settings as a page shows them, with a secret of this test. */
  private static void set(TestHome home, String block) {
    for (String line : block.lines().toList()) {
      home.set(line.split("=", 2)[0], line.split("=", 2)[1].replaceFirst("/run/.*", "secret"));
    }
  }

  private static List<String> blocks(String page, String language) throws IOException {
    return Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(PAGES.resolve(page + ".md")))
        .results()
        .map(block -> block.group(1))
        .toList();
  }
}
