package io.registryrouter;

import io.registryrouter.cli.RouterCommand;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.observe.Logs;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * Goes the way of {@code check}, {@code run} and {@code status} once, so that the classes this
 * loads can be kept for the next start: <a
 * href="https://docs.oracle.com/en/java/javase/17/vm/class-data-sharing.html">class data
 * sharing</a>, and the ahead-of-time cache of newer Java. Works in a data directory of its own and
 * on free ports of the loopback, so that it takes in and delivers nothing.
 */
public final class TrainMain {

  private TrainMain() {}

  /**
   * @param args an empty directory
   */
  public static void main(String[] args) throws IOException {
    int checked = RouterCommand.execute("check");
    if (checked == 0) {
      start(args[0]);
    }
    System.exit(checked);
  }

  private static void start(String data) throws IOException {
    Path home = Path.of(System.getProperty("router.home")).toAbsolutePath().normalize();
    Map<String, String> settings =
        Map.of(
            "router.data-dir", data,
            "router.intake.tail", "",
            "router.reload.enabled", "false",
            "router.http.host", "127.0.0.1",
            "router.http.port", "0",
            "router.management.host", "127.0.0.1",
            "router.management.port", "0");
    RouterConfig config = RouterConfig.load(home, System.getenv(), settings);
    Logs.queue(); // as the daemon does
    try (Router router = Router.apart(config, Clock.systemUTC())) {
      RouterCommand.execute("status", "--set", "router.data-dir=" + data);
      for (String page : List.of("health", "health/ready", "metrics")) {
        String address = "http://127.0.0.1:" + router.managementPort() + "/observe/" + page;
        URI.create(address).toURL().openStream().close();
      }
    }
  }
}
