package io.registryrouter.support;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program as a process of its own, by {@code bin/router} of the checkout. */
public final class RouterProcess implements AutoCloseable {

  private static final Path LAUNCHER = launcher();

  private final Process process;
  private final Path out;
  private final Path err;

  private RouterProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** What a command printed and how it ended. */
  public record Ended(int code, String out, String err) {}

  /** Has it build and train what it starts, so that no test waits for that. */
  private static Path launcher() {
    Path launcher = TestHome.CHECKOUT.resolve("bin/router");
    try {
      Process help =
          builder(List.of(launcher.toString(), "run", "--help"))
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.INHERIT)
              .start();
      if (!help.waitFor(5, TimeUnit.MINUTES) || help.exitValue() != 0) {
        throw new AssertionError(launcher + " does not start the program");
      }
    } catch (IOException e) {
      throw new AssertionError(launcher + " cannot be run", e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for " + launcher, e);
    }
    return launcher;
  }

  /** Starts a command in the checkout with a home of its own, its settings included. */
  public static RouterProcess start(TestHome home, String... arguments) throws IOException {
    return start(home, List.of(), arguments);
  }

  /** The same, but nobody reads what it writes to standard error. */
  public static RouterProcess startUnread(TestHome home, String... arguments) throws IOException {
    return start(home, Redirect.PIPE, List.of(), arguments);
  }

  private static RouterProcess start(TestHome home, List<String> options, String... arguments)
      throws IOException {
    Path err = Files.createTempFile(home.directory(), "err", ".txt");
    return start(home, Redirect.to(err.toFile()), options, arguments);
  }

  private static RouterProcess start(
      TestHome home, Redirect log, List<String> options, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--home", home.directory().toString()));
    home.settings().forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    Path out = Files.createTempFile(home.directory(), "out", ".txt");
    Path err = log.file() == null ? out : log.file().toPath();
    ProcessBuilder builder = builder(command);
    builder.environment().put("ROUTER_JAVA_OPTS", String.join(" ", options));
    Process process = builder.redirectOutput(out.toFile()).redirectError(log).start();
    return new RouterProcess(process, out, err);
  }

  /** With this Java, and no setting from outside. */
  private static ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(TestHome.CHECKOUT.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("ROUTER_"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder;
  }

  public static Ended run(TestHome home, String... arguments)
      throws IOException, InterruptedException {
    try (RouterProcess process = start(home, arguments)) {
      return process.waitForEnd();
    }
  }

  /** The same with options for the JVM. */
  public static Ended run(TestHome home, List<String> options, String... arguments)
      throws IOException, InterruptedException {
    try (RouterProcess process = start(home, options, arguments)) {
      return process.waitForEnd();
    }
  }

  public Ended waitForEnd() throws IOException, InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new IOException("still running after 60 s; it said: " + Files.readString(err));
    }
    return new Ended(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  /** True once it said that it is ready. */
  public boolean isReady() throws IOException {
    if (!process.isAlive()) {
      throw new IOException("it ended: " + Files.readString(err));
    }
    return said().contains(" - ready ") || said().contains("\"message\":\"ready\"");
  }

  /** What it has written to its log, and all else that goes to standard error. */
  public String said() throws IOException {
    return Files.readString(err);
  }

  /** Watches it for so long; true when it has ended. */
  public boolean endsWithin(Duration time) throws InterruptedException {
    return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** So many it may have open from now on; what is open stays so. */
  public void limitDescriptors(String most) throws IOException, InterruptedException {
    Tool.need("prlimit");
    String pid = Long.toString(process.pid());
    if (Tool.exitCode("prlimit", "--pid", pid, "--nofile=" + most + ":") != 0) {
      throw new IOException("the limit of process " + pid + " cannot be changed");
    }
  }

  /** The stacks of its threads. */
  public String threads() {
    Tool.need("jcmd");
    return Tool.run(out.getParent(), "jcmd", Long.toString(process.pid()), "Thread.print");
  }

  /** SIGTERM. */
  public void terminate() {
    process.destroy();
  }

  /** SIGKILL, and waits until it is gone. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
