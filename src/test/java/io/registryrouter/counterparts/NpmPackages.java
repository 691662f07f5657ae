package io.registryrouter.counterparts;

import io.registryrouter.support.TestHome;
import io.registryrouter.support.Tool;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The scripts of src/test/npm with the packages that its package-lock.json pins. They are installed
 * once, in {@code target/npm} or where {@code -Dcounterparts.npm} says.
 */
final class NpmPackages {

  private static final Path SOURCE = TestHome.CHECKOUT.resolve("src/test/npm");
  private static final Path INSTALLED =
      Path.of(
          System.getProperty(
              "counterparts.npm", TestHome.CHECKOUT.resolve("target/npm").toString()));

  /** What npm says when it does not reach its registry, or is turned away there. */
  private static final Pattern NOT_REACHED =
      Pattern.compile(
          "code (E(NOTFOUND|AI_AGAIN|CONN\\w+|TIMEDOUT|NETUNREACH|HOSTUNREACH|NOTCACHED|[45]\\d\\d)"
              + "|ERR_SOCKET_TIMEOUT)");

  /** So that one attempt is enough for all tests. */
  private static boolean notReached;

  private NpmPackages() {}

  /** Makes sure that they are there; when that cannot be, the test is skipped and says why. */
  static void need() throws IOException {
    Tool.need("node", "npm");
    Files.createDirectories(INSTALLED);
    try (FileChannel one =
            FileChannel.open(
                INSTALLED.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = one.lock()) { // tests run in several processes
      assert held.isValid();
      bring();
    }
  }

  private static void bring() throws IOException {
    try (Stream<Path> files = Files.list(SOURCE)) {
      for (Path file : files.toList()) {
        Files.copy(
            file, INSTALLED.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Path done = INSTALLED.resolve("node_modules/.installed");
    String lock = Files.readString(SOURCE.resolve("package-lock.json"));
    if (!Files.exists(done) || !Files.readString(done).equals(lock)) {
      install();
      Files.writeString(done, lock);
    }
  }

  private static void install() {
    try {
      if (!notReached) {
        npm(
            "ci --ignore-scripts --no-audit --no-fund --prefer-offline"
                + " --fetch-retries=1 --fetch-retry-mintimeout=500 --fetch-timeout=10000");
      }
    } catch (AssertionError e) {
      notReached = NOT_REACHED.matcher(e.getMessage()).find();
      if (!notReached) {
        throw e;
      }
    }
    Assumptions.assumeFalse(
        notReached, "npm does not reach its registry; this test needs packages from there");
  }

  private static void npm(String arguments) {
    Tool.run(INSTALLED, "npm", arguments.split(" "));
  }

  /** Runs a script to its end and returns what it printed. */
  static String run(String script, String... arguments) {
    return Tool.run(
        INSTALLED,
        "node",
        Stream.concat(Stream.of(script), Stream.of(arguments)).toArray(String[]::new));
  }

  /** A file of an installed package. */
  static String source(String file) throws IOException {
    return Files.readString(INSTALLED.resolve("node_modules").resolve(file));
  }
}
