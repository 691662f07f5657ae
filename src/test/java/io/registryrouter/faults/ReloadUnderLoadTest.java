package io.registryrouter.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.Router;
import io.registryrouter.observe.Status;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Forty edits, good and bad ones, of a router that is being sent 5,000 events a second. */
class ReloadUnderLoadTest {

  private static final List<String> DOMAINS = List.of("us", "de", "uk", "au");
  private static final int SOURCES = 4;
  private static final int BATCH = 52;

  /** 4 sources, each a batch of 52 every 40 ms: 5,200 events a second. */
  private static final long BETWEEN_BATCHES_NANOS = 40_000_000;

  private static final String ROUTE = "routes/40-route.camel.yaml";
  private static final String DELIVER = "routes/50-deliver.camel.yaml";
  private static final String TEMPLATE = "routes/templates/destination.camel.yaml";
  private static final String PREPARE = "routes/20-prepare.camel.yaml";
  private static final String ACTIONS = "config/actions.yaml";
  private static final String PROPERTIES = "config/application.properties";
  private static final String ROUTING_TESTS = "config/routing-tests.yaml";
  private static final Pattern ARRIVED =
      Pattern.compile(
          "\"id\":\"(\\d+)-(\\w+)-(\\d+)-(\\d+)\".*\"actionDescription\":\"edition (\\d+)\"");

  @TempDir private Path directory;
  private final Map<String, String> good = new LinkedHashMap<>();
  private Router router;
  private int applied;
  private volatile boolean feeding = true;

  /** A text to be put in the place of another. */
  private record Edit(String file, String text, String replacement) {}

  private static final List<Edit> BAD =
      List.of(
          new Edit(ROUTE, "steps:", "steps: ["),
          new Edit(ROUTE, "- to: spool:eu-de", "- too: spool:eu-de"),
          new Edit(ROUTE, when("de.icr.io", "eu-de"), ""), // a routing test fails
          new Edit(ROUTE, "spool:us-south", "spool:us-sought"),
          new Edit(TEMPLATE, "ref: request", "ref: reqest"),
          new Edit(TEMPLATE, "id: destination\n", "id: destinations\n"),
          new Edit(DELIVER, "", null), // emptied
          new Edit(PREPARE, null, null), // deleted
          new Edit(PROPERTIES, "router.drain-timeout=20s", "router.drain-timeout=20"),
          new Edit(ACTIONS, "actions:", "\tactions:"));

  @Test
  void nothingIsLostDoubledOrReorderedAndEveryGoodEditTakesEffectBetweenTwoBatches()
      throws Exception {
    try (HttpStub us = HttpStub.start();
        HttpStub de = HttpStub.start();
        HttpStub gb = HttpStub.start();
        HttpStub jp = HttpStub.start()) {
      TestHome home =
          TestHome.in(directory)
              .post("us-south", us)
              .post("eu-de", de)
              .post("eu-gb", gb)
              .post("jp-tok", jp);
      prepare();
      router = Router.daemon(home.config(), Clock.systemUTC());
      ExecutorService sources = Executors.newFixedThreadPool(SOURCES);
      List<Future<Integer>> sent = new ArrayList<>();
      try {
        URI door = URI.create("http://" + home.address("http") + "/v1/activity-tracker/events");
        for (int i = 0; i < SOURCES; i++) {
          int source = i;
          sent.add(sources.submit(() -> feed(door, source)));
        }

        int editions = edit();
        feeding = false;
        List<Integer> batches = new ArrayList<>();
        for (Future<Integer> each : sent) {
          batches.add(each.get());
        }
        assertThat(router.drain(Duration.ofSeconds(60))).isTrue();

        Map<String, List<String>> arrived = new LinkedHashMap<>();
        arrived.put("us", us.lines());
        arrived.put("de", de.lines());
        arrived.put("gb", gb.lines());
        arrived.put("jp", jp.lines());
        verify(arrived, batches, editions);
        assertThat(home.deadLetters()).isEmpty();
      } finally {
        feeding = false;
        sources.shutdownNow();
        router.close();
      }
    }
  }

  private void prepare() throws IOException {
    for (String file : List.of(ROUTE, DELIVER, TEMPLATE, PREPARE, ACTIONS, PROPERTIES)) {
      good.put(file, Files.readString(directory.resolve(file)));
    }
    Files.writeString(
        directory.resolve(ROUTING_TESTS),
        "- name: Frankfurt\n  event: { action: container-registry.image.pull,"
            + " target: { name: de.icr.io/team/app } }\n  expect: eu-de\n");
    change(ACTIONS, "Pull an image from IBM Cloud Container Registry.", "edition 0");
  }

  /** Sends batches until told to stop; each again until it is accepted. Returns how many. */
  private int feed(URI door, int source) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    int batch = 0;
    for (; feeding; batch++) {
      StringBuilder body = new StringBuilder();
      for (int i = 0; i < BATCH; i++) {
        String domain = DOMAINS.get(i % DOMAINS.size());
        body.append(
            String.format(
                "{\"id\":\"%d-%s-%d-%d\",\"action\":\"container-registry.image.pull\","
                    + "\"target\":{\"name\":\"%s.icr.io/team/app:1\"}}%n",
                source, domain, batch, i, domain));
      }
      HttpRequest request =
          HttpRequest.newBuilder(door)
              .header("Content-Type", "application/x-ndjson")
              .POST(BodyPublishers.ofString(body.toString()))
              .build();
      int status = client.send(request, BodyHandlers.ofString()).statusCode();
      while (status == 503) {
        LockSupport.parkNanos(BETWEEN_BATCHES_NANOS);
        status = client.send(request, BodyHandlers.ofString()).statusCode();
      }
      assertThat(status).isEqualTo(202);
      LockSupport.parkNanos(BETWEEN_BATCHES_NANOS);
    }
    return batch;
  }

  /** Forty edits: ten rounds of three bad ones that are mended, and one good one. */
  private int edit() throws IOException {
    int edition = 0;
    for (int round = 0; round < 10; round++) {
      for (int i = 0; i < 3; i++) {
        bad(BAD.get((round * 3 + i) % BAD.size()));
      }
      switch (round % 5) {
        case 0 -> change(ROUTE, when("uk.icr.io", "eu-gb"), when("uk.icr.io", "eu-de"));
        case 1 -> change(TEMPLATE, idOrNote("destination", round), note("destination", round));
        case 2 ->
            change(
                PROPERTIES,
                "router.delivery.linger=" + (round == 2 ? 4 : 5) + "ms",
                "router.delivery.linger=" + (round == 2 ? 5 : 4) + "ms");
        case 3 -> change(PREPARE, idOrNote("prepare", round), note("prepare", round));
        default -> change(ROUTE, when("uk.icr.io", "eu-de"), when("uk.icr.io", "eu-gb"));
      }
      awaitApplied();
      change(ACTIONS, "edition " + edition, "edition " + ++edition);
      awaitApplied();
    }
    return edition;
  }

  private static String note(String id, int round) {
    return "id: " + id + "\n    description: round " + round + "\n";
  }

  private static String idOrNote(String id, int round) {
    return round < 5 ? "id: " + id + "\n" : note(id, round - 5);
  }

  private void bad(Edit edit) throws IOException {
    long before = reload().refused();
    Path file = directory.resolve(edit.file());
    String text = good.get(edit.file());
    if (edit.text() == null) {
      Files.delete(file);
    } else if (edit.replacement() == null) {
      Files.writeString(file, "");
    } else {
      assertThat(text).contains(edit.text());
      replace(file, text.replace(edit.text(), edit.replacement()));
    }
    await().until(() -> reload().refused() == before + 1);
    Files.writeString(file, text);
    await().until(() -> reload().problems().isEmpty());
  }

  private void change(String name, String text, String replacement) throws IOException {
    assertThat(good.get(name)).contains(text);
    good.put(name, good.get(name).replace(text, replacement));
    replace(directory.resolve(name), good.get(name));
  }

  private void awaitApplied() {
    int expected = ++applied;
    await()
        .untilAsserted(
            () -> {
              assertThat(reload().problems()).isEmpty();
              assertThat(reload().applied()).isEqualTo(expected);
            });
  }

  private static String when(String domain, String destination) {
    return String.format(
        "              - simple: \"${header.registryDomain} == '%s'\"%n"
            + "                steps:%n                  - to: spool:%s%n",
        domain, destination);
  }

  /** As careful editors do. */
  private static void replace(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling("." + file.getFileName() + ".swp");
    Files.writeString(temporary, text);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private Status.Reload reload() {
    return router.status().reload();
  }

  private static void verify(
      Map<String, List<String>> arrived, List<Integer> batches, int editions) {
    Set<String> ids = new HashSet<>();
    Map<String, Integer> editionOfBatch = new HashMap<>();
    Set<Integer> seenEditions = new HashSet<>();
    arrived.forEach(
        (stub, lines) -> {
          Map<String, Long> last = new HashMap<>();
          for (String line : lines) {
            Matcher event = ARRIVED.matcher(line);
            assertThat(event.find()).as(line).isTrue();
            String id =
                String.join("-", event.group(1), event.group(2), event.group(3), event.group(4));
            assertThat(ids.add(id)).as("%s came twice", id).isTrue();
            long place = Long.parseLong(event.group(3)) * BATCH + Long.parseLong(event.group(4));
            Long before = last.put(event.group(1) + event.group(2), place);
            assertThat(before == null || before < place).as("%s at %s", id, stub).isTrue();
            int edition = Integer.parseInt(event.group(5));
            seenEditions.add(edition);
            Integer other = editionOfBatch.put(event.group(1) + "-" + event.group(3), edition);
            assertThat(other == null || other == edition).as("batch of %s", id).isTrue();
          }
        });
    int total = batches.stream().mapToInt(count -> count * BATCH).sum();
    assertThat(ids).hasSize(total);
    for (int edition = 0; edition < editions; edition++) {
      assertThat(seenEditions).contains(edition);
    }
    for (int source = 0; source < batches.size(); source++) {
      int before = 0;
      for (int batch = 0; batch < batches.get(source); batch++) {
        int edition = editionOfBatch.get(source + "-" + batch);
        assertThat(edition).isGreaterThanOrEqualTo(before);
        before = edition;
      }
    }
    assertThat(arrived.get("de")).anyMatch(line -> line.contains("-uk-"));
    assertThat(arrived.get("gb")).anyMatch(line -> line.contains("-uk-"));
  }
}
