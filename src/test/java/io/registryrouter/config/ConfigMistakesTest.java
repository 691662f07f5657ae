package io.registryrouter.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.registryrouter.support.TestHome;
import io.registryrouter.support.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of each mistake in {@code src/test/resources/configs/}: the whole of it. */
class ConfigMistakesTest {

  private static final Path FIXTURES = TestHome.CHECKOUT.resolve("src/test/resources/configs");

  @TempDir Path home;

  @BeforeEach
  void copyWhatShips() throws IOException {
    TestHome.in(home);
  }

  private static Arguments wrong(String fixture, String... messages) {
    return arguments(fixture, List.of(messages));
  }

  static Stream<Arguments> settings() {
    return Stream.of(
        wrong(
            "beyond-loopback-without-token.properties",
            "config/application.properties:1: router.http.host: \"0.0.0.0\" can be reached from other machines and no token is set; set router.http.token.file, listen on 127.0.0.1, or set router.http.allow-anonymous=true"),
        wrong(
            "broken-escape.properties",
            "config/application.properties:1: router.http.port: \"\\u12\" is not a port; write e.g. 8080 (0 to 65535; 0 picks a free one)"),
        wrong(
            "duplicate-key.properties",
            "config/application.properties:3: router.http.port: stands twice, first in config/application.properties:1; keep one"),
        wrong(
            "empty-value.properties",
            "config/application.properties:1: router.data-dir: has no value; give it one, or remove the line to have the default",
            "config/application.properties:2: router.http.port: has no value; give it one, or remove the line to have the default"),
        wrong(
            "everything-wrong.properties",
            "config/application.properties:2: router.http.prot: is not a setting; the settings stand in config/application.properties of the release with a line of explanation each; did you mean router.http.port?",
            "config/application.properties:1: router.http.port: \"x\" is not a port; write e.g. 8080 (0 to 65535; 0 picks a free one)",
            "config/application.properties:3: router.spool.fsync: \"maybe\" is not true or false; write e.g. true"),
        wrong(
            "format-contradicted.properties",
            "config/application.properties:6: router.destination.eu-de.batch-events: \"500\" does not go with format=cloudevents-binary, which sends one event a request; remove it",
            "config/application.properties:2: router.destination.us-south.url: has \"now=\" in its query; each request gets the time it is sent at, remove it here"),
        wrong(
            "missing-url.properties",
            "config/application.properties:1: router.destination.us-south.url: is missing; a destination of type http needs one, e.g. https://logs.eu.example/events"),
        wrong(
            "password-without-user.properties",
            "config/application.properties:1: router.destination.us-south.password: is set without a user; add router.destination.us-south.user"),
        wrong(
            "secret-and-file.properties",
            "config/application.properties:1: router.http.token: is set, and so is router.http.token.file; keep one"),
        wrong(
            "secret-file-missing.properties",
            "config/application.properties:1: router.destination.us-south.token.file: names no file that is there (its value is not shown, it may be the secret itself); name a file that holds the secret",
            "config/application.properties:2: router.http.tokens.team-a.file: names a directory (its value is not shown, it may be the secret itself); name a file that holds the secret"),
        wrong(
            "too-large.properties",
            "config/application.properties:4: router.destination.eu-de.batch-bytes: \"1GiB\" is too much; write 16MiB or less",
            "config/application.properties:2: router.http.max-body: \"2GiB\" is too much; write 1024MiB or less",
            "config/application.properties:3: router.http.max-header-size: \"17MiB\" is too much; write 16MiB or less",
            "config/application.properties:1: router.event.max-size: \"257MiB\" is too much; write 256MiB or less"),
        wrong(
            "two-credentials.properties",
            "config/application.properties:2: router.destination.us-south.user: is one of several of token, user and api-key; keep the one that the destination asks for"),
        wrong(
            "unknown-key.properties",
            "config/application.properties:2: router.http.prot: is not a setting; the settings stand in config/application.properties of the release with a line of explanation each; did you mean router.http.port?",
            "config/application.properties:3: router.destination.us-south.colour: is not a setting; the settings stand in config/application.properties of the release with a line of explanation each",
            "config/application.properties:4: router.destination.: is not a setting; the settings stand in config/application.properties of the release with a line of explanation each"),
        wrong(
            "wrong-backoff.properties",
            "config/application.properties:1: router.delivery.backoff: \"30s to 200ms\" is not a backoff; write e.g. 200ms to 30s (first and longest pause)",
            "config/application.properties:2: router.destination.eu-de.backoff: \"often\" is not a backoff; write e.g. 200ms to 30s (first and longest pause)"),
        wrong(
            "wrong-boolean.properties",
            "config/application.properties:1: router.spool.fsync: \"yes\" is not true or false; write e.g. true"),
        wrong(
            "wrong-choice.properties",
            "config/application.properties:2: router.destination.us-south.type: \"kafka\" is not accepted; accepted: archive, http",
            "config/application.properties:3: router.destination.us-south.format: \"xml\" is not accepted; accepted: ndjson, json, logdna, cloud-logs, cloudevents, cloudevents-structured, cloudevents-binary",
            "config/application.properties:1: router.unknown-action: \"ignore\" is not accepted; accepted: deliver, dead-letter"),
        wrong(
            "wrong-date.properties",
            "config/application.properties:1: router.access-trail.cutoff: \"2019-09-31\" is not a day; write e.g. 2019-09-30"),
        wrong(
            "wrong-destination-name.properties",
            "config/application.properties:1: router.destination.US_South.type: \"US_South\" is no name; use a-z, 0-9 and -, 63 at most, e.g. eu-de"),
        wrong(
            "wrong-duration.properties",
            "config/application.properties:3: router.delivery.linger: \"-1s\" is not a duration; write e.g. 30s (units: ms, s, m, h, d; at most 36500d)",
            "config/application.properties:1: router.drain-timeout: \"20\" is not a duration; write e.g. 30s (units: ms, s, m, h, d; at most 36500d)",
            "config/application.properties:2: router.intake.poll: \"fast\" is not a duration; write e.g. 30s (units: ms, s, m, h, d; at most 36500d)"),
        wrong(
            "wrong-limits.properties",
            "config/application.properties:1: router.http.max-header-size: \"8KB\" is not a size; write e.g. 64MiB (1 or more; units: KiB, MiB, GiB; without one bytes)",
            "config/application.properties:2: router.http.max-connections: \"none\" is not a whole number above 0; write e.g. 1024",
            "config/application.properties:3: router.http.idle-timeout: \"0s\" is not a time above 0; write e.g. 60s",
            "config/application.properties:4: router.http.request-timeout: \"0ms\" is not a time above 0; write e.g. 60s",
            "config/application.properties:5: router.http.rate-limit: \"0\" is not a whole number above 0; write e.g. 100 (requests a second; empty: no limit)"),
        wrong(
            "wrong-number.properties",
            "config/application.properties:1: router.delivery.batch-events: \"0\" is not a whole number above 0; write e.g. 5000"),
        wrong(
            "wrong-port.properties",
            "config/application.properties:1: router.http.port: \"65536\" is not a port; write e.g. 8080 (0 to 65535; 0 picks a free one)",
            "config/application.properties:2: router.management.port: \"-1\" is not a port; write e.g. 8080 (0 to 65535; 0 picks a free one)"),
        wrong(
            "wrong-size.properties",
            "config/application.properties:1: router.event.max-size: \"1MB\" is not a size; write e.g. 64MiB (1 or more; units: KiB, MiB, GiB; without one bytes)",
            "config/application.properties:2: router.spool.max-size: \"0\" is not a size; write e.g. 64MiB (1 or more; units: KiB, MiB, GiB; without one bytes)",
            "config/application.properties:3: router.spool.segment-size: \"99999999999GiB\" is not a size; write e.g. 64MiB (1 or more; units: KiB, MiB, GiB; without one bytes)"),
        wrong(
            "wrong-tail.properties",
            "config/application.properties:1: router.intake.tail: \"/var/log/audit.log\" is not <path>:<file glob>; paths: activity-tracker, access-trail; write e.g. activity-tracker:/var/log/registry/audit.log",
            "config/application.properties:1: router.intake.tail: \"acces-trail:/var/log/a\\,b\" is not <path>:<file glob>; paths: activity-tracker, access-trail; write e.g. activity-tracker:/var/log/registry/audit.log; did you mean access-trail?",
            "config/application.properties:1: router.intake.tail: \"access-trail:\" is not <path>:<file glob>; paths: activity-tracker, access-trail; write e.g. activity-tracker:/var/log/registry/audit.log",
            "config/application.properties:1: router.intake.tail: \"/var/log/**/a.log\" has ** in it; * stands for one name, write each directory; write e.g. activity-tracker:/var/log/registry/audit.log",
            "config/application.properties:1: router.intake.tail: \"/var/log/[a.log\" is no glob (Missing ']); write e.g. activity-tracker:/var/log/registry/audit.log",
            "config/application.properties:1: router.intake.tail: \"/var/../log/a.log\" names no file, or has //, /./ or /../ in it; write it straight; write e.g. activity-tracker:/var/log/registry/audit.log",
            "config/application.properties:1: router.intake.tail: \"data/delivered/*/*.ndjson\" lies in router.data-dir; what the router writes itself is no source; write e.g. activity-tracker:/var/log/registry/audit.log",
            "config/application.properties:1: router.intake.tail: \"/var/log/b\\\" is no glob (No character to escape); write e.g. activity-tracker:/var/log/registry/audit.log"),
        wrong(
            "url-with-user.properties",
            "config/application.properties:2: router.destination.us-south.url: holds a user before the host; remove it there, set router.destination.us-south.user and router.destination.us-south.password"),
        wrong(
            "wrong-url.properties",
            "config/application.properties:12: router.destination.compose.url: \"http://my_service:8080/x\" has \"_\" in its host, which no host name may have; write another name or address of it, e.g. an alias",
            "config/application.properties:4: router.destination.eu-de.url: \"https://a b\" is not an http(s) URL; write e.g. https://logs.eu.example/events",
            "config/application.properties:6: router.destination.eu-gb.url: \"https://logs.example:65536/\" has no port that there is; write 1 to 65535",
            "config/application.properties:14: router.destination.idn.url: \"https://XN--bcher-kva.example/x\" has a host that begins with xn--, which cannot be sent to; write another name or address of it, e.g. an alias",
            "config/application.properties:8: router.destination.jp-tok.url: \"https://logs.example/#events\" has a # part, which is never sent; remove it",
            "config/application.properties:10: router.destination.lon02.url: \"//logs.example/events\" is not an http(s) URL; write e.g. https://logs.eu.example/events",
            "config/application.properties:2: router.destination.us-south.url: \"htp://eu.example\" is not an http(s) URL; write e.g. https://logs.eu.example/events"),
        wrong(
            "zero-times.properties",
            "config/application.properties:1: router.delivery.timeout: \"0s\" is not a time above 0; write e.g. 30s",
            "config/application.properties:2: router.destination.eu-de.expire-after: \"0s\" is not a time above 0; write e.g. 72h",
            "config/application.properties:3: router.intake.poll: \"0 ms\" is not a time above 0; write e.g. 500ms"));
  }

  static Stream<Arguments> actions() {
    return Stream.of(
        wrong(
            "actions-complex-key.yaml",
            "config/actions.yaml:2: has a list or a map where a name is expected; write quotes around a placeholder: \"{{…}}\""),
        wrong(
            "actions-duplicate.yaml",
            "config/actions.yaml:4: actions.container-registry.image.pull: stands twice; keep one"),
        wrong("actions-empty.yaml", "config/actions.yaml:1: is empty; restore it from the release"),
        wrong(
            "actions-foreign.yaml",
            "config/actions.yaml:3: actions.iam.user.login: \"iam.user.login\" is no action of a container registry; names start with container-registry., e.g. container-registry.image.push"),
        wrong("actions-missing.yaml", "config/actions.yaml:1: has no \"actions\"; add it"),
        wrong(
            "actions-not-a-map.yaml",
            "config/actions.yaml:1: actions: is a list, not a map; write `key: value` a line below it"),
        wrong(
            "actions-syntax-error.yaml",
            "config/actions.yaml:3: is not YAML: found unexpected end of stream"),
        wrong(
            "actions-unknown-key.yaml",
            "config/actions.yaml:3: events: is not a key here; keys: actions"),
        wrong(
            "actions-without-description.yaml",
            "config/actions.yaml:2: actions.container-registry.image.pull: is empty, not a text; write one behind the colon",
            "config/actions.yaml:3: actions.container-registry.image.push: is a map, not a text; write one behind the colon",
            "config/actions.yaml:4: actions.container-registry.image.list: is empty, not a text; write one behind the colon"));
  }

  static Stream<Arguments> registries() {
    return Stream.of(
        wrong(
            "registries-alias-of-two.yaml",
            "config/registries.yaml:7: registries[1]: \"Registry.NG.bluemix.net\" already means us.icr.io; a name can mean one registry only, remove it from one",
            "config/registries.yaml:7: registries[1]: \"us-south\" already means us.icr.io; a name can mean one registry only, remove it from one"),
        wrong(
            "registries-no-host.yaml",
            "config/registries.yaml:2: registries[0].domain: \"https://registry.example\" is no host name with or without a port; write e.g. us.icr.io or registry.example:5000, without scheme and path",
            "config/registries.yaml:8: registries[1].aliases[1]: \"mirror.example/team\" is no host name with or without a port; write e.g. us.icr.io or registry.example:5000, without scheme and path",
            "config/registries.yaml:12: registries[2].aliases[1]: \"[::1]:80\" ends in a standard port, 443 or 80, which is no part of the name; write [::1]",
            "config/registries.yaml:9: registries[2]: \"Registry.example\" already means registry.example; a name can mean one registry only, remove it from one",
            "config/registries.yaml:13: registries[3].domain: \"Secure.example:443\" ends in a standard port, 443 or 80, which is no part of the name; write Secure.example",
            "config/registries.yaml:16: registries[4].domain: \"registry.example:99999\" has no port that there is; write 1 to 65535"),
        wrong(
            "registries-duplicate-key.yaml",
            "config/registries.yaml:5: registries[0].region: stands twice; keep one"),
        wrong(
            "registries-missing-fields.yaml",
            "config/registries.yaml:2: registries[0]: has no \"domain\"; add it",
            "config/registries.yaml:4: registries[1]: has no \"region\"; add it",
            "config/registries.yaml:4: registries[1]: has no \"events-location\"; add it"),
        wrong(
            "registries-not-a-list.yaml",
            "config/registries.yaml:2: registries: is a map, not a list; write one item a line, each after a dash"),
        wrong(
            "registries-syntax-error.yaml",
            "config/registries.yaml:3: is not YAML: this line does not fit into the list that begins in line 2; indent it as what it belongs to, or write the key that is missing above it"),
        wrong(
            "registries-merge-key.yaml",
            "config/registries.yaml:6: registries[1].<<: is not a key here; keys: domain, region, events-location, aliases, locations, routed",
            "config/registries.yaml:6: registries[1]: has no \"region\"; add it",
            "config/registries.yaml:6: registries[1]: has no \"events-location\"; add it"),
        wrong(
            "registries-two-documents.yaml",
            "config/registries.yaml:5: begins a second document; a file holds one: remove this line, or move what is below it into another file"),
        wrong(
            "registries-wrong-values.yaml",
            "config/registries.yaml:8: registries[0].colour: is not a key here; keys: domain, region, events-location, aliases, locations, routed",
            "config/registries.yaml:3: registries[0].region: is a list, not a text; write one behind the colon",
            "config/registries.yaml:4: registries[0].events-location: is \"Dallas\", not a map; write `key: value` a line below it",
            "config/registries.yaml:5: registries[0].aliases: is \"private.us.icr.io\", not a list; write one item a line, each after a dash",
            "config/registries.yaml:6: registries[0].locations[1]: is empty, not a text; write one behind the colon",
            "config/registries.yaml:7: registries[0].routed: is \"perhaps\", neither true nor false; write one of them"));
  }

  @ParameterizedTest
  @MethodSource
  void settings(String fixture, List<String> messages) throws IOException {
    assertThat(mistakes(fixture, "application.properties")).isEqualTo(messages);
  }

  @ParameterizedTest
  @MethodSource
  void actions(String fixture, List<String> messages) throws IOException {
    assertThat(mistakes(fixture, "actions.yaml")).isEqualTo(messages);
  }

  @ParameterizedTest
  @MethodSource
  void registries(String fixture, List<String> messages) throws IOException {
    assertThat(mistakes(fixture, "registries.yaml")).isEqualTo(messages);
  }

  private List<String> mistakes(String fixture, String replaced) throws IOException {
    Files.copy(
        FIXTURES.resolve(fixture),
        home.resolve("config").resolve(replaced),
        StandardCopyOption.REPLACE_EXISTING);
    return mistakes(Map.of(), Map.of());
  }

  private List<String> mistakes(Map<String, String> environment, Map<String, String> overrides) {
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class, () -> RouterConfig.load(home, environment, overrides));
    assertThat(e).hasMessage(String.join("\n", texts(e)));
    return texts(e);
  }

  private static List<String> texts(ConfigException e) {
    return e.problems().stream().map(ConfigProblem::toString).toList();
  }

  @Test
  void mistakesInSeveralFilesAreSaidTogether() throws IOException {
    for (String file : List.of("actions.yaml", "registries.yaml")) {
      Files.copy(
          FIXTURES.resolve("actions-missing.yaml"),
          home.resolve("config").resolve(file),
          StandardCopyOption.REPLACE_EXISTING);
    }

    assertThat(mistakes("wrong-boolean.properties", "application.properties"))
        .containsExactly(
            "config/application.properties:1: router.spool.fsync: \"yes\" is not true or false;"
                + " write e.g. true",
            "config/actions.yaml:1: has no \"actions\"; add it",
            "config/registries.yaml:1: has no \"registries\"; add it");
  }

  @Test
  void missingFilesAreSaidTogether() throws IOException {
    for (String file : List.of("application.properties", "actions.yaml", "registries.yaml")) {
      Files.delete(home.resolve("config").resolve(file));
    }

    assertThat(mistakes(Map.of(), Map.of()))
        .containsExactly(
            missing("application.properties"), missing("actions.yaml"), missing("registries.yaml"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {Settings.FILE, Actions.FILE, Registries.FILE, "routes/40-route.camel.yaml"})
  void aPipeIsNotWaitedFor(String name) throws IOException {
    Path file = home.resolve(name);
    Files.delete(file);
    Tool.run(home, "mkfifo", file.toString());
    List<ConfigProblem> problems = new ArrayList<>();

    RouterConfig config = RouterConfig.read(home, Map.of(), Map.of(), problems);

    problems.addAll(config.routes().problems());
    assertThat(problems)
        .extracting(Object::toString)
        .contains(
            name
                + ": cannot be read (java.nio.file.FileSystemException: "
                + file
                + ": is no regular file); restore it from the release");
  }

  @Test
  void theNullDeviceIsAnEmptyFile() throws IOException {
    Path rows = home.resolve(RoutingTests.FILE);
    Files.delete(rows);
    Files.createSymbolicLink(rows, Path.of("/dev/null"));

    assertThat(ConfigFiles.of(home).bytes(RoutingTests.FILE)).isEmpty();
  }

  @Test
  void whatIsTooDeepForTheStackIsAMistake() throws IOException {
    Files.writeString(home.resolve("routes/60-own.camel.yaml"), "[".repeat(50_000));

    assertThat(RouterConfig.read(home, Map.of(), Map.of(), new ArrayList<>()).routes().problems())
        .extracting(Object::toString)
        .containsExactly(
            "routes/60-own.camel.yaml: has lists or maps in one another too deep to be read; write"
                + " it flat");
  }

  @Test
  void settingsThatAreNotUtf8AreToBeSavedAsUtf8() throws IOException {
    Files.write(
        home.resolve("config/application.properties"),
        "# f\u00fcr\nrouter.http.port=1\n".getBytes(StandardCharsets.ISO_8859_1));
    List<String> first = mistakes(Map.of(), Map.of());
    Files.write(
        home.resolve("config/application.properties"),
        "router.http.port=1\n\n# f\u00fcr\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(first)
        .containsExactly("config/application.properties:1: is not UTF-8; save it as UTF-8");
    assertThat(mistakes(Map.of(), Map.of()))
        .containsExactly("config/application.properties:3: is not UTF-8; save it as UTF-8");
  }

  private String missing(String file) {
    return "config/%s: cannot be read (java.nio.file.NoSuchFileException: %s); restore it from the release"
        .formatted(file, home.resolve("config").resolve(file));
  }

  @Test
  void aDataDirectoryThatNoUriCanNameIsRefused() {
    assertThat(mistakes(Map.of(), Map.of("router.data-dir", "/srv/100%/{data}?")))
        .containsExactly(
            "--set: router.data-dir: /srv/100%/{data}? has one of % ? { } in its path; choose"
                + " another");
  }

  @Test
  void aMistakeInTheEnvironmentNamesTheVariable() {
    assertThat(mistakes(Map.of("ROUTER_HTTP_PORT", "x"), Map.of()))
        .containsExactly(
            "environment ROUTER_HTTP_PORT: router.http.port: \"x\" is not a port; write e.g. 8080"
                + " (0 to 65535; 0 picks a free one)");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1",
    "127.0.0.1, localhost",
    "127.0.0.1, 0.0.0.0",
    "0.0.0.0, 127.0.0.1",
    "::1, ::",
    "no-such-host.invalid, no-such-host.invalid"
  })
  void onePortForTheDoorAndManagementIsRefusedWhereTheirHostsOverlap(
      String door, String management) {
    assertThat(mistakes(Map.of(), samePort(door, management)))
        .containsExactly(
            "--set: router.management.port: \"9000\" is router.http.port as well, on hosts that"
                + " overlap (%s and %s); write another (0 picks a free one)"
                    .formatted(management, door));
  }

  @Test
  void onePortIsFineOnHostsThatDoNotOverlapAndZeroIsNone() {
    Map<String, String> apart = samePort("127.0.0.1", "127.0.0.2");
    Map<String, String> free = Map.of("router.http.port", "0", "router.management.port", "0");

    assertThat(RouterConfig.load(home, Map.of(), apart).management().port()).isEqualTo(9000);
    assertThat(RouterConfig.load(home, Map.of(), free).management().port()).isZero();
  }

  private static Map<String, String> samePort(String door, String management) {
    return Map.of(
        "router.http.allow-anonymous",
        "true",
        "router.http.host",
        door,
        "router.http.port",
        "9000",
        "router.management.host",
        management,
        "router.management.port",
        "9000");
  }

  @Test
  void howManyEventsAreRememberedIsNoMatterOfMemoryWhereNoneIs() {
    Map<String, String> most = Map.of("router.dedupe.max-events", "999999999");
    Map<String, String> each = new HashMap<>(most);
    each.put("router.dedupe.window", "1h");

    assertThat(warnings(Map.of(), most)).isEmpty();
    assertThatThrownBy(() -> RouterConfig.load(home, Map.of(), each))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "--set: router.dedupe.max-events: \"999999999\" is much for a heap of");
  }

  @Test
  void aVariableThatSetsNothingIsAWarningUnlessItIsSomebodyElses() {
    Map<String, String> environment =
        Map.of(
            "ROUTER_HTPP_PORT", "1",
            "ROUTER_HTTP_PORT", "2",
            "ROUTER_JAVA_OPTS", "-Xmx1g",
            "ROUTER_SERVICE_HOST", "10.0.0.1",
            "ROUTER_PORT", "tcp://10.0.0.1:8080",
            "ROUTER_PORT_8080_TCP_ADDR", "10.0.0.1");

    assertThat(warnings(environment, Map.of()))
        .extracting(ConfigProblem::toString)
        .containsExactly(
            "environment ROUTER_HTPP_PORT: sets nothing; a setting's variable is its key in upper"
                + " case, e.g. ROUTER_HTTP_PORT for router.http.port; did you mean ROUTER_HTTP_PORT?");
  }

  @Test
  void aLogUnderTwoPathsADirectoryAndACompressedLogAreWarnings() {
    assertThat(
            warnings(
                "router.intake.tail",
                "activity-tracker:logs/a.log, access-trail:logs/a.log, access-trail:config,"
                    + " access-trail:audit/*.log, activity-tracker:audit/b.log,"
                    + " activity-tracker:audit/*.log.GZ, access-trail:audit/b.txt,"
                    + " activity-tracker:audit/.b.log"))
        .containsExactly(
            "--set: router.intake.tail: \"%1$s/config\" is a directory; name the files in it, e.g. %1$s/config/*.log"
                .formatted(home),
            "--set: router.intake.tail: \"%s/audit/*.log.GZ\" names what is compressed, which does not grow and is left out; put such a file, as it is or as .gz, into the inbox of activity-tracker"
                .formatted(home),
            "--set: router.intake.tail: what \"access-trail:%1$s/logs/a.log\" names is named by \"activity-tracker:%1$s/logs/a.log\" too, and each of its lines is taken twice; name it under one path"
                .formatted(home),
            "--set: router.intake.tail: what \"activity-tracker:%1$s/audit/b.log\" names is named by \"access-trail:%1$s/audit/*.log\" too, and each of its lines is taken twice; name it under one path"
                .formatted(home));
  }

  @Test
  void limitsThatContradictEachOtherAreWarnings() {
    assertThat(
            warnings(
                "router.spool.max-size", "512KiB",
                "router.http.max-body", "17MiB",
                "router.http.max-in-flight", "16MiB"))
        .containsExactly(
            "config/application.properties:%d: router.event.max-size: \"1MiB\" is more than router.spool.max-size (512KiB): an event that does not fit waits until all destinations have taken everything; write less here, or more there"
                .formatted(lineOf("router.event.max-size=1MiB")),
            "--set: router.http.max-body: \"17MiB\" is more than router.http.max-in-flight (16MiB): a larger body than that is refused all the same (413); write less here, or more there");
  }

  private int lineOf(String setting) {
    try {
      return Files.readAllLines(home.resolve("config/application.properties")).indexOf(setting) + 1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void oneTokenUnderTwoNamesIsAWarningThatDoesNotShowIt() throws IOException {
    Path file = Files.writeString(home.resolve("token"), "s3cret\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

    assertThat(
            warnings(
                "router.http.token", "other",
                "router.http.tokens.a", "s3cret",
                "router.http.tokens.b.file", "token"))
        .containsExactly(
            "--set: router.http.tokens.b.file: is the same token as that of router.http.tokens.a (it is not shown), so that both count as one client; give each its own");
  }

  @Test
  void whatLooksLikeAPlaceholderIsAWarningThatDoesNotShowIt() {
    String warning =
        ": looks like a placeholder (it is not shown), which nothing fills in: it is the secret as it"
            + " stands; set it in the environment, or name a file by ";

    assertThat(
            warnings(
                "router.http.token", "${env:DOOR}",
                "router.destination.us-south.token", "a{{TOKEN}}"))
        .contains(
            "--set: router.destination.us-south.token"
                + warning
                + "router.destination.us-south.token.file",
            "--set: router.http.token" + warning + "router.http.token.file");
  }

  @Test
  void aClientWithoutATokenIsAMistake() {
    Map<String, String> tokens =
        Map.of("router.http.tokens.a", "", "router.http.tokens.b.file", "");

    assertThat(mistakes(Map.of(), tokens))
        .extracting(Object::toString)
        .containsExactly(
            "--set: router.http.tokens.a: is empty; give the client a token, or take the line out",
            "--set: router.http.tokens.b.file: is empty; give the client a token, or take the line"
                + " out");
  }

  /** Another machine may well know it. */
  @Test
  void aHostThatNobodyKnowsHereIsNoMistakeWhereItMayBeReached() {
    assertThat(
            warnings(
                "router.http.host", "no-such-host.invalid", "router.http.allow-anonymous", "true"))
        .isEmpty();
  }

  @Test
  void aHostThatNobodyKnowsIsNotSaidToBeReached() {
    assertThat(mistakes(Map.of(), Map.of("router.http.host", "no such")))
        .containsExactly(
            "--set: router.http.host: \"no such\" is no address, nor the name of one as far as this machine knows; write an address of the machine that the router runs on, e.g. 127.0.0.1");
  }

  @Test
  void aRegionThatIsNearlyAnotherIsAWarning() throws IOException {
    Path registries = home.resolve("config/registries.yaml");
    String shipped = Files.readString(registries);
    Files.writeString(
        registries,
        shipped.replace("region: eu-central", "region: eu-centrl")
            + "  - {domain: own.example, region: the-moon, events-location: {}}\n");

    assertThat(warnings())
        .containsExactly(
            "config/registries.yaml:22: registries[2].region: \"eu-centrl\" is no other registry's region, nor among the locations; did you mean eu-central? Else add it to this registry's locations");
  }

  @Test
  void anActionThatIsAPatternIsAWarning() throws IOException {
    Path actions = home.resolve("config/actions.yaml");
    Files.writeString(
        actions, Files.readString(actions) + "  container-registry.image.*: all of them\n");

    assertThat(warnings())
        .singleElement()
        .asString()
        .endsWith(
            ": actions.container-registry.image.*: \"container-registry.image.*\" is the name of no action, * stands for nothing; write each");
  }

  @Test
  void whatAnArchiveHasNoUseForIsAWarning() {
    assertThat(
            warnings(
                "router.destination.us-south.url", "https://logs.example/events",
                "router.destination.us-south.format", "json",
                "router.destination.us-south.token", "s3cret",
                "router.destination.own.compression", "gzip",
                "router.destination.eu-de.type", "http",
                "router.destination.eu-de.url", "https://logs.example/events",
                "router.destination.eu-gb.format", "ndjson",
                "router.destination.eu-gb.compression", "none"))
        .containsExactly(
            "--set: router.destination.own.compression: is not used: type is archive; set router.destination.own.type=http to post there",
            "--set: router.destination.us-south.url: is not used, nor is format, nor is token: type is archive; set router.destination.us-south.type=http to post there");
  }

  private List<String> warnings(String... overrides) {
    Map<String, String> settings = new HashMap<>();
    for (int i = 0; i < overrides.length; i += 2) {
      settings.put(overrides[i], overrides[i + 1]);
    }
    return warnings(Map.of(), settings).stream().map(ConfigProblem::toString).toList();
  }

  private List<ConfigProblem> warnings(
      Map<String, String> environment, Map<String, String> overrides) {
    List<ConfigProblem> problems = new ArrayList<>();
    RouterConfig.read(home, environment, overrides, problems);
    assertThat(ConfigProblem.errors(problems)).isEmpty();
    return problems;
  }

  @Test
  void aSecretThatEverybodyCanReadIsAWarning() throws IOException {
    Path open = Files.writeString(home.resolve("open"), "secret");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
    Path group = Files.writeString(home.resolve("group"), "another");
    Files.setPosixFilePermissions(group, PosixFilePermissions.fromString("rw-r-----"));

    Map<String, String> tokens =
        Map.of("router.http.token.file", "open", "router.http.tokens.a.file", "group");

    assertThat(warnings(Map.of(), tokens))
        .containsExactly(
            ConfigProblem.warning(
                "--set",
                "router.http.token.file",
                open
                    + " can be read by every user of this machine; take that right away: chmod o-r"));
  }

  @Test
  void aUserWithAColonIsAWarning() {
    String user = "router.destination.us-south.user";

    assertThat(
            warnings(
                Map.of(), Map.of(user, "svc:audit", "router.destination.us-south.password", "p")))
        .contains(
            ConfigProblem.warning(
                "--set",
                user,
                "has a colon (its value is not shown), and a destination takes what stands behind it"
                    + " for the beginning of the password; write it there, if that is meant, with a"
                    + " colon before the password"));
  }

  @Test
  void aSecretFileThatIsEmptyIsSaidButForThatOfAPassword() throws IOException {
    Path file = Files.writeString(home.resolve("empty"), "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    String own = "router.destination.us-south.";
    String said = "names a file that is empty; write the secret into it, or name another";

    assertThat(mistakes(Map.of(), Map.of(own + "token.file", "empty")))
        .containsExactly("--set: " + own + "token.file: " + said);
    assertThat(
            mistakes(Map.of(), Map.of(own + "user.file", "empty", own + "password.file", "empty")))
        .containsExactly("--set: " + own + "user.file: " + said);
  }

  @Test
  void aSecretThatCannotBeSentIsSaidAndNotShown() throws IOException {
    Path file = Files.writeString(home.resolve("two-lines"), "one\ntwo");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Path latin = Files.write(home.resolve("latin"), new byte[] {(byte) 0xf6});
    Files.setPosixFilePermissions(latin, PosixFilePermissions.fromString("rw-------"));
    String prefix = "router.destination.";

    assertThat(
            mistakes(
                Map.of(),
                Map.of(
                    prefix + "us-south.token", "t\u00f6ken",
                    prefix + "eu-de.api-key.file", "two-lines",
                    prefix + "eu-gb.user.file", "latin")))
        .containsExactlyInAnyOrder(
            "--set: router.destination.us-south.token: has a character that cannot stand in a header"
                + " of HTTP (its value is not shown); accepted: one line of printable ASCII",
            "--set: router.destination.eu-de.api-key.file: has a character that cannot stand in a"
                + " header of HTTP (its value is not shown); accepted: one line of printable ASCII",
            "--set: router.destination.eu-gb.user.file: secret file "
                + latin
                + " cannot be read: it is not UTF-8; name a text file that holds the secret");
  }

  @Test
  void aSchemeMayBeInUpperCase() {
    RouterConfig config =
        RouterConfig.load(
            home,
            Map.of(),
            Map.of(
                "router.destination.eu-de.type", "http",
                "router.destination.eu-de.url", "HTTPS://logs.example/In"));

    assertThat(config.destinations().get("eu-de").url())
        .contains(URI.create("https://logs.example/In"));
  }

  @Test
  void whatMayBeSecretInAnAddressIsNotSaid() {
    String prefix = "router.destination.eu-de.";

    assertThat(
            mistakes(
                Map.of(),
                Map.of(
                    prefix + "type",
                    "http",
                    prefix + "url",
                    "htp://me:pw@logs.example/a?apikey=k")))
        .containsExactly(
            "--set: router.destination.eu-de.url: \"htp://***@logs.example/a?***\" is not an http(s)"
                + " URL; write e.g. https://logs.eu.example/events");
  }

  @Test
  void aMistakeInAnOverrideIsSaidToBeOne() {
    assertThat(mistakes(Map.of(), Map.of("router.http.prot", "1")))
        .containsExactly(
            "--set: router.http.prot: is not a setting; the settings stand in"
                + " config/application.properties of the release with a line of explanation each;"
                + " did you mean router.http.port?");
  }
}
