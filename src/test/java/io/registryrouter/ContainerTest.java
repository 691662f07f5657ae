package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.TestHome;
import io.registryrouter.support.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the image relies on; {@code docker/verify.sh} builds and runs it. */
class ContainerTest {

  @TempDir private Path directory;

  @Test
  void theHealthCheckTellsALiveRouterFromADeadOne() throws Exception {
    TestHome home = TestHome.in(directory);
    Path lock = home.data().resolve("router.lock");

    assertThat(health(home))
        .isEqualTo(
            "health: "
                + lock
                + " cannot be read; set ROUTER_DATA_DIR to the data directory of the router if it has"
                + " another\n1");
    try (RouterProcess router = RouterProcess.start(home, "run")) {
      await().until(router::isReady);
      assertThat(health(home)).isEqualTo("0");

      router.kill();
      assertThat(health(home))
          .isEqualTo("health: the router does not answer on " + home.address("management") + "\n1");
    }
    try (RouterProcess router = RouterProcess.start(home, "run")) {
      await().until(router::isReady);
      router.terminate();
      assertThat(router.waitForEnd().code()).isZero();
    }
    assertThat(health(home)).isEqualTo("health: no router is running on " + home.data() + "\n1");
  }

  @Test
  void theHealthCheckFindsTheDataDirectoryInTheSettings() throws Exception {
    Path health = Files.createDirectories(directory.resolve("bin")).resolve("health");
    Files.copy(TestHome.CHECKOUT.resolve("bin/health"), health);
    Path data = Files.createDirectory(directory.resolve("my data"));
    Files.writeString(data.resolve("router.lock"), "{}");
    Path settings =
        Files.createDirectories(directory.resolve("config")).resolve("application.properties");

    for (String line : List.of("router.data-dir=my data", "  router.data-dir : " + data + " ")) {
      Files.writeString(settings, "# router.data-dir=data\nrouter.data-dir-x=y\n" + line + "\r\n");
      assertThat(Tool.run(directory, Map.of(), "bash", "-c", "bin/health || true").strip())
          .isEqualTo("health: no router is running on " + data);
    }
  }

  @Test
  void anAddressOfIpVersionSixIsFoundByTheCommands() throws Exception {
    TestHome home =
        TestHome.in(directory).set("router.http.host", "::1").set("router.management.host", "::1");
    assumeTrue(hasIpVersionSix(), "no loopback of IP version 6");
    try (RouterProcess router = RouterProcess.start(home, "run")) {
      await().until(router::isReady);

      assertThat(home.address("management")).matches("\\[::1]:\\d+");
      assertThat(home.address("http")).matches("\\[::1]:\\d+");
      assertThat(health(home)).isEqualTo("0");
      assertThat(RouterProcess.run(home, "status").out()).startsWith("destination");
    }
  }

  private static boolean hasIpVersionSix() {
    byte[] loopback = new byte[16];
    loopback[15] = 1;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByAddress(loopback))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private static String health(TestHome home) throws IOException, InterruptedException {
    ProcessBuilder command =
        new ProcessBuilder(TestHome.CHECKOUT.resolve("bin/health").toString())
            .redirectErrorStream(true);
    command.environment().put("ROUTER_DATA_DIR", home.data().toString());
    Process process = command.start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return printed + process.waitFor();
  }

  @Test
  void theImageHasTheVersionOfTheRouter() throws IOException {
    assertThat(found("ARG VERSION=(\\S+)", "docker/Dockerfile"))
        .isEqualTo(
            found(
                "<artifactId>registry-event-router</artifactId>\\s+<version>([^<]+)<", "pom.xml"));
  }

  @Test
  void theTrainingRunBelongsToTheUserWhoRunsItWhateverTheModesOfTheCheckout() throws IOException {
    assertThat(found("\nCOPY --chown=(\\S+) docker/train /opt/train\n", "docker/Dockerfile"))
        .isEqualTo(found("\nUSER (\\S+)\nRUN bash /opt/train ", "docker/Dockerfile"));
  }

  private static String found(String pattern, String file) throws IOException {
    Matcher matcher =
        Pattern.compile(pattern).matcher(Files.readString(TestHome.CHECKOUT.resolve(file)));
    assertThat(matcher.find()).as(pattern + " in " + file).isTrue();
    return matcher.group(1);
  }
}
