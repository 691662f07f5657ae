package io.registryrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher of an installation gives to Java. */
class LauncherTest {

  @TempDir private Path home;

  @BeforeEach
  void install() throws IOException {
    Files.createDirectories(home.resolve("bin"));
    Files.createDirectories(home.resolve("java/bin"));
    Files.createDirectories(home.resolve("lib"));
    Files.copy(TestHome.CHECKOUT.resolve("bin/router"), home.resolve("bin/router"));
    Files.writeString(home.resolve("lib/router.jar"), "");
    Path java =
        Files.writeString(home.resolve("java/bin/java"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void theHeapOfTheDaemonIsBounded() throws Exception {
    assertThat(argumentsOf("run")).contains("-Xms48m", "-Xmn32m", "-Xmx128m");
  }

  @Test
  void whereAnArchiveCameAlongJavaTakesItAndKnowsItsOwnHeap() throws Exception {
    Path archive = Files.writeString(home.resolve("lib/router.aot"), "");

    assertThat(argumentsOf("run"))
        .contains("-XX:AOTCache=" + archive)
        .noneMatch(argument -> argument.startsWith("-Xm"));
  }

  @Test
  void aCommandThatEndsSoonWantsNoOptimisingCompiler() throws Exception {
    assertThat(argumentsOf("check"))
        .contains("-XX:TieredStopAtLevel=1")
        .noneMatch(argument -> argument.startsWith("-Xm"))
        .endsWith("io.registryrouter.RouterMain", "check");
  }

  private List<String> argumentsOf(String command) throws Exception {
    ProcessBuilder launcher =
        new ProcessBuilder("bash", home.resolve("bin/router").toString(), command)
            .redirectErrorStream(true);
    launcher.environment().put("JAVA_HOME", home.resolve("java").toString());
    launcher.environment().remove("ROUTER_JAVA_OPTS");
    Process process = launcher.start();
    List<String> arguments = process.inputReader().lines().toList();
    assertThat(process.waitFor()).isZero();
    return arguments;
  }
}
