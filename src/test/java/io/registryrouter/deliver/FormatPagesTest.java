package io.registryrouter.deliver;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages of the out formats in docs/formats: their settings make the requests they show. */
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
      for (String line : block.lines().toList()) {
        home.set(line.split("=", 2)[0], line.split("=", 2)[1].replaceFirst("/run/.*", "secret"));
      }
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

  private static List<String> blocks(String page, String language) throws IOException {
    return Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(PAGES.resolve(page + ".md")))
        .results()
        .map(block -> block.group(1))
        .toList();
  }
}
