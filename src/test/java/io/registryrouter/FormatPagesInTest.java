package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages of formats that come in: their requests are sent, replies and arrivals compared. */
class FormatPagesInTest {

  private static final Pattern BLOCK = Pattern.compile("```(\\w+)\\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"activity-tracker", "distribution-notifications", "cloudevents-in"})
  void whatThePageShowsIsWhatHappens(String page) throws Exception {
    String text = Files.readString(TestHome.CHECKOUT.resolve("docs/formats/" + page + ".md"));
    List<String> http = blocks(text, "http");
    List<String> arrivals = blocks(text, "json").get(0).lines().toList();
    TestHome home = TestHome.in(directory);
    configure(home, blocks(text, "yaml"));

    try (Router router = Router.daemon(home.config(), Clock.systemUTC())) {
      for (int i = 0; i < http.size(); i += 2) {
        assertThat(send(home, http.get(i))).isEqualTo(http.get(i + 1));
      }

      await().until(() -> router.spools().backlog() == 0);
      assertThat(home.archived("us-south")).isEqualTo(arrivals);
    }
  }

  /** The page's registry and its `when` as an operator would add them. */
  private static void configure(TestHome home, List<String> yaml) throws IOException {
    if (!yaml.isEmpty()) {
      home.edit("config/registries.yaml", "registries:\n", "registries:\n" + yaml.get(1).indent(2));
      String before = "- to: spool:eu-de\n";
      home.edit("routes/40-route.camel.yaml", before, before + yaml.get(2).indent(14));
    }
  }

  private static String send(TestHome home, String shown) throws Exception {
    String[] parts = shown.split("\n\n", 2);
    String[] head = parts[0].split("\n");
    String[] headers =
        Arrays.stream(head)
            .skip(1)
            .flatMap(line -> Stream.of(line.split(": ", 2)))
            .toArray(String[]::new);
    HttpResponse<String> reply = home.send(head[0].split(" ")[1], parts[1], headers);
    return String.format(
        "HTTP/1.1 %d Accepted\nContent-Type: %s\n\n%s\n",
        reply.statusCode(), reply.headers().firstValue("Content-Type").orElse(""), reply.body());
  }

  private static List<String> blocks(String text, String language) {
    List<String> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      if (block.group(1).equals(language)) {
        blocks.add(block.group(2));
      }
    }
    return blocks;
  }
}
