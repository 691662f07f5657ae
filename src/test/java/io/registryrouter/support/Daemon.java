package io.registryrouter.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;

/** A server of other makers, as a child process on loopback. */
public final class Daemon implements AutoCloseable {

  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private final Process process;
  private final Path output;

  private Daemon(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * A port that nobody listens on now, and that was not given before. It is of those that Linux
   * gives to nobody who asks for any (<a
   * href="https://docs.kernel.org/networking/ip-sysctl.html">ip_local_port_range</a>), so that it
   * is still free when the program comes to it.
   */
  public static int freePort() throws IOException {
    for (int attempt = 0; attempt < 1000; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(10_000, 32_768);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        if (GIVEN.add(socket.getLocalPort())) {
          return port;
        }
      } catch (BindException e) {
        // somebody listens there; the next
      }
    }
    throw new IOException("no port from 10000 to 32767 is free");
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
