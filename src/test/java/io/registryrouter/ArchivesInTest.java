package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.support.Events;
import io.registryrouter.support.TestHome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dump of an object storage's archive, put into an inbox as it is. */
class ArchivesInTest {

  @TempDir private Path directory;
  private TestHome home;
  private Path inbox;

  @BeforeEach
  void copyTheShippedConfiguration() throws IOException {
    home = TestHome.in(directory);
    inbox = home.data().resolve("inbox/activity-tracker");
  }

  @Test
  void thousandsOfSmallFilesInNestedDirectoriesArriveInTheOrderOfTheirPaths() throws Exception {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      names.add(String.format("2019/%02d/%02d/%05d.ndjson", 7 + i / 1000, i % 28 + 1, i));
    }
    for (String name : names) {
      put(name, Events.pull("us.icr.io", name).getBytes(StandardCharsets.UTF_8));
    }
    List<String> inOrder = names.stream().sorted().toList();

    run(3000);

    assertThat(home.archived("us-south").stream().map(Events::id)).isEqualTo(inOrder);
    assertThat(files(inbox.resolve(".done"))).isEqualTo(inOrder);
    assertThat(files(inbox)).allMatch(file -> file.startsWith(".done/")).hasSize(3000);
  }

  @Test
  void gzipOfManyMembersIsReadToItsEndAndADamagedOneFailsWhereItLies() throws Exception {
    byte[] two = Events.gzip(Events.pull("us.icr.io", 1) + "\n" + Events.pull("us.icr.io", 2));
    byte[] third = Events.gzip("\n" + Events.pull("us.icr.io", 3) + "\n");
    put("2019/09/29/a.json.gz", join(two, third));
    put("2019/09/30/b.ndjson.GZ", join(third, Arrays.copyOf(two, two.length - 9)));
    put("2019/09/30/c.gz", third);

    run(5);

    assertThat(files(inbox))
        .containsExactly(
            ".done/2019/09/29/a.json.gz",
            ".done/2019/09/30/c.gz",
            ".failed/2019/09/30/b.ndjson.GZ");
    assertThat(home.archived("us-south").stream().map(Events::id).filter("3"::equals)).hasSize(3);
    assertThat(home.deadLetters()).singleElement().asString().contains("gzip: it ends too early");
  }

  @Test
  void namesThatOtherSystemsTakeForPathsHoldNobodyUp() throws Exception {
    for (String name : List.of("m\\x.ndjson", "a b.ndjson", "c:d.ndjson", "e%20${f}.ndjson")) {
      put(name, Events.pull("us.icr.io", name.replace('\\', '/')).getBytes(StandardCharsets.UTF_8));
    }

    run(4);

    assertThat(home.archived("us-south").stream().map(Events::id))
        .containsExactly("a b.ndjson", "c:d.ndjson", "e%20${f}.ndjson", "m/x.ndjson");
    assertThat(files(inbox))
        .containsExactly(
            ".done/a b.ndjson", ".done/c:d.ndjson", ".done/e%20${f}.ndjson", ".done/m\\x.ndjson");
  }

  private void run(int events) throws Exception {
    try (Router router = Router.daemon(home.config(), Clock.systemUTC())) {
      await()
          .atMost(Duration.ofMinutes(2))
          .ignoreExceptions() // a file was moved while its directory was walked through
          .until(() -> files(inbox).stream().allMatch(file -> file.startsWith(".")));
      await().until(() -> router.balance().delivered() >= events && router.spools().backlog() == 0);
    }
  }

  private void put(String name, byte[] content) throws IOException {
    Path file = inbox.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  /** Names of all files below a directory, in order. */
  private static List<String> files(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  private static byte[] join(byte[]... parts) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.write(part);
    }
    return all.toByteArray();
  }
}
