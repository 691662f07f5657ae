package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.registryrouter.config.EventPath;
import io.registryrouter.support.Events;
import io.registryrouter.support.Forced;
import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.RouterProcess.Ended;
import io.registryrouter.support.TestHome;
import io.registryrouter.support.Tool;
import io.registryrouter.support.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who can read what the router keeps, and that it starts whatever room there is. */
class DataDirectoryTest {

  @RegisterExtension final Warnings warnings = new Warnings(DataDirectory.class);
  @TempDir private Path directory;

  @Test
  void theDataDirectoryIsItsOwnersAlone() throws Exception {
    TestHome home = TestHome.in(directory);

    run(home);

    assertThat(rights(home.data())).isEqualTo("rwx------");
  }

  @Test
  void noFileWithEventsCanBeReadByOthersEvenInAnOpenDirectory() throws Exception {
    TestHome home = TestHome.in(directory);
    Files.createDirectory(home.data());
    Files.setPosixFilePermissions(home.data(), PosixFilePermissions.fromString("rwxr-xr-x"));

    run(home);

    assertThat(rights(home.data())).isEqualTo("rwxr-xr-x");
    List<Path> open;
    try (Stream<Path> all = Files.walk(home.data())) {
      open = all.filter(Files::isRegularFile).filter(file -> isOpen(home, file)).toList();
    }
    assertThat(open).containsExactly(home.data().resolve("router.lock")); // addresses and a pid
    assertThat(home.archived("us-south")).hasSize(1);
    assertThat(home.deadLetters()).hasSize(1);
  }

  /** A power failure must not take away what was put into them. */
  @Test
  void theNamesOfItsDirectoriesAreOnDiskBeforeAnythingIsTaken() throws Exception {
    TestHome home = TestHome.in(directory);
    Forced.Work start = () -> DataDirectory.take(home.config().data(), Instant.EPOCH).close();

    assertThat(Forced.by(start)).contains(directory, home.data(), home.data().resolve("inbox"));

    // a process may have been killed when it had made them
    assertThat(Forced.by(start)).contains(home.data(), home.data().resolve("inbox"));
  }

  /** Somebody takes it for what a dead process has left. */
  @Test
  void whoRemovesTheLockLetsNobodyIn() throws Exception {
    TestHome home = TestHome.in(directory);
    try (Router router = Router.daemon(home.config(), Clock.systemUTC())) {
      assertThat(router.status().balance().received()).isZero();
      Files.delete(lock(home));

      Ended second = RouterProcess.run(home, "run");

      assertThat(second.code()).isEqualTo(1);
      assertThat(second.err())
          .contains(
              "router: another router works on "
                  + home.data()
                  + ", whose router.lock somebody has removed; stop it, or set router.data-dir to"
                  + " another directory\n");
    }
  }

  /** As want of threads is one, which no JVM ends by itself. */
  @Test
  void anErrorAtTheStartLeavesNothingBehindThatRuns() throws Exception {
    TestHome home = TestHome.in(directory);
    String broken = "- process: { ref: \"#class:" + Broken.class.getName() + "\" }\n        ";
    String decode = "- process: { ref: decode }";
    home.edit("routes/20-prepare.camel.yaml", decode, broken + decode);

    assertThatThrownBy(() -> Router.daemon(home.config(), Clock.systemUTC()))
        .isInstanceOf(NoClassDefFoundError.class)
        .hasMessage("broken");

    home.edit("routes/20-prepare.camel.yaml", broken, "");
    run(home);
    assertThat(home.archived("us-south")).hasSize(1);
  }

  /** Cannot be made. */
  public static final class Broken implements Processor, CamelContextAware {

    @Override
    public void setCamelContext(CamelContext context) {
      throw new NoClassDefFoundError("broken");
    }

    @Override
    public CamelContext getCamelContext() {
      return null;
    }

    @Override
    public void process(Exchange exchange) {}
  }

  /** As a disk is that has no inode left. */
  @Test
  void whereNoFurtherFileCanBeMadeItStartsAsWell() throws Exception {
    TestHome home = TestHome.in(directory);
    Path instead = home.data().resolve("spool/.lock");
    Files.createDirectories(instead);

    run(home);

    assertThat(home.archived("us-south")).hasSize(1);
    assertThat(warnings.said())
        .anyMatch(said -> said.startsWith("file=" + instead + " error=java.nio.file.FileSystem"));
  }

  /** What waits is delivered, and makes room. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void onAFullDiskItStarts(boolean wasCutOff) throws Exception {
    TestHome home = TestHome.in(directory);
    String data = Files.createDirectory(home.data()).toString();
    assumeThat(Tool.exitCode("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", data))
        .as("the right to mount a tmpfs")
        .isZero();
    try {
      Router.daemon(home.config(), Clock.systemUTC()).close();
      assertThat(lock(home)).content().isBlank();
      if (wasCutOff) {
        Files.write(lock(home), new byte[0]);
      }
      fill(home.data());

      try (Router router = Router.daemon(home.config(), Clock.systemUTC())) {
        String management = "\"management\":\"127.0.0.1:" + router.managementPort() + "\"";
        if (wasCutOff) {
          assertThat(lock(home)).isEmptyFile();
          assertThat(warnings.said())
              .contains(
                  "file=" + lock(home) + " error=java.io.IOException: No space left on device");
        } else {
          assertThat(lock(home)).content().contains(management);
        }
      }
    } finally {
      Tool.exitCode("umount", data);
    }
  }

  private static Path lock(TestHome home) {
    return home.data().resolve("router.lock");
  }

  private static void fill(Path disk) {
    assertThatThrownBy(
            () -> {
              for (int i = 0; true; i++) {
                Files.write(disk.resolve("other" + i), new byte[4096]);
              }
            })
        .isInstanceOf(IOException.class);
  }

  private void run(TestHome home) throws Exception {
    Path events = directory.resolve("events.ndjson");
    Files.write(events, List.of(Events.pull("us.icr.io", 1), "nonsense"));
    try (Router router = Router.daemon(home.config(), Clock.systemUTC())) {
      router.route(EventPath.ACTIVITY_TRACKER, events, "events");
      assertThat(router.drain(Duration.ofSeconds(30))).isTrue();
    }
  }

  /** Whether others may read it and get to it through all directories on the way. */
  private static boolean isOpen(TestHome home, Path file) {
    for (Path on = file.getParent(); on.startsWith(home.data()); on = on.getParent()) {
      if (!has(on, PosixFilePermission.OTHERS_EXECUTE)) {
        return false;
      }
    }
    return has(file, PosixFilePermission.OTHERS_READ);
  }

  private static boolean has(Path path, PosixFilePermission right) {
    try {
      return Files.getPosixFilePermissions(path).contains(right);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String rights(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
