package io.registryrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.support.TestHome;
import io.registryrouter.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher of an installation gives to Java. */
class LauncherTest {

  private static final String MAKES_A_JAR =
      """
      for argument; do
        case $argument in -Drouter.build=*) work=${argument#*=} ;; esac
      done
      mkdir -p "$work/lib"
      echo jar > "$work/registry-event-router-1.jar"
      """;

  @TempDir private Path home;

  @BeforeEach
  void install() throws IOException {
    Files.createDirectories(home.resolve("bin"));
    Files.createDirectories(home.resolve("java/bin"));
    Files.createDirectories(home.resolve("lib"));
    Files.copy(TestHome.CHECKOUT.resolve("bin/router"), home.resolve("bin/router"));
    Files.writeString(home.resolve("lib/router.jar"), "");
    executable("java/bin/java", "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
  }

  @Test
  void theHeapOfTheDaemonIsBoundedAndCheckLooksAtThatHeap() {
    assertThat(argumentsOf("run")).contains("-Xms48m", "-Xmn20m", "-Xmx128m");
    assertThat(argumentsOf("check")).contains("-Xmn20m", "-Xmx128m").doesNotContain("-Xms48m");
    assertThat(argumentsOf("dead-letters")).noneMatch(argument -> argument.startsWith("-Xm"));
  }

  @Test
  void whereAnArchiveCameAlongJavaTakesItAndKnowsItsOwnHeap() throws IOException {
    Path archive = Files.writeString(home.resolve("lib/router.aot"), "");

    assertThat(argumentsOf("run"))
        .contains("-XX:AOTCache=" + archive)
        .noneMatch(argument -> argument.startsWith("-Xm"));
  }

  @Test
  void aCommandThatEndsSoonWantsNoOptimisingCompiler() {
    assertThat(argumentsOf("check"))
        .contains("-XX:TieredStopAtLevel=1")
        .endsWith("io.registryrouter.RouterMain", "check");
  }

  @Test
  void theFirstStartOfAJavaMakesAnArchiveOfClassesAndNeedsNoTemporaryDirectory()
      throws IOException {
    Files.writeString(home.resolve("java/release"), "JAVA_RUNTIME_VERSION=\"17.0.9+9\"\n");
    Files.createDirectories(home.resolve("lib/training/data")); // of one that was killed
    Files.writeString(
        home.resolve("java/bin/java"),
        """
        #!/bin/sh
        case $1 in
          -XX:ArchiveClassesAtExit=*) echo archived > "${1#*=}" ;;
          *) printf '%s\\n' "$@" ;;
        esac
        """);
    Map<String, String> environment =
        Map.of(
            "JAVA_HOME", home.resolve("java").toString(),
            "ROUTER_JAVA_OPTS", "",
            "TMPDIR", "/nowhere");

    String first = Tool.run(home, environment, "bash", "bin/router", "run");
    String second = Tool.run(home, environment, "bash", "bin/router", "run");

    assertThat(first)
        .startsWith("router: preparing for this Java (once; the next start is fast)\n-Xlog")
        .containsPattern("-XX:SharedArchiveFile=" + home + "/lib/[0-9a-f]{16}-17.0.9\\+9.jsa\n");
    assertThat(second).startsWith("-Xlog");
    assertThat(home.resolve("lib/training")).doesNotExist();
  }

  @Test
  void aCheckoutIsBuiltWhenItsSourcesHaveChangedAndOnlyThen() throws IOException {
    Path builds = home.resolve("builds");
    Path sources = Files.createDirectories(home.resolve("src/main"));
    Files.writeString(home.resolve("pom.xml"), "");
    Files.writeString(sources.resolve("Router.java"), "1");
    executable("bin/mvn", "#!/bin/sh\necho built >> " + builds + "\n" + MAKES_A_JAR);

    assertThat(inCheckout("check")).startsWith("router: building (once; the next start is fast)\n");
    assertThat(inCheckout("check")).doesNotContain("building");
    Files.writeString(home.resolve("README.md"), "another");
    Files.setLastModifiedTime(sources.resolve("Router.java"), FileTime.fromMillis(0));
    assertThat(inCheckout("run")).as("as after a checkout").doesNotContain("building");
    assertThat(builds).hasContent("built");

    Files.writeString(sources.resolve("Router.java"), "2");
    assertThat(inCheckout("check")).contains("building");
    Files.writeString(home.resolve("pom.xml"), "another");
    assertThat(inCheckout("check")).contains("building");

    assertThat(builds).hasContent("built\nbuilt\nbuilt");
    assertThat(home.resolve("target/launcher"))
        .isDirectoryNotContaining("glob:**/work")
        .satisfies(made -> assertThat(directoriesIn(made)).as("what nobody uses goes").hasSize(1));
  }

  private static List<Path> directoriesIn(Path directory) throws IOException {
    try (Stream<Path> names = Files.list(directory)) {
      return names.filter(Files::isDirectory).toList();
    }
  }

  private String inCheckout(String command) {
    Map<String, String> environment =
        Map.of(
            "JAVA_HOME",
            home.resolve("java").toString(),
            "PATH",
            home.resolve("bin") + ":" + System.getenv("PATH"));
    return Tool.run(home, environment, "bash", "bin/router", command);
  }

  @Test
  void aDaemonThatIsStoppedWhileItPreparesLeavesNothingBehind() throws Exception {
    assertThat(stoppedWhileItPrepares("run")).isZero();
    assertThat(home.resolve("lib/training")).doesNotExist();
  }

  /** It has checked nothing. */
  @Test
  void aCheckThatIsStoppedWhileItPreparesIsNoSuccess() throws Exception {
    Files.writeString(home.resolve("pom.xml"), "");
    Files.createDirectories(home.resolve("src/main"));
    executable("bin/mvn", "#!/bin/sh\n" + MAKES_A_JAR);

    assertThat(stoppedWhileItPrepares("check")).isEqualTo(143);
  }

  private int stoppedWhileItPrepares(String command) throws Exception {
    Files.writeString(home.resolve("java/release"), "JAVA_RUNTIME_VERSION=\"17.0.9+9\"\n");
    Path pid = home.resolve("training.pid");
    executable("java/bin/java", "#!/bin/sh\necho $$ > " + pid + "; exec sleep 1000\n");
    ProcessBuilder run = new ProcessBuilder("bash", home.resolve("bin/router").toString(), command);
    run.environment().put("JAVA_HOME", home.resolve("java").toString());
    run.environment()
        .merge("PATH", home.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
    Process launcher = run.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    await().until(() -> Files.exists(pid) && !Files.readString(pid).isEmpty());
    ProcessHandle training =
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();

    launcher.destroy();

    int code = launcher.waitFor();
    assertThat(training.isAlive()).isFalse();
    return code;
  }

  private void executable(String name, String script) throws IOException {
    Path file = Files.writeString(home.resolve(name), script);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void namesOfFilesAreUtf8WhateverTheLocale() throws IOException {
    Files.writeString(home.resolve("java/bin/java"), "#!/bin/sh\necho \"$LC_ALL\"\n");

    assertThat(localeWith("", "", "")).isEqualTo("C.UTF-8");
    assertThat(localeWith("", "", "C")).isEqualTo("C.UTF-8");
    assertThat(localeWith("POSIX", "", "C.UTF-8")).isEqualTo("C.UTF-8");
    assertThat(localeWith("", "", "xx_XX.UTF-8")).isEqualTo("C.UTF-8"); // is not installed
    assertThat(localeWith("", "", "C.UTF-8")).isEmpty();
    assertThat(localeWith("", "C.UTF-8", "C")).isEmpty();
  }

  private String localeWith(String all, String characters, String language) {
    Map<String, String> environment =
        Map.of(
            "JAVA_HOME", home.resolve("java").toString(),
            "LC_ALL", all,
            "LC_CTYPE", characters,
            "LANG", language);
    return Tool.run(home, environment, "bash", "bin/router", "run").strip();
  }

  private List<String> argumentsOf(String command) {
    Map<String, String> environment =
        Map.of("JAVA_HOME", home.resolve("java").toString(), "ROUTER_JAVA_OPTS", "");
    return Tool.run(home, environment, "bash", "bin/router", command).lines().toList();
  }
}
