package io.registryrouter.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;

/** A server of other makers, as a child process on loopback. */
public final class Daemon implements AutoCloseable {

  private final Process process;
  private final Path output;

  private Daemon(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts the program and returns once the port takes connections. */
  public static Daemon start(Path directory, int port, String program, String... arguments)
      throws IOException {
    Path output = Files.createTempFile(directory, program, ".log");
    Daemon daemon =
        new Daemon(Tool.builder(directory, output, Map.of(), program, arguments).start(), output);
    try {
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> daemon.listens(port));
      return daemon;
    } catch (RuntimeException e) {
      daemon.close();
      throw new IOException(program + " does not listen; it said: " + daemon.output(), e);
    }
  }

  private boolean listens(int port) {
    if (!process.isAlive()) {
      throw new IllegalStateException("it ended");
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** What it has printed. */
  public String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGTERM to it, SIGKILL to what is left of it. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInSameThread()
        .until(() -> !process.isAlive());
  }
}
