package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.config.EventPath;
import io.registryrouter.support.Events;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who can read what the router keeps. */
class DataDirectoryTest {

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
