package io.registryrouter.cli;

import io.registryrouter.Router;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.observe.Logs;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The router as a process that runs until it is told to stop. */
final class Daemon {

  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

  private Daemon() {}

  /**
   * Returns when it could not be started; a signal ends the process from within.
   *
   * @throws io.registryrouter.config.ConfigException when something in {@code config/} or {@code
   *     routes/} is wrong
   * @throws IOException when a port or the data directory cannot be had
   */
  static int run(CommonOptions options) throws IOException, InterruptedException {
    AtomicReference<Router> running = new AtomicReference<>();
    Thread stop = new Thread(() -> stop(running.get()), "stop");
    Runtime.getRuntime().addShutdownHook(stop);
    try {
      RouterConfig config = options.checked();
      Logs.queue();
      Router.daemon(config, Clock.systemUTC(), running::set);
    } catch (IOException | RuntimeException | Error e) {
      Logs.end();
      Runtime.getRuntime().removeShutdownHook(stop); // so that it ends as this says
      throw e;
    }
    new CountDownLatch(1).await(); // until the shutdown hook ends the process
    return ExitCode.OK;
  }

  /**
   * A signal would end the process with 128 + its number; a stop that went well is 0, also when the
   * signal came before there was a router, and so before anything was taken or delivered.
   */
  private static void stop(Router router) {
    int code = ExitCode.FAILED;
    try {
      if (router != null) {
        router.stop();
      }
      code = ExitCode.OK;
    } catch (InterruptedException | RuntimeException e) {
      LOG.error("did not stop cleanly", e);
    }
    Logs.end();
    Runtime.getRuntime().halt(code);
  }
}
