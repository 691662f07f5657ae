package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.config.DestinationSettings;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.support.Certificates;
import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.RouterProcess.Ended;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What README.md shows is what happens: its commands are run, its blocks are compared. */
class ReadmeTest {

  private static final Pattern BLOCK = Pattern.compile("```(\\w+)\\n(.*?)```", Pattern.DOTALL);

  /** Run elsewhere: this build itself, and what needs a container engine. */
  private static final List<String> NOT_HERE =
      List.of("mvn -B verify", "docker compose -f docker/compose.yaml up --build");

  @TempDir private Path directory;
  private TestHome home;

  @BeforeEach
  void copyTheShippedConfiguration() throws IOException {
    home = TestHome.in(directory);
  }

  @Test
  void everyCommandWorks() throws Exception {
    List<String> shell = new ArrayList<>();
    boolean daemon = false;
    for (String command : String.join("", blocks("sh")).lines().toList()) {
      if (command.equals("bin/router run")) {
        daemon = true;
      } else if (command.equals("bin/router status")) {
        shell.add(command);
      } else if (command.startsWith("bin/router ")) {
        Ended ended = RouterProcess.run(home, command.substring(11).split(" "));
        assertThat(ended.code()).as(command + "\n" + ended.err()).isZero();
      } else if (!NOT_HERE.contains(command)) {
        shell.add(command);
      }
    }
    assertThat(daemon).isTrue();
    assertThat(shell).hasSize(5);
    try (RouterProcess running = RouterProcess.start(home, "run")) {
      await().until(running::isReady);
      List<String> printed = new ArrayList<>();
      for (String command : shell) {
        printed.add(command.equals("bin/router status") ? status() : bash(command));
      }

      assertThat(printed.get(1)).isEqualTo("{\"accepted\":9,\"deadLettered\":0}");
      assertThat(printed.get(2)).startsWith("{\"status\":\"UP\"");
      assertThat(printed.get(3)).contains("router_events_received_total");
      assertThat(printed.get(4)).contains("in spool at start 0 + received ");
      Path taken = home.data().resolve("inbox/activity-tracker/.done/01-dallas-ci-pipeline.ndjson");
      await().until(() -> Files.exists(taken));
      running.terminate();
      assertThat(running.waitForEnd().code()).isZero();
    }
  }

  private String status() throws IOException, InterruptedException {
    Ended ended = RouterProcess.run(home, "status");
    assertThat(ended.code()).as(ended.err()).isZero();
    return ended.out();
  }

  private String bash(String command) throws IOException, InterruptedException {
    String here =
        command
            .replace("127.0.0.1:8080", home.address("http"))
            .replace("127.0.0.1:9876", home.address("management"))
            .replace(" data/", " " + home.data() + "/");
    Process process =
        new ProcessBuilder("bash", "-c", here)
            .directory(TestHome.CHECKOUT.toFile())
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(here + "\n" + printed).isZero();
    return printed;
  }

  @ParameterizedTest
  @CsvSource({"docs/what-happens-when.md, 60", "docs/security.md, 15"})
  void theTestsNamedExist(String file, int atLeast) throws IOException {
    Matcher name =
        Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`")
            .matcher(Files.readString(TestHome.CHECKOUT.resolve(file)));
    int named = 0;
    while (name.find()) {
      String method =
          name.group(2) == null ? "class " + name.group(1) + " " : "void " + name.group(2) + "(";
      assertThat(source(name.group(1))).contains(method);
      named++;
    }
    assertThat(named).isGreaterThanOrEqualTo(atLeast);
  }

  private static String source(String test) throws IOException {
    try (Stream<Path> files = Files.walk(TestHome.CHECKOUT.resolve("src/test/java"))) {
      Path file = files.filter(path -> path.endsWith(test + ".java")).findFirst().orElseThrow();
      return Files.readString(file);
    }
  }

  @Test
  void theReportIsTheOneOfTheSamples() throws IOException {
    Path report = TestHome.CHECKOUT.resolve("src/test/resources/samples-report.txt");

    assertThat(blocks("text")).containsExactly(Files.readString(report));
  }

  @Test
  void theRouteShownIsInTheRouteFile() throws IOException {
    String routes = Files.readString(TestHome.CHECKOUT.resolve("routes/40-route.camel.yaml"));

    assertThat(blocks("yaml")).hasSize(1);
    assertThat(withoutIndent(routes)).contains(withoutIndent(blocks("yaml").get(0)));
  }

  @Test
  void theSettingsShownAreAccepted() throws IOException {
    Path token = Files.writeString(directory.resolve("token"), "secret\n");
    Map<String, String> shown = new TreeMap<>();
    for (String block : blocks("properties")) {
      block.lines().forEach(line -> shown.put(line.split("=", 2)[0], line.split("=", 2)[1]));
    }
    shown.put("router.destination.eu-de.token.file", token.toString());
    shown.put("router.http.tokens.registry.file", token.toString());
    Certificates authority = Certificates.in(directory.resolve("tls"));
    Certificates.Identity door = authority.issue("door", Certificates.LOOPBACK, 2);
    shown.put("router.http.tls.certificate", door.certificate().toString());
    shown.put("router.http.tls.key", door.key().toString());
    shown.put("router.http.tls.client-ca", authority.ca().toString());

    RouterConfig config = RouterConfig.load(home.directory(), Map.of(), shown);

    assertThat(config.http().rateLimit()).hasValue(500);
    assertThat(config.intake().tails()).hasSize(1);
    DestinationSettings destination = config.destinations().get("eu-de");

    assertThat(destination.url()).hasToString("Optional[https://logs.eu.example/events]");
    assertThat(destination.credentials().headerValue()).isEqualTo("Bearer secret");
  }

  @Test
  void theEnrichmentShownIsWhatArrives() throws Exception {
    RouterProcess.run(home, "run", "samples");

    String shown = blocks("json").get(0).strip();
    assertThat(home.archived("jp-tok")).anyMatch(event -> event.endsWith("," + shown + "}"));
  }

  private static String withoutIndent(String text) {
    StringBuilder lines = new StringBuilder();
    text.lines().map(String::strip).forEach(line -> lines.append(line).append('\n'));
    return lines.toString();
  }

  private static List<String> blocks(String language) throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(TestHome.CHECKOUT.resolve("README.md")));
    while (block.find()) {
      if (block.group(1).equals(language)) {
        blocks.add(block.group(2));
      }
    }
    return blocks;
  }
}
