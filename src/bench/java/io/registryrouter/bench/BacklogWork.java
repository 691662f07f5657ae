package io.registryrouter.bench;

import io.registryrouter.bench.Results.Goal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One destination that refuses until a million events wait for it: whether appending to a long
 * spool and draining it is as fast as with an empty one.
 */
final class BacklogWork {

  private static final int PARTS = 5;

  private final Bench bench;

  BacklogWork(Bench bench) {
    this.bench = bench;
  }

  void run(Results results) throws Exception {
    int part = bench.backlog() / PARTS;
    results.headline("a backlog of " + bench.backlog() + " events in one spool");
    try (Receiver receiver = new Receiver()) {
      RouterHome home = new RouterHome(bench.checkout(), bench.directory("backlog"));
      home.post("us-south", receiver).set("router.spool.max-size", "8GiB");
      home.set("router.delivery.backoff", "100ms to 100ms");
      try (RouterHome.Running router = home.start()) {
        EventLines lines = new EventLines(List.of("us.icr.io"), bench.size(), bench.seed());
        append(home, router, lines, part, "warm-up-1");
        receiver.await(part);
        append(home, router, lines, part, "warm-up-2");
        receiver.await(2L * part);
        List<Double> appends = new ArrayList<>();
        receiver.refuse(true);
        append(home, router, lines, part, "empty");
        double drainOfOne = drain(receiver, part);
        receiver.refuse(true);
        for (int i = 0; i < PARTS; i++) {
          appends.add(append(home, router, lines, part, "part" + i));
          results.point(
              "memory over backlog", (i + 1.0) * part, "MB", router.process().rssMegabytes());
        }
        double drainOfAll = drain(receiver, PARTS * part);
        double last = appends.get(PARTS - 1);
        double first = (appends.get(0) + appends.get(1)) / 2;
        results.figure("append", "first events", first, "events/s");
        results.figure(
            "append", "behind a backlog, of that", last / first, "×", Goal.atLeast(0.9));
        results.figure("drain", "short spool", drainOfOne, "events/s");
        results.figure(
            "drain", "long spool, of that", drainOfAll / drainOfOne, "×", Goal.atLeast(0.9));
      }
    }
  }

  /** Events a second until the file is done with. */
  private static double append(
      RouterHome home, RouterHome.Running router, EventLines lines, int events, String name)
      throws IOException, InterruptedException {
    Path prepared = home.inbox().resolveSibling(name + ".part");
    lines.write(events, prepared);
    long start = System.nanoTime();
    Files.move(prepared, home.inbox().resolve(name + ".ndjson"));
    Path done = home.done().resolve(name + ".ndjson");
    router.process().await(() -> Files.exists(done), name + " to be taken");
    return events * 1e9 / (System.nanoTime() - start);
  }

  private static double drain(Receiver receiver, int events) throws InterruptedException {
    receiver.reset();
    receiver.refuse(false);
    Receiver.Arrived first = receiver.await(1);
    Receiver.Arrived last = receiver.await(events);
    return (last.events() - first.events()) * 1e9 / (last.lastArrival() - first.lastArrival());
  }
}
