package io.registryrouter.cli;

import io.registryrouter.Router;
import io.registryrouter.cli.EventFiles.EventFile;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.disk.DiskFailure;
import io.registryrouter.observe.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Takes files one after the other, delivers, and says what came of it. A signal ends it early: it
 * begins nothing more, the requests under way have the drain timeout to end, and the report is the
 * same.
 */
final class FileRun {

  private static final Duration LOOK = Duration.ofMillis(100);

  /** What a stop takes besides the requests under way. */
  private static final Duration AT_THE_END = Duration.ofSeconds(5);

  private final RouterConfig config;
  private final PrintWriter out;
  private final PrintWriter err;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Router router;
  private volatile boolean stopped;
  private volatile int code = ExitCode.FAILED;

  FileRun(RouterConfig config, PrintWriter out, PrintWriter err) {
    this.config = config;
    this.out = out;
    this.err = err;
  }

  /**
   * @param timeout how long to wait for destinations to take events: where there is no room for
   *     more, and at the end
   * @return the exit code
   */
  int over(List<EventFile> files, Duration timeout) throws IOException, InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
    try {
      Optional<String> untaken;
      Status status;
      router = Router.oneShot(config, Clock.systemUTC(), timeout);
      try (Router running = router) {
        untaken = take(running, files);
        status = deliver(running, timeout);
      }
      RunReport.print(
          out, router, status, config); // now that the requests under way have ended too
      untaken.ifPresent(why -> err.println("router: " + why));
      err.flush();
      boolean all = untaken.isEmpty() && router.spools().backlog() == 0; // also what no route reads
      code = all ? ExitCode.OK : ExitCode.FAILED;
      return code;
    } finally {
      ended.countDown();
    }
  }

  /** Why not all was taken, and how much was: nobody wants to give that a second time. */
  private Optional<String> take(Router running, List<EventFile> files) {
    for (int i = 0; i < files.size(); i++) {
      EventFile file = files.get(i);
      long before = running.balance().received();
      Optional<String> obstacle = stopped ? Optional.of(stopped(file)) : take(running, file);
      if (obstacle.isPresent()) {
        String taken =
            String.format(
                "%s; %d of its events were taken%s",
                obstacle.get(),
                running.balance().received() - before,
                andNothingOf(files.size() - i - 1));
        return Optional.of(taken);
      }
    }
    return Optional.empty();
  }

  private static String andNothingOf(int left) {
    return switch (left) {
      case 0 -> "";
      case 1 -> ", and nothing of the file after it";
      default -> ", and nothing of the " + left + " files after it";
    };
  }

  private Optional<String> take(Router running, EventFile file) {
    try {
      running.route(file.path(), file.file(), file.file().toString());
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(stopped ? stopped(file) : DiskFailure.say(e));
    }
  }

  private static String stopped(EventFile file) {
    return file.file() + ": stopped";
  }

  /** How it stood while the routes still ran. */
  private Status deliver(Router running, Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    boolean drained = false;
    while (!drained && !stopped && System.nanoTime() < deadline) {
      Duration left = Duration.ofNanos(deadline - System.nanoTime());
      drained = running.drain(left.compareTo(LOOK) < 0 ? left : LOOK);
    }
    Status status = running.status();
    if (stopped) {
      running.endDeliveries();
    }
    return status;
  }

  /** On a signal; also when the program ends, for then nothing is left to stop. */
  private void stop() {
    if (ended.getCount() == 0) {
      return;
    }
    stopped = true;
    if (router != null) {
      router.readNoMore();
    }
    try {
      Duration time = config.drainTimeout().plus(AT_THE_END);
      if (!ended.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
        err.println(
            "router: it did not come to an end in time, such as for a file that gives none; what"
                + " was taken is kept, there is no report");
        err.flush();
      }
    } catch (InterruptedException e) {
      err.println("router: did not stop cleanly: " + e);
    }
    Runtime.getRuntime().halt(code); // a signal's own would be 128 + its number
  }
}
