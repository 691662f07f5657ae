package io.registryrouter.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is said of each mistake in {@code src/test/resources/configs/routes-*}, beside the shipped
 * routes: the whole of it, as {@code <fixture>.txt} has it.
 */
class RouteMistakesTest {

  private static final Path FIXTURES = TestHome.CHECKOUT.resolve("src/test/resources/configs");

  @TempDir private Path directory;
  private TestHome home;

  @BeforeEach
  void copyWhatShips() throws IOException {
    home = TestHome.in(directory);
  }

  static List<String> fixtures() throws IOException {
    try (Stream<Path> files = Files.list(FIXTURES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("routes-") && name.endsWith(".camel.yaml"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void everyMistakeIsSaidWithItsPlace(String fixture) throws IOException {
    Files.copy(FIXTURES.resolve(fixture), routes("99-edit.camel.yaml"));

    assertThat(problems())
        .containsExactlyElementsOf(
            Files.readAllLines(FIXTURES.resolve(fixture.replace(".camel.yaml", ".txt"))));
  }

  @Test
  void whatShipsHasNoProblem() {
    assertThat(Check.run(TestHome.CHECKOUT, Map.of(), Map.of(), Clock.systemUTC()).problems())
        .isEmpty();
  }

  @Test
  void mistakesInConfigAndInRoutesAreSaidTogether() throws IOException {
    home.set("router.intake.poll", "fast")
        .edit("config/registries.yaml", "  - domain: us.icr.io", "  - domian: us.icr.io");
    home.edit("routes/20-prepare.camel.yaml", "ref: decode", "ref: decoed");

    assertThat(problems())
        .containsExactly(
            "--set: router.intake.poll: \"fast\" is not a duration; write e.g. 30s (units: ms, s, m, h, d; at most 36500d)",
            "config/registries.yaml:16: registries[1].domian: is not a key here; keys: domain, region,"
                + " events-location, aliases, locations, routed; did you mean domain?",
            "config/registries.yaml:16: registries[1]: has no \"domain\"; add it",
            "routes/20-prepare.camel.yaml:7: route prepare: \"decoed\" is not there; steps: archive,"
                + " deadLetter, decode, durable, enrich, group, readFile, reply, request; did you mean"
                + " decode?");
  }

  /** Though it is warned of there, as of any step outside that is waited for. */
  @Test
  void aComponentThatDoesNotExistIsSaidWithItsPlace() throws IOException {
    home.edit("routes/40-route.camel.yaml", "- to: spool:eu-gb", "- to: spol:eu-gb");

    assertThat(problems())
        .contains(
            "routes/40-route.camel.yaml:18: route route-activity-tracker: \"spol:eu-gb\" names no component that comes"
                + " with the router; endpoints begin with direct:, event-door:, file:, http:, https:,"
                + " spool:, tail:; did you mean spool?");
  }

  @Test
  void aDirectoryThatNoDiskCanHoldIsNoInbox() throws IOException {
    Files.writeString(
        routes("99-edit.camel.yaml"),
        """
        - route:
            id: odd
            from:
              uri: "file:/var\\0/log"
              steps:
                - to: direct:intake-file
        """);

    assertThat(problems())
        .contains(
            "routes/99-edit.camel.yaml:1: route odd: \"file:/var\0/log\" is no inbox; routes to"
                + " `readFile` read file:{{router.inbox}}/activity-tracker or"
                + " file:{{router.inbox}}/access-trail, with all directories in them");
  }

  @Test
  void aMistakeInATemplateIsSaidOnce() throws IOException {
    home.edit("routes/templates/destination.camel.yaml", "ref: archive", "ref: archiv");

    assertThat(problems())
        .containsExactly(
            "routes/templates/destination.camel.yaml:14: routeTemplate destination: \"archiv\" is not"
                + " there; steps: archive, deadLetter, decode, durable, enrich, group, readFile, reply,"
                + " request; did you mean archive?");
  }

  @Test
  void aTypeThatTheTemplateHasNoBranchForLeavesARouteWithoutSteps() throws IOException {
    home.edit("routes/templates/destination.camel.yaml", "== 'archive'", "== 'archiv'");

    assertThat(problems())
        .containsExactly(
            "routes/templates/destination.camel.yaml:12: routeTemplate destination: a route has no steps;"
                + " add one, or to a choice with `precondition` a `when` that is true for it:"
                + " router.destination.<name>.type is archive or http");
  }

  @Test
  void onlyTheSourceWaits() throws IOException {
    home.edit(
        "routes/40-route.camel.yaml",
        "                  - to: spool:eu-de\n",
        "                  - to: spool:eu-de\n                  - process: { ref: durable }\n");

    assertThat(problems())
        .containsExactly(
            "routes/40-route.camel.yaml:3: route route-activity-tracker: waits by `process: { ref:"
                + " durable }` for a part of a batch, whose other parts are still to come; only the"
                + " source waits, as its last step: remove it here");
  }

  @Test
  void aBatchIsSentOnOnce() throws IOException {
    String steps = "      parameters: { eventPath: access-trail }\n      steps:\n";
    home.edit(
        "routes/11-intake-http.camel.yaml",
        steps,
        steps
            + """
                      - to: { uri: direct:prepare }
                      - to: { uri: direct:prepare, disabled: true }
              """);

    assertThat(problems())
        .containsExactly(
            "routes/11-intake-http.camel.yaml:19: to: sends on what was sent on at"
                + " routes/11-intake-http.camel.yaml:17 already, so that it would be delivered, and"
                + " given back to its source; remove one of the two");
  }

  @Test
  void aFileIsReadBatchByBatch() throws IOException {
    home.edit("routes/10-intake-file.camel.yaml", "            streaming: true\n", "");

    assertThat(problems())
        .containsExactly(
            "routes/10-intake-file.camel.yaml:18: split: takes a file at once, which can only be read"
                + " batch by batch; set `streaming: true`");
  }

  @ParameterizedTest
  @ValueSource(strings = {"idempotent", "noop"})
  void aFileOfANameThatCameBeforeIsTakenAsWell(String option) throws IOException {
    home.edit(
        "routes/templates/inbox.camel.yaml",
        "        readLock: none\n",
        "        readLock: none\n        " + option + ": true\n");

    String said =
        ": "
            + option
            + ": true would leave a file in the inbox for ever when one of its name came before;"
            + " remove it, router.dedupe.window leaves out events that come twice";
    assertThat(problems())
        .containsExactly(
            "routes/10-intake-file.camel.yaml:2: route intake-file-activity-tracker" + said,
            "routes/10-intake-file.camel.yaml:6: route intake-file-access-trail" + said);
  }

  @Test
  void routesThatTakeNothingInAreAWarning() throws IOException {
    home.edit(
        "routes/11-intake-http.camel.yaml",
        "    id: intake-http-notifications\n",
        "    id: intake-http-notifications\n    autoStartup: false\n");
    Files.delete(routes("10-intake-file.camel.yaml"));
    assertThat(problems()).isEmpty(); // who wants no files is not told so
    Files.delete(routes("12-intake-tail.camel.yaml"));
    assertThat(problems()).isEmpty();

    home.edit(
        "routes/11-intake-http.camel.yaml",
        "    id: intake-http-activity-tracker\n",
        "    id: intake-http-activity-tracker\n    autoStartup: false\n");
    home.edit(
        "routes/11-intake-http.camel.yaml",
        "    id: intake-http-access-trail\n",
        "    id: intake-http-access-trail\n    autoStartup: false\n");

    assertThat(problems())
        .containsExactly(
            "warning: routes/: no route takes events in, and `run` would only deliver what waits;"
                + " restore 10-intake-file.camel.yaml, 11-intake-http.camel.yaml or"
                + " 12-intake-tail.camel.yaml from the release");
  }

  @Test
  void aFileIsWaitedForBehindTheSplitOfItsBatches() throws IOException {
    home.edit(
            "routes/10-intake-file.camel.yaml",
            "        - process: { ref: durable }      # the file is done with when everything of it is on disk\n",
            "")
        .edit(
            "routes/10-intake-file.camel.yaml",
            "        - split:\n",
            "        - process: { ref: durable }\n        - split:\n");

    assertThat(problems())
        .containsExactly(
            "routes/10-intake-file.camel.yaml:23: route intake-file: hands events over behind `process:"
                + " { ref: durable }`, which waits only for those before it, so that they would be"
                + " delivered and given back as well; move that step behind this one");
  }

  @Test
  void filesThatAreNotReadForTheirNameAreAWarning() throws IOException {
    for (String name :
        List.of(
            "60-more.yaml", "templates/61-more.yml", "62-more.camel.YAML", "kustomization.yaml")) {
      Files.writeString(routes(name), "- route: {}");
    }
    Files.writeString(routes(".63-more.yaml"), "- route: {}");
    Files.writeString(routes("notes.txt"), "");

    assertThat(problems())
        .containsExactly(
            "warning: routes/60-more.yaml: is not read: names of route files end in .camel.yaml;"
                + " rename it, or move it out of routes/",
            "warning: routes/62-more.camel.YAML: is not read: names of route files end in .camel.yaml;"
                + " rename it, or move it out of routes/",
            "warning: routes/templates/61-more.yml: is not read: names of route files end in"
                + " .camel.yaml; rename it, or move it out of routes/");
  }

  @Test
  void anEndpointIsNamedByNoVariable() throws IOException {
    home.edit(
        "routes/40-route.camel.yaml",
        "- to: spool:jp-tok",
        "- to: \"spool:{{env:MYDEST:jp-tok}}\"");

    String said =
        ": {{env:MYDEST:jp-tok}}: an endpoint is named by no variable; name it, or a setting in"
            + " {{…}}: settings are called router.…, and their variables ROUTER_…, as"
            + " ROUTER_INTAKE_POLL for router.intake.poll";
    assertThat(problems())
        .containsExactly(
            "routes/40-route.camel.yaml:21" + said,
            "routes/40-route.camel.yaml:24" + said,
            "warning: routes/50-deliver.camel.yaml:14: spool:jp-tok: no route sends to it; what is in"
                + " its spool is still delivered, then remove the route and its settings");
  }

  @Test
  void aBrokenFileBringsNoProblemsInTheOthers() throws IOException {
    home.edit("routes/40-route.camel.yaml", "- choice:", "- choice: {");
    home.edit("routes/50-deliver.camel.yaml", "{ name: destination, value: eu-de }", "{ name");

    assertThat(problems())
        .containsExactly(
            "routes/40-route.camel.yaml:10: is not YAML: expected the node content, but found '-'",
            "routes/50-deliver.camel.yaml:9: is not YAML: expected ',' or '}', but got ]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'            otherwise:' | '              otherwise:' | 28 | list | 10",
        "'                steps:~                  - to: spool:eu-gb' | '                  - to: spool:eu-gb' | 17 | map | 16"
      })
  void anIndentationThatDoesNotFitIsSaidWithTheLineItDoesNotFitTo(
      String text, String replacement, int line, String block, int begin) throws IOException {
    String routes = Files.readString(routes("40-route.camel.yaml"));
    Files.writeString(
        routes("40-route.camel.yaml"), routes.replaceFirst(line(text), line(replacement)));

    assertThat(problems())
        .containsExactly(
            "routes/40-route.camel.yaml:%d: is not YAML: this line does not fit into the %s that begins in line %d; indent it as what it belongs to, or write the key that is missing above it"
                .formatted(line, block, begin));
  }

  /** Without its quotes; {@code ~} begins another. */
  private static String line(String quoted) {
    return quoted.substring(1, quoted.length() - 1).replace("~", "\n");
  }

  @Test
  void aSecondColonInALineIsSaidInWords() throws IOException {
    home.edit("routes/40-route.camel.yaml", "- to: spool:eu-gb", "- to: spool: eu-gb");

    assertThat(problems())
        .containsExactly(
            "routes/40-route.camel.yaml:18: is not YAML: a second colon with a blank behind it, or an"
                + " indentation that does not fit; remove the blank, put a text that has both in"
                + " quotes, or indent the key as those beside it");
  }

  @Test
  void aDestinationWithAWrongNameIsSaidWhereItStands() throws IOException {
    home.edit("routes/40-route.camel.yaml", "- to: spool:eu-gb", "- to: spool:EU-gb");

    assertThat(problems())
        .contains(
            "routes/40-route.camel.yaml:18: router.destination.EU-gb.type: \"EU-gb\" is no name; use"
                + " a-z, 0-9 and -, 63 at most, e.g. eu-de")
        .noneMatch(problem -> problem.startsWith("config/"));
  }

  @Test
  void aDestinationThatNothingReachesIsAWarningSoThatItCanBeTakenOutOfService() throws IOException {
    home.edit("routes/40-route.camel.yaml", "to: spool:eu-gb", "to: spool:eu-de")
        .set("router.destination.eu-dee.type", "archive");
    Files.writeString(home.directory().resolve("config/routing-tests.yaml"), "[]");

    assertThat(problems())
        .containsExactly(
            "warning: --set: router.destination.eu-dee: has settings, but no route sends to it or reads"
                + " from it; destinations: access-trail-ap-south, access-trail-eu-central,"
                + " access-trail-uk-south, access-trail-us-south, eu-de, eu-gb, jp-tok, us-south; did you"
                + " mean eu-de?",
            "warning: routes/50-deliver.camel.yaml:10: spool:eu-gb: no route sends to it; what is in its"
                + " spool is still delivered, then remove the route and its settings");
  }

  @Test
  void withoutRoutesThereIsOneProblem() throws IOException {
    try (Stream<Path> files = Files.walk(routes(""))) {
      files.filter(Files::isRegularFile).forEach(file -> file.toFile().delete());
    }
    List<String> empty = problems();
    Files.delete(routes("templates"));
    Files.delete(routes(""));

    assertThat(empty)
        .containsExactly("routes/: holds no *.camel.yaml; restore it from the release")
        .isEqualTo(problems());
  }

  @Test
  void whatBeginsWithADotIsNoRouteAndLinksAreFollowed() throws IOException {
    Files.createSymbolicLink(routes(".#40-route.camel.yaml"), Path.of("nobody@host.1:2"));
    Files.writeString(routes(".40-route.camel.yaml"), "{");
    Files.createDirectory(routes("..2026_11_22"));
    Files.move(routes("50-deliver.camel.yaml"), routes("..2026_11_22/50-deliver.camel.yaml"));
    Files.createSymbolicLink(routes("..data"), Path.of("..2026_11_22"));
    Files.createSymbolicLink(
        routes("50-deliver.camel.yaml"), Path.of("..data/50-deliver.camel.yaml"));
    Files.move(routes("templates"), directory.resolve("templates"));
    Files.createSymbolicLink(routes("templates"), Path.of("../templates"));
    Files.createSymbolicLink(routes("up"), Path.of(".."));

    assertThat(problems()).isEmpty();
  }

  @Test
  void aLinkToNothingIsSaid() throws IOException {
    Path link = routes("95-lost.camel.yaml");
    Files.createSymbolicLink(link, Path.of("nowhere"));

    assertThat(problems())
        .containsExactly(
            "routes/95-lost.camel.yaml: cannot be read (java.nio.file.NoSuchFileException: "
                + link
                + "); restore it from the release");
  }

  @Test
  void noSecretIsSaid() throws IOException {
    Files.writeString(
        routes("99-edit.camel.yaml"),
        """
        - route:
            id: leak
            from:
              uri: file:x
              parameters: { delay: "{{router.destination.eu-de.token}}" }
              steps: [{ to: "direct:dead-letter" }]
        """);
    home.set("router.destination.eu-de.type", "http")
        .set("router.destination.eu-de.url", "https://logs.example/events")
        .set("router.destination.eu-de.token", "hidden");

    assertThat(problems())
        .containsExactly(
            "routes/99-edit.camel.yaml:5: route leak: delay: For input string: \"***\"; mend it and"
                + " run `bin/router check`");
  }

  @Test
  void aBeanOfTheRoutersOwnKeepsItsName() throws IOException {
    Files.writeString(
        routes("99-edit.camel.yaml"),
        """
        - beans:
            - name: mine
              type: java.util.ArrayList
            - name: archive
              type: java.util.ArrayList
            - name: settled-access-trail
              type: java.util.ArrayList
        """);

    assertThat(problems())
        .containsExactly(
            "routes/99-edit.camel.yaml:4: archive: is a bean of the router's own; give yours another"
                + " name",
            "routes/99-edit.camel.yaml:6: settled-access-trail: is a bean of the router's own; give"
                + " yours another name");
  }

  @Test
  void anIdIsTheSameInTheFileAndWhenItIsLoaded() throws IOException {
    home.edit(
        "routes/40-route.camel.yaml",
        "id: route-activity-tracker",
        "id: \"route-{{router.log.format}}\"");

    assertThat(problems())
        .containsExactly(
            "routes/: route-text: is the id of a route when it is loaded, and stands nowhere; write"
                + " ids without placeholders");
  }

  @Test
  void anEventThatWouldGoToADestinationTwiceIsAnError() throws IOException {
    home.edit(
        "routes/40-route.camel.yaml",
        "                  - to: spool:eu-de\n",
        "                  - to: spool:eu-de\n                  - to: spool:eu-de\n");

    assertThat(problems())
        .contains(
            "routes/40-route.camel.yaml:13: de.icr.io on path activity-tracker: goes to eu-de twice,"
                + " which would deliver each event twice; remove one of the steps that send it there")
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .startsWith("config/routing-tests.yaml:")
                    .contains(
                        "expected eu-de, but it goes to eu-de (routes/40-route.camel.yaml:13)"
                            + " and goes to eu-de (routes/40-route.camel.yaml:13): "));
  }

  /** Whatever the rows of the routing tests, which are the operator's own. */
  @Test
  void everyWayThroughTheRoutesIsTried() throws IOException {
    Files.writeString(home.directory().resolve("config/routing-tests.yaml"), "[]");
    String late = "access-trail-retired }\n                  ";
    home.edit(
        "routes/40-route.camel.yaml", late + "- to: direct:dead-letter", late + "- log: late");
    home.edit(
        "routes/20-prepare.camel.yaml",
        """
                            - simple: "${header.deadLetters} == true"
                              steps:
                                - to: direct:dead-letter
        """,
        "");

    assertThat(problems())
        .containsExactly(
            "routes/20-prepare.camel.yaml:9: what is no event: 1 events left by no door: a route in"
                + " routes/ ended without `to: spool:…` or `to: direct:dead-letter`",
            "routes/40-route.camel.yaml:41: icr.io on path access-trail after the cutoff and 12"
                + " more: 1 events left by no door: a route in"
                + " routes/ ended without `to: spool:…` or `to: direct:dead-letter`");
  }

  @Test
  void anEndpointThatIsWrongAfterTheCutoffOnlyIsFound() throws IOException {
    Files.writeString(home.directory().resolve("config/routing-tests.yaml"), "[]");
    String late = "access-trail-retired }\n                  ";
    home.edit(
        "routes/40-route.camel.yaml",
        late + "- to: direct:dead-letter",
        late + "- toD: spool:acces-${header.eventPath}");

    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith("routes/40-route.camel.yaml:44: ")
        .contains(" on path access-trail after the cutoff and 12 more: \"acces-access-trail\"");
  }

  @Test
  void aWhenWhoseDomainsOthersTakeIsNeverReached() throws IOException {
    String otherwise = "            otherwise:\n";
    home.edit(
        "routes/40-route.camel.yaml",
        "                  - to: spool:us-south\n" + otherwise,
        """
                          - to: spool:us-south
                      - simple: "${header.registryDomain} == 'in2.icr.io'"
                        disabled: true
                        steps:
                          - to: spool:eu-de
                      - simple: "${header.registryDomain} == 'in2.icr.io'"
                        steps:
                          - to: direct:no-route
                      - simple: "${header.registryDomain}  == 'us.icr.io'"
                        steps:
                          - to: spool:eu-de
                      - simple: '${header.registryDomain} == "de.icr.io"'
                        steps:
                          - to: spool:eu-gb
                      - simple: "${header.registryDomain} in 'uk.icr.io,jp.icr.io'"
                        steps:
                          - to: spool:eu-de
                      - simple: "${header.registryDomain} in 'uk.icr.io,es.icr.io'"
                        steps:
                          - to: direct:no-route
                      - simple: "${header[RegistryDomain]} in 'us.icr.io'"
                        steps:
                          - to: direct:no-route
        """
            + otherwise);
    Files.writeString(
        routes("99-edit.camel.yaml"),
        """
        - route:
            id: no-route
            from:
              uri: direct:no-route
              steps:
                - setHeader: { name: deadLetterReason, constant: no-route }
                - to: direct:dead-letter
        """);

    assertThat(problems())
        .containsExactly(
            "warning: routes/40-route.camel.yaml:35: ${header.registryDomain}  == 'us.icr.io': is never"
                + " reached: us.icr.io is taken by the `when` at routes/40-route.camel.yaml:10; remove"
                + " it, or move it up",
            "warning: routes/40-route.camel.yaml:38: ${header.registryDomain} == \"de.icr.io\": is"
                + " never reached: de.icr.io is taken by the `when` at routes/40-route.camel.yaml:13;"
                + " remove it, or move it up",
            "warning: routes/40-route.camel.yaml:41: ${header.registryDomain} in 'uk.icr.io,jp.icr.io':"
                + " is never reached: jp.icr.io, uk.icr.io is taken by the `when` at"
                + " routes/40-route.camel.yaml:16, routes/40-route.camel.yaml:22; remove it, or move it"
                + " up",
            "warning: routes/40-route.camel.yaml:47: ${header[RegistryDomain]} in 'us.icr.io': is"
                + " never reached: us.icr.io is taken by the `when` at routes/40-route.camel.yaml:10;"
                + " remove it, or move it up");
  }

  /** By arrival time all of the path's events are late, and those of a later cutoff are not. */
  @Test
  void aWhenBehindTheCutoffIsReachedOnAnotherDay() throws IOException {
    home.set("router.access-trail.cutoff-basis", "arrival-time");

    assertThat(problems()).noneMatch(problem -> problem.contains("never reached"));
  }

  @Test
  void aConditionAsksForWhatAGroupHas() throws IOException {
    home.edit(
        "routes/40-route.camel.yaml",
        "direct:route-activity-tracker\n      steps:\n        - choice:\n            when:\n",
        """
        direct:route-activity-tracker
              steps:
                - setHeader: { name: tier, constant: gold }
                - choice:
                    when:
                      - simple: "${header.action} == 'container-registry.image.delete'"
                        steps:
                          - to: spool:eu-de
                      - simple: "${headers.registyDomain} == 'us.icr.io' && ${header.Tier} == 'gold'"
                        steps:
                          - to: spool:eu-de
                      - simple: "${body} contains 'pull'"
                        steps:
                          - to: spool:eu-de
                      - simple: { expression: "${header['registrydomain']} == 'us.icr.io' && ${body.size} > 1000000" }
                        steps:
                          - to: spool:eu-de
        """);

    String advice =
        "a `when` decides for many events of one registry at a time, as docs/routes.md says";
    String unset =
        ": is a header that neither the router sets nor a route in routes/; there are: eventPath,"
            + " registryDomain, afterCutoff; "
            + advice;
    assertThat(problems())
        .containsExactly(
            "warning: routes/40-route.camel.yaml:11: action" + unset,
            "warning: routes/40-route.camel.yaml:14: registyDomain"
                + unset
                + "; did you mean registryDomain?",
            "warning: routes/40-route.camel.yaml:17: ${body}: holds events in memory and no text of"
                + " them; "
                + advice);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "headers.registryDomain",
        "header[registryDomain]",
        "headers['registryDomain']",
        "header:registryDomain",
        "in.header.registryDomain",
        "header.REGISTRYDOMAIN"
      })
  void aMisspeltDomainIsFoundHoweverItsHeaderIsWritten(String header) throws IOException {
    home.edit(
        "routes/40-route.camel.yaml",
        "${header.registryDomain} == 'uk.icr.io'",
        "${" + header + "} == 'uk.icr.oi'");

    assertThat(problems())
        .first()
        .asString()
        .startsWith("routes/40-route.camel.yaml:16: registryDomain: \"uk.icr.oi\" is no domain");
  }

  @Test
  void whatDiesGoesNowhereElse() throws IOException {
    Files.writeString(home.directory().resolve("config/routing-tests.yaml"), "[]");
    String end = "constant: no-route }\n                - to: direct:dead-letter\n";
    home.edit("routes/40-route.camel.yaml", end, end + "                - to: spool:us-south\n");
    String late = "access-trail-retired }\n                  - to: direct:dead-letter\n";
    home.edit(
        "routes/40-route.camel.yaml", late, late + "                  - to: direct:dead-letter\n");

    assertThat(problems())
        .filteredOn(problem -> problem.contains("activity-tracker") || problem.contains("after"))
        .containsExactly(
            "routes/40-route.camel.yaml:28: ca.icr.io on path activity-tracker and 6 more: goes to us-south and is a dead letter (no-route) as"
                + " well, but what dies goes nowhere else; remove one of the two steps",
            "routes/40-route.camel.yaml:42: icr.io on path access-trail after the cutoff and 12"
                + " more: is a dead letter twice; remove one of the"
                + " steps that send it there");
  }

  void anAnchorOfAnotherItemIsNoMistake() throws IOException {
    Files.writeString(
        routes("99-edit.camel.yaml"),
        """
        - route:
            id: one
            from:
              uri: direct:one
              steps: &both
                - to: direct:two
        - route:
            id: two
            from:
              uri: direct:two
              steps: *both
        """);
    home.edit("routes/20-prepare.camel.yaml", "ref: decode", "ref: decoed");

    assertThat(problems())
        .containsExactly(
            "routes/20-prepare.camel.yaml:7: route prepare: \"decoed\" is not there; steps: archive,"
                + " deadLetter, decode, durable, enrich, group, readFile, reply, request; did you mean"
                + " decode?",
            "warning: routes/99-edit.camel.yaml:1: direct:one: no route sends to it; send to it, or"
                + " remove the route");
  }

  @Test
  void theConfigurationIsGivenOnlyWhenItIsUsable() throws IOException {
    Check.Result fine = check();
    home.edit("routes/20-prepare.camel.yaml", "ref: decode", "ref: decoed");
    Check.Result routes = check();
    home.set("router.http.port", "x");
    Check.Result config = check();

    assertThat(fine.config()).isPresent();
    assertThat(routes.config()).isPresent();
    assertThat(routes.errors()).hasSize(1);
    assertThat(config.config()).isEmpty();
    assertThat(config.errors()).hasSize(2);
    assertThat(home.data()).doesNotExist();
  }

  private Path routes(String name) {
    return directory.resolve("routes").resolve(name);
  }

  private Check.Result check() {
    return Check.run(directory, Map.of(), home.settings(), Clock.systemUTC());
  }

  private List<String> problems() {
    return check().problems().stream().map(RouteMistakesTest::line).toList();
  }

  private static String line(ConfigProblem problem) {
    return (problem.isError() ? "" : "warning: ") + problem;
  }
}
