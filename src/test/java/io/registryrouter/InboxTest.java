package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.support.Events;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The running router and the files of its inbox. */
class InboxTest {

  @TempDir private Path directory;
  private TestHome home;

  private Router router;

  @BeforeEach
  void copyTheShippedConfiguration() throws IOException {
    home = TestHome.in(directory);
  }

  @AfterEach
  void stop() {
    if (router != null) {
      router.close();
    }
  }

  private static List<String> ids(int from, int to, IntPredicate wanted) {
    return IntStream.range(from, to).filter(wanted).mapToObj(String::valueOf).toList();
  }

  @Test
  void filesOfAllFormatsAreTakenAndMovedWithoutOverwriting() throws Exception {
    Path inbox = home.data().resolve("inbox/activity-tracker");
    Files.createDirectories(inbox.resolve("2019/09"));
    Files.createDirectories(inbox.resolve(".done"));
    Files.writeString(inbox.resolve(".done/lines.ndjson"), "an earlier one");
    Files.writeString(
        inbox.resolve("lines.ndjson"),
        "\uFEFF" + Events.pull("us.icr.io", 1) + "\r\n\r\nbad\r\n" + Events.pull("us.icr.io", 2));
    Files.writeString(
        inbox.resolve("array.json"),
        " [" + Events.pull("us.icr.io", 3) + " ,\n" + Events.pull("us.icr.io", 4) + "\n]\n");
    Files.writeString(
        inbox.resolve("pretty.json"),
        Events.pull("us.icr.io", 5).replace(",", ",\n  ").replace("{", "{\n"));
    Files.write(inbox.resolve("2019/09/archive.json.gz"), Events.gzip(Events.pull("us.icr.io", 6)));
    Files.write(
        inbox.resolve("broken.ndjson.gz"),
        Arrays.copyOf(Events.gzip(Events.pull("us.icr.io", 7) + "\n"), 60));
    Files.writeString(inbox.resolve("unfinished.part"), Events.pull("us.icr.io", 8));
    start();

    await().until(() -> Files.exists(inbox.resolve(".done/pretty.json")));

    await().until(() -> home.archived("us-south").size() == 6);
    assertThat(home.archived("us-south").stream().map(Events::id))
        .containsExactly("6", "3", "4", "1", "2", "5");
    assertThat(inbox.resolve(".done/2019/09/archive.json.gz")).exists();
    assertThat(inbox.resolve(".done/array.json")).exists();
    assertThat(inbox.resolve(".done/lines.ndjson")).hasContent("an earlier one");
    assertThat(inbox.resolve(".done/lines.ndjson.1")).exists();
    assertThat(inbox.resolve(".failed/broken.ndjson.gz")).exists();
    assertThat(inbox.resolve("unfinished.part")).exists();
    assertThat(home.deadLetters()).hasSize(2);
    assertThat(home.deadLetters().get(0))
        .contains("\"reason\":\"malformed\"", "gzip: ", "\"name\":\"broken.ndjson.gz\"");
    assertThat(home.deadLetters().get(1))
        .contains(
            "\"reason\":\"malformed\"",
            "\"source\":{\"kind\":\"file\",\"name\":\"lines.ndjson\",\"line\":3}",
            "\"raw\":\"bad\"");
  }

  @Test
  void whatWasTakenLongAgoIsDeletedInAnInboxThatNothingComesIntoAsWell() throws Exception {
    Path done = Files.createDirectories(home.data().resolve("inbox/access-trail/.done/2019"));
    Path failed = Files.createDirectories(home.data().resolve("inbox/access-trail/.failed"));
    Files.writeString(done.resolve("a.ndjson"), "{}");
    Files.writeString(failed.resolve("b.json"), "[{}");
    home.set("router.intake.done-retention", "1ms");

    start();

    await().until(() -> Files.notExists(done));
    assertThat(failed.resolve("b.json")).exists();
  }

  @Test
  void aFileOfManyBatchesArrivesWholeAndInOrder() throws Exception {
    Path inbox = Files.createDirectories(home.data().resolve("inbox/activity-tracker"));
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 30_000; i++) {
      events.add(Events.pull(i % 2 == 0 ? "us.icr.io" : "jp.icr.io", i));
    }
    Files.write(inbox.resolve("big.ndjson"), events);
    start();

    await().until(() -> Files.exists(inbox.resolve(".done/big.ndjson")));
    await().until(() -> router.spools().backlog() == 0);

    assertThat(home.archived("us-south").stream().map(Events::id))
        .containsExactlyElementsOf(ids(0, 30_000, i -> i % 2 == 0));
    assertThat(home.archived("jp-tok").stream().map(Events::id))
        .containsExactlyElementsOf(ids(0, 30_000, i -> i % 2 != 0));
    assertThat(inbox.resolve(".progress")).doesNotExist();
  }

  /** Nor does one event that waits elsewhere keep it from being taken piece by piece. */
  @Test
  void aFileMayBeLargerThanTheWholeSpool() throws Exception {
    try (HttpStub down =
        HttpStub.start().answer(IntStream.generate(() -> 503).limit(10_000).toArray())) {
      home.post("eu-de", down).set("router.spool.max-size", "64KiB");
      start();
      home.give(Events.pull("de.icr.io", "waits"));
      List<String> ids = IntStream.range(0, 1000).mapToObj(String::valueOf).toList();
      home.drop(
          "large.ndjson",
          ids.stream().map(id -> Events.pull("us.icr.io", id)).collect(Collectors.joining("\n")));

      await()
          .untilAsserted(
              () ->
                  assertThat(home.archived("us-south").stream().map(Events::id))
                      .containsExactlyElementsOf(ids));
      assertThat(router.spools().backlogs()).containsEntry("eu-de", 1L);
    }
  }

  private void start() throws IOException {
    router = Router.daemon(home.config(), Clock.systemUTC());
  }
}
