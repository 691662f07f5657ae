package io.registryrouter.support;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port of loopback for a program that has to be told one. It is of those that Linux gives to
 * nobody who asks for any (<a
 * href="https://docs.kernel.org/networking/ip-sysctl.html">ip_local_port_range</a>), so that it is
 * still free when the program comes to it.
 */
public final class FreePort {

  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private FreePort() {}

  /** One that nobody listens on now, and that was not given before. */
  public static int next() throws IOException {
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
}
