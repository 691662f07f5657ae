package io.registryrouter.support;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Programs of other makers that a test needs. */
public final class Tool {

  private Tool() {}

  /** Where the programs stand; when one is missing the test is skipped, and says why. */
  public static void need(String... programs) {
    for (String program : programs) {
      Assumptions.assumeTrue(
          find(program).isPresent(), program + " is not installed; this test needs it");
    }
  }

  private static Optional<Path> find(String program) {
    String path = System.getenv("PATH") + File.pathSeparator + "/usr/sbin"; // nginx on Debian
    return Arrays.stream(path.split(File.pathSeparator))
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Runs it to its end in the directory; fails with what it said when it does not end with 0. */
  public static String run(Path directory, String program, String... arguments) {
    return run(directory, Map.of(), program, arguments);
  }

  /** Runs it to its end; what it says is not kept. */
  public static int exitCode(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  public static String run(
      Path directory, Map<String, String> environment, String program, String... arguments) {
    try {
      Path output = Files.createTempFile(directory, program, ".out");
      Process process = builder(directory, output, environment, program, arguments).start();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      String said = Files.readString(output);
      if (process.waitFor() != 0) {
        throw new AssertionError(program + " " + List.of(arguments) + " failed: " + said);
      }
      return said;
    } catch (IOException e) {
      throw new AssertionError(program + " cannot be run", e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for " + program, e);
    }
  }

  static ProcessBuilder builder(
      Path directory,
      Path output,
      Map<String, String> environment,
      String program,
      String... arguments) {
    List<String> command = new java.util.ArrayList<>(List.of(arguments));
    command.add(0, find(program).orElseThrow().toString());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    return builder;
  }
}
