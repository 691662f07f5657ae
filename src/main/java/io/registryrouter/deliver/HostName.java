package io.registryrouter.deliver;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The machine's name, for destinations that ask where a request comes from. */
public final class HostName {

  private HostName() {}

  /** As the system knows it; asks the resolver, which may take a while. */
  public static String local() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "registry-event-router"; // a container may have a name that does not resolve
    }
  }
}
