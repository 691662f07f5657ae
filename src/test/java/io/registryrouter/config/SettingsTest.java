package io.registryrouter.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

  @TempDir Path home;

  @BeforeEach
  void copyWhatShips() throws IOException {
    TestHome.in(home);
    file("");
  }

  private void file(String text) throws IOException {
    Files.writeString(home.resolve("config/application.properties"), text);
  }

  private RouterConfig load(Map<String, String> environment, Map<String, String> overrides) {
    return RouterConfig.load(home, environment, overrides);
  }

  @Test
  void overrideBeatsEnvironmentBeatsFileBeatsDefault() throws IOException {
    Map<String, String> environment = Map.of("ROUTER_HTTP_PORT", "3");
    Map<String, String> overrides = Map.of("router.http.port", "4");
    int byDefault = load(Map.of(), Map.of()).http().port();
    file("router.http.port=2");

    assertThat(byDefault).isEqualTo(8080);
    assertThat(load(Map.of(), Map.of()).http().port()).isEqualTo(2);
    assertThat(load(environment, Map.of()).http().port()).isEqualTo(3);
    assertThat(load(environment, overrides).http().port()).isEqualTo(4);
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstKey() throws IOException {
    file("\uFEFFrouter.http.port=2");

    assertThat(load(Map.of(), Map.of()).http().port()).isEqualTo(2);
  }

  @Test
  void whatTheEnvironmentSetsIsNamedWithoutItsValue() {
    RouterConfig config =
        load(
            Map.of(
                "ROUTER_HTTP_TOKEN", "secret",
                "ROUTER_DESTINATION_US_SOUTH_BATCH_BYTES", "1KiB",
                "PATH", "/bin"),
            Map.of());

    assertThat(config.settings().environmentNotes())
        .containsExactly(
            "ROUTER_DESTINATION_US_SOUTH_BATCH_BYTES sets router.destination.us-south.batch-bytes",
            "ROUTER_HTTP_TOKEN sets router.http.token");
  }

  @Test
  void whatTheEnvironmentSetsInVainIsNotNamed() {
    RouterConfig config =
        load(
            Map.of("ROUTER_HTTP_PORT", "1", "ROUTER_MANAGEMENT_PORT", "2"),
            Map.of("router.http.port", "3"));

    assertThat(config.settings().environmentNotes())
        .containsExactly("ROUTER_MANAGEMENT_PORT sets router.management.port");
  }

  @Test
  void theEnvironmentAloneCanSetUpADestinationThatRoutesName() {
    RouterConfig config =
        load(
            Map.of(
                "ROUTER_DESTINATION_ACCESS_TRAIL_US_SOUTH_TYPE", "http",
                "ROUTER_DESTINATION_ACCESS_TRAIL_US_SOUTH_URL", "https://logs.example/a?b=c"),
            Map.of());

    assertThat(config.destinations().get("access-trail-us-south").url())
        .contains(URI.create("https://logs.example/a?b=c"));
  }

  @Test
  void theEnvironmentCanSetTokensByName() throws IOException {
    Files.writeString(home.resolve("token"), "two\n");

    RouterConfig config =
        load(Map.of("ROUTER_HTTP_TOKENS_A", "one", "ROUTER_HTTP_TOKENS_B_FILE", "token"), Map.of());

    assertThat(config.http().tokens().stream().map(t -> t.secret().value()))
        .containsExactly("one", "two");
  }

  @Test
  void tokensByNameJoinTheOneWithout() throws IOException {
    file("router.http.token=a\nrouter.http.tokens.team-b=b\n");

    assertThat(load(Map.of(), Map.of()).http().tokens().stream().map(t -> t.secret().value()))
        .containsExactly("a", "b");
  }

  @Test
  void listeningBeyondLoopbackIsFineWithATokenOrWhenAllowed() {
    Map<String, String> token = Map.of("router.http.host", "0.0.0.0", "router.http.token", "t");
    Map<String, String> anonymous =
        Map.of("router.http.host", "0.0.0.0", "router.http.allow-anonymous", "true");

    assertThat(load(Map.of(), token).http().host()).isEqualTo("0.0.0.0");
    assertThat(load(Map.of(), anonymous).http().host()).isEqualTo("0.0.0.0");
  }

  @Test
  void aDestinationsOwnSettingBeatsTheSharedOne() throws IOException {
    file("router.delivery.timeout=5s\nrouter.destination.eu-de.timeout=7s\n");

    RouterConfig config = load(Map.of(), Map.of());

    assertThat(config.destinations().get("eu-de").timeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(config.destinations().get("eu-gb").timeout()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void aSettingMayGoOnInTheNextLine() throws IOException {
    file("# a comment \\\nrouter.http.port=\\\n  8\\\n  1\n! no\nrouter.data-dir = d\n");

    RouterConfig config = load(Map.of(), Map.of());

    assertThat(config.http().port()).isEqualTo(81);
    assertThat(config.data().root()).isEqualTo(home.resolve("d"));
  }

  @Test
  void windowsLineEndsAreFine() throws IOException {
    file("router.http.port=81\r\nrouter.data-dir=d\r\n");

    assertThat(load(Map.of(), Map.of()).data().root()).isEqualTo(home.resolve("d"));
  }

  @Test
  void anEmptyPasswordIsAPassword() throws IOException {
    file("router.destination.us-south.user=key\nrouter.destination.us-south.password=\n");

    Credentials credentials = load(Map.of(), Map.of()).destinations().get("us-south").credentials();

    assertThat(credentials.header()).contains("Authorization");
    assertThat(credentials.headerValue()).isEqualTo("Basic a2V5Og==");
  }

  @Test
  void tailsAreSeparatedByCommasThatStandInNoBraces() throws IOException {
    file(
        "router.intake.tail=activity-tracker:/a/{x,y}-*.log, access-trail:/b/c:d.log,"
            + "activity-tracker:logs/e\\\\,f.log");

    assertThat(load(Map.of(), Map.of()).intake().tails())
        .containsExactly(
            new TailSettings(EventPath.ACTIVITY_TRACKER, "/a/{x,y}-*.log"),
            new TailSettings(EventPath.ACCESS_TRAIL, "/b/c:d.log"),
            new TailSettings(EventPath.ACTIVITY_TRACKER, home + "/logs/e\\,f.log"));
  }

  @Test
  void aHomeStandsForItselfBeforeARelativeTail() throws IOException {
    home = Files.createDirectory(home.resolve("ho[me] *\\1"));
    copyWhatShips();
    file("router.intake.tail=activity-tracker:logs/*.log");

    String glob = load(Map.of(), Map.of()).intake().tails().get(0).glob();

    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    assertThat(matcher.matches(home.resolve("logs/a.log"))).isTrue();
  }

  @Test
  void whatACommentBehindALineNamesIsNoDestination() throws IOException {
    Files.writeString(
        Files.createDirectories(home.resolve("routes")).resolve("40-route.camel.yaml"),
        "- to: spool:eu-gb   # was spool:lon-old\n# - to: spool:older\n");

    assertThat(load(Map.of(), Map.of()).destinations())
        .containsKey("eu-gb")
        .doesNotContainKeys("lon-old", "older");
  }

  @Test
  void nothingIsTailedByDefault() {
    assertThat(load(Map.of(), Map.of()).intake().tails()).isEmpty();
  }
}
