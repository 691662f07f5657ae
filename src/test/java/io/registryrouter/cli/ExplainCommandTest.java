package io.registryrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.support.Events;
import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.RouterProcess.Ended;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code explain} says, word for word. */
class ExplainCommandTest {

  @TempDir private Path directory;
  private TestHome home;
  private Path events;

  @BeforeEach
  void writeEvents() throws IOException {
    home =
        TestHome.in(directory)
            .set("router.destination.jp-tok.type", "http")
            .set("router.destination.jp-tok.url", "https://logs.example/in?key=s3cret")
            .edit(
                "routes/40-route.camel.yaml",
                "                  - to: spool:eu-gb\n",
                """
                                  - multicast:
                                      steps:
                                        - to: spool:eu-gb
                                        - to: spool:us-south
                """);
    events = directory.resolve("events.ndjson");
    Files.writeString(
        events,
        String.join(
            "\n",
            Events.pull("au.icr.io", 1)
                .replace("{\"name\"", "{\"host\":{\"address\":\"us.icr.io\"},\"name\""),
            Events.pull("uk.icr.io", 2),
            Events.pull("es.icr.io", 3).replace("image.pull", "image.tele\\u001bport"),
            "{\"payload\":" + Events.pull("quay.io", 4) + "}",
            "nonsense"));
  }

  @Test
  void everyMistakeInTheRoutesIsSaidBeforeAnythingIsExplained() throws Exception {
    home.edit("routes/20-prepare.camel.yaml", "ref: group", "ref: groop")
        .edit("routes/40-route.camel.yaml", "to: spool:jp-tok", "too: spool:jp-tok");

    Ended explained = RouterProcess.run(home, "explain", events.toString());

    assertThat(explained.code()).isEqualTo(78);
    assertThat(explained.out()).isEmpty();
    assertThat(explained.err()).isEqualTo(RouterProcess.run(home, "check").err());
    assertThat(explained.err()).contains("did you mean group?").contains("did you mean to?");
  }

  /** Why it fails is what one wants to see. */
  @Test
  void aFailingRowOfTheRoutingTestsKeepsNothingFromBeingExplained() throws Exception {
    home.edit("config/routing-tests.yaml", "expect: jp-tok", "expect: eu-de");

    Ended explained = RouterProcess.run(home, "explain", events.toString());

    assertThat(explained.code()).isZero();
    assertThat(explained.out()).startsWith("FILE:1\n".replace("FILE", events.toString()));
  }

  @Test
  void theTextTellsWhichBranchOfWhichRouteTookAnEvent() throws Exception {
    Ended explained = RouterProcess.run(home, "explain", events.toString());

    assertThat(explained.code()).isZero();
    assertThat(explained.out())
        .isEqualTo(
            """
            FILE:1
              action       container-registry.image.pull (flat event)
              meaning      Pull an image from IBM Cloud Container Registry.
              registry     au.icr.io, from target.name "au.icr.io/team/app:1"
                           target.host.address "us.icr.io" says us.icr.io
              event time   2019-08-15T12:00:00.00+0000
              path         activity-tracker
              goes to      jp-tok (http, ndjson to https://logs.example/in)
                because    routes/40-route.camel.yaml:22: ${header.registryDomain} == 'au.icr.io'

            FILE:2
              action       container-registry.image.pull (flat event)
              meaning      Pull an image from IBM Cloud Container Registry.
              registry     uk.icr.io, from target.name "uk.icr.io/team/app:1"
              event time   2019-08-15T12:00:00.00+0000
              path         activity-tracker
              goes to      eu-gb (archive, ndjson)
                because    routes/40-route.camel.yaml:16: ${header.registryDomain} == 'uk.icr.io'
              goes to      us-south (archive, ndjson)
                because    routes/40-route.camel.yaml:16: ${header.registryDomain} == 'uk.icr.io'

            FILE:3
              action       container-registry.image.tele�port (flat event)
              meaning      not in config/actions.yaml
              registry     es.icr.io, from target.name "es.icr.io/team/app:1"
              event time   2019-08-15T12:00:00.00+0000
              path         activity-tracker
              dead letter  no-route: es.icr.io is known but not routed: add a `when` for it to the \
            activity-tracker choice in routes/40-route.camel.yaml, its destination to \
            routes/50-deliver.camel.yaml, and see `routed` in config/registries.yaml
                because    routes/40-route.camel.yaml:31: otherwise

            FILE:4
              action       container-registry.image.pull (wrapped event)
              meaning      Pull an image from IBM Cloud Container Registry.
              registry     not known, from target.name "quay.io/team/app:1"
              event time   2019-08-15T12:00:00.00+0000
              path         activity-tracker
              dead letter  unknown-domain: target.name "quay.io/team/app:1" names a registry that is \
            not in config/registries.yaml

            FILE:5
              dead letter  malformed: not JSON, byte 8: Unrecognized token 'nonsense': was expecting \
            (JSON String, Number, Array, Object or token 'null', 'true' or 'false')

            """
                .replace("FILE", events.toString()));
  }

  @Test
  void theJsonIsOneObjectALine() throws Exception {
    Ended explained = RouterProcess.run(home, "explain", "--json", events.toString());

    assertThat(explained.code()).isZero();
    assertThat(explained.out().lines().limit(2))
        .containsExactly(
            """
            {"source":"FILE:1","path":"activity-tracker","shape":"flat",\
            "action":"container-registry.image.pull",\
            "description":"Pull an image from IBM Cloud Container Registry.","domain":"au.icr.io",\
            "domainFrom":"target.name \\"au.icr.io/team/app:1\\"",\
            "others":[{"field":"target.host.address","value":"us.icr.io","says":"us.icr.io"}],\
            "eventTime":"2019-08-15T12:00:00.00+0000",\
            "destinations":["jp-tok"],"doors":[{"destination":"jp-tok","type":"http",\
            "format":"ndjson","url":"https://logs.example/in",\
            "when":{"file":"routes/40-route.camel.yaml","line":22,\
            "expression":"${header.registryDomain} == 'au.icr.io'"}}]}"""
                .replace("FILE", events.toString()),
            """
            {"source":"FILE:2","path":"activity-tracker","shape":"flat",\
            "action":"container-registry.image.pull",\
            "description":"Pull an image from IBM Cloud Container Registry.","domain":"uk.icr.io",\
            "domainFrom":"target.name \\"uk.icr.io/team/app:1\\"","others":[],\
            "eventTime":"2019-08-15T12:00:00.00+0000",\
            "destinations":["eu-gb","us-south"],"doors":[\
            {"destination":"eu-gb","type":"archive","format":"ndjson",\
            "when":{"file":"routes/40-route.camel.yaml","line":16,\
            "expression":"${header.registryDomain} == 'uk.icr.io'"}},\
            {"destination":"us-south","type":"archive","format":"ndjson",\
            "when":{"file":"routes/40-route.camel.yaml","line":16,\
            "expression":"${header.registryDomain} == 'uk.icr.io'"}}]}"""
                .replace("FILE", events.toString()));
    assertThat(explained.out().lines().skip(2))
        .satisfiesExactly(
            noRoute ->
                assertThat(noRoute)
                    .contains(
                        "\"destinations\":[],\"doors\":[],\"deadLetter\":{\"reason\":\"no-route\"")
                    .endsWith(
                        "\"when\":{\"file\":\"routes/40-route.camel.yaml\",\"line\":31,"
                            + "\"expression\":\"otherwise\"}}}"),
            unknown ->
                assertThat(unknown)
                    .contains("\"reason\":\"unknown-domain\"")
                    .doesNotContain("when\":"),
            malformed ->
                assertThat(malformed)
                    .contains("\"reason\":\"malformed\"")
                    .doesNotContain("\"shape\""));
  }

  @Test
  void eachElementOfAnArrayInOneLineHasItsOwnDoor() throws Exception {
    String large = Events.pull("us.icr.io", "x".repeat(1024 * 1024));
    Path array = directory.resolve("array.json");
    Files.writeString(
        array,
        "[%s,%s,%s,%s]"
            .formatted(
                large, Events.pull("us.icr.io", 1), Events.pull("es.icr.io", 2), "{\"a\":1}"));

    Ended explained = RouterProcess.run(home, "explain", "--json", array.toString());

    assertThat(explained.out().lines())
        .satisfiesExactly(
            tooLarge ->
                assertThat(tooLarge)
                    .contains("\"destinations\":[]", "\"reason\":\"too-large\"")
                    .contains("\"detail\":\"%d bytes; ".formatted(large.length())),
            delivered ->
                assertThat(delivered)
                    .contains("\"destinations\":[\"us-south\"]")
                    .doesNotContain("deadLetter"),
            noRoute -> assertThat(noRoute).contains("[]", "\"reason\":\"no-route\""),
            noEvent -> assertThat(noEvent).contains("[]", "\"reason\":\"not-a-registry-event\""));
  }

  /** As {@code run} does: by what the event itself has, not by what is around it. */
  @Test
  void blanksAndLineEndsAreNoPartOfWhatIsTooLarge() throws Exception {
    int padding = 1024 * 1024 - Events.pull("us.icr.io", "").length();
    String greatest = Events.pull("us.icr.io", "x".repeat(padding));
    Path lines = directory.resolve("large.ndjson");
    Files.writeString(
        lines,
        greatest
            + " ".repeat(100)
            + "\r\n"
            + Events.pull("us.icr.io", "x".repeat(padding + 1))
            + "\r\n");

    Ended explained = RouterProcess.run(home, "explain", "--json", lines.toString());

    assertThat(explained.out().lines())
        .satisfiesExactly(
            delivered -> assertThat(delivered).contains("\"destinations\":[\"us-south\"]"),
            tooLarge -> assertThat(tooLarge).contains("\"detail\":\"1048577 bytes; "));
  }
}
