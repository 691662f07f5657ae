package io.registryrouter.bench;

import io.registryrouter.bench.Results.Goal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Two routers whose destination refuses: for one a million events wait, for the other none. Whether
 * appending behind these and draining some of them is as fast as without, in turns, for a disk that
 * is written to for long may get slower by itself.
 */
final class BacklogWork {

  private static final int PARTS = 5;

  private final Bench bench;
  private final int part;

  BacklogWork(Bench bench) {
    this.bench = bench;
    this.part = bench.backlog() / PARTS;
  }

  void run(Results results) throws Exception {
    results.headline("a backlog of " + bench.backlog() + " events in one spool");
    try (Side none = new Side("none");
        Side backlog = new Side("backlog")) {
      for (int i = 0; i < bench.warmUps(); i++) {
        for (Side side : List.of(none, backlog)) {
          side.append();
          side.drain();
        }
      }
      for (int i = 1; i <= PARTS; i++) {
        backlog.append();
        results.point(
            "memory over backlog", (double) i * part, "MB", backlog.router.process().rssMegabytes());
      }
      double[] without = new double[bench.runs()];
      double[] behind = new double[bench.runs()];
      double[] empty = new double[bench.runs()];
      double[] full = new double[bench.runs()];
      for (int run = 0; run < bench.runs(); run++) {
        without[run] = none.append();
        empty[run] = none.drain();
        behind[run] = backlog.append();
        full[run] = backlog.drain();
      }
      none.drainAll();
      backlog.drainAll();
      double append = median(without);
      double drain = median(empty);
      results.figure("append", "without a backlog", append, "events/s");
      results.figure("append", "behind it, of that", median(behind) / append, "×", Goal.atLeast(0.9));
      results.figure("drain", "short spool", drain, "events/s");
      results.figure("drain", "long spool, of that", median(full) / drain, "×", Goal.atLeast(0.9));
    }
  }

  private static double median(double[] values) {
    return Arrays.stream(values).sorted().toArray()[values.length / 2];
  }

  /** A router, and its one destination, which refuses but while it is drained. */
  private final class Side implements AutoCloseable {

    private final Receiver receiver = new Receiver();
    private final RouterHome home;
    private final RouterHome.Running router;
    private final EventLines lines =
        new EventLines(List.of("us.icr.io"), bench.size(), bench.seed());
    private int files;
    private int sent;

    Side(String name) throws Exception {
      receiver.refuse(true);
      home =
          new RouterHome(bench.checkout(), bench.directory(name))
              .takeFilesAtOnce()
              .post("us-south", receiver)
              .set("router.spool.max-size", "8GiB")
              .set("router.delivery.backoff", "100ms to 100ms");
      router = home.start();
    }

    /** Events a second until a file of them is done with. */
    double append() throws IOException, InterruptedException {
      String name = "part" + files++;
      Path prepared = home.inbox().resolveSibling(name + ".part");
      lines.write(part, prepared);
      long start = System.nanoTime();
      Files.move(prepared, home.inbox().resolve(name + ".ndjson"));
      Path done = home.done().resolve(name + ".ndjson");
      router.process().await(() -> Files.exists(done), name + " to be taken");
      sent += part;
      return part * 1e9 / (System.nanoTime() - start);
    }

    /** Events a second from the first that arrives until as many have as a file holds. */
    double drain() throws InterruptedException {
      long before = receiver.arrived().events();
      receiver.refuse(false);
      Receiver.Arrived first = receiver.await(before + 1);
      Receiver.Arrived last = receiver.await(before + part);
      receiver.refuse(true);
      return (last.events() - first.events()) * 1e9 / (last.lastArrival() - first.lastArrival());
    }

    /** Whether all that was sent is there in the end. */
    void drainAll() throws InterruptedException {
      receiver.refuse(false);
      bench.requireSound(receiver.await(sent), sent);
    }

    @Override
    public void close() throws IOException {
      router.close();
      receiver.close();
    }
  }
}
