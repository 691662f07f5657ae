package io.registryrouter.bench;

import io.registryrouter.bench.Results.Goal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A file to four HTTP destinations: by the router, by Camel's per-event idiom and, where it is
 * installed, by syslog-ng, in turns.
 */
final class FileWork {

  private static final String WORK = "file to 4 destinations";

  private final Bench bench;
  private final List<String> domains = List.copyOf(RouterHome.DESTINATIONS.keySet());

  FileWork(Bench bench) {
    this.bench = bench;
  }

  void run(Results results) throws Exception {
    List<Sample> routed = new ArrayList<>();
    List<Sample> perEvent = new ArrayList<>();
    List<Sample> syslog = new ArrayList<>();
    Path files = bench.directory("files");
    Path home = bench.directory("file");
    try (Receiver receiver = new Receiver()) {
      RouterHome routerHome =
          new RouterHome(bench.checkout(), home).takeFilesAtOnce().postAll(receiver);
      Path syslogInput = Files.createFile(bench.directory("syslog-ng").resolve("input"));
      try (RouterHome.Running router = routerHome.start();
          Subject camel = perEvent(files, receiver);
          Subject syslogNg =
              SyslogNg.start(syslogInput.getParent(), syslogInput, receiver).orElse(null)) {
        Subject.Pauses before = router.process().pauses();
        for (int run = -bench.warmUps(); run < bench.runs(); run++) {
          if (run == 0) {
            router.process().forgetPeak();
            before = router.process().pauses();
          }
          Sample sample =
              feed(receiver, router.process(), routerHome.inbox(), run, bench.events());
          Sample other = feed(receiver, camel, files, run, bench.events() / 20);
          if (run >= 0) {
            routed.add(sample);
            perEvent.add(other);
          }
          if (syslogNg != null) {
            Sample third = follow(receiver, syslogNg, syslogInput, bench.events() / 4);
            if (run >= 0) {
              syslog.add(third);
            }
          }
        }
        results.headline(
            WORK + ", " + bench.size() + " B an event, medians of " + bench.runs() + " runs");
        results.samples(WORK, routed, Goal.atLeast(150_000), Goal.atMost(10));
        results.figure(
            WORK, "peak memory", router.process().peakMegabytes(), "MB", Goal.atMost(256));
        Subject.Pauses pauses = router.process().pauses().since(before);
        results.figure(WORK, "GC pauses", pauses.count(), "pauses");
        results.figure(WORK, "GC pauses, in all", pauses.total(), "ms");
        results.figure(WORK, "longest GC pause", pauses.longest(), "ms");
      }
    }
    results.samples("Camel, an exchange per event", perEvent, null, null);
    results.figure(WORK, "against the per-event idiom", ratio(routed, perEvent), "×", Goal.atLeast(15));
    if (!syslog.isEmpty()) {
      results.samples("syslog-ng", syslog, null, null);
      results.figure(WORK, "against syslog-ng", ratio(routed, syslog), "×", Goal.atLeast(4));
    }
  }

  private static double ratio(List<Sample> one, List<Sample> other) {
    return Sample.median(one).eventsPerSecond() / Sample.median(other).eventsPerSecond();
  }

  private Subject perEvent(Path files, Receiver receiver) throws Exception {
    Path directory = bench.directory("per-event");
    return bench.java(
        directory, PerEventCamel.class, files.toString(), receiver.url(""), bench.checkout().toString());
  }

  /** Puts a file where the program looks for one, and waits for its events. */
  private Sample feed(Receiver receiver, Subject subject, Path inbox, int run, int events)
      throws IOException, InterruptedException {
    Path file = prepared(events);
    receiver.reset();
    double cpu = subject.cpuMicros();
    long start = System.nanoTime();
    Files.createLink(inbox.resolve("run" + run + ".ndjson"), file);
    return arrival(receiver, subject, cpu, start, events);
  }

  /** Appends to the file that the program follows, and waits for the events. */
  private Sample follow(Receiver receiver, Subject subject, Path input, int events)
      throws IOException, InterruptedException {
    byte[] lines = Files.readAllBytes(prepared(events));
    receiver.reset();
    double cpu = subject.cpuMicros();
    long start = System.nanoTime();
    Files.write(input, lines, StandardOpenOption.APPEND);
    return arrival(receiver, subject, cpu, start, events);
  }

  /** The same events each time; programs take links to the file. */
  private Path prepared(int events) throws IOException {
    Path file = bench.directory("prepared").resolve(events + ".ndjson");
    if (!Files.exists(file)) {
      new EventLines(domains, bench.size(), bench.seed()).write(events, file);
    }
    return file;
  }

  private Sample arrival(
      Receiver receiver, Subject subject, double cpuBefore, long start, int events)
      throws InterruptedException {
    Receiver.Arrived arrived = receiver.await(events);
    double seconds = (arrived.lastArrival() - start) / 1e9;
    bench.requireSound(arrived, events);
    return new Sample(
        events, (long) events * bench.size(), seconds, subject.cpuMicros() - cpuBefore);
  }
}
