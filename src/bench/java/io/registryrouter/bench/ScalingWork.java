package io.registryrouter.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How the rates change with the size of events, of requests and the number of destinations. */
final class ScalingWork {

  private static final int[] SIZES = {300, 700, 1400, 4000, 16_000, 64_000};
  private static final int[] BATCHES = {1, 3, 10, 30, 100, 300, 1000};
  private static final int[] DESTINATIONS = {4, 8, 16, 32, 64};

  private final Bench bench;

  ScalingWork(Bench bench) {
    this.bench = bench;
  }

  void run(Results results) throws Exception {
    results.headline("scaling");
    for (int size : SIZES) {
      Sample sample = file(4, size, "size" + size);
      results.point("rate over event size", size, "events/s", sample.eventsPerSecond());
      results.point("volume over event size", size, "MB/s", sample.megabytesPerSecond());
    }
    for (int destinations : DESTINATIONS) {
      Sample sample = file(destinations, bench.size(), "destinations" + destinations);
      results.point("rate over destinations", destinations, "events/s", sample.eventsPerSecond());
    }
    HttpWork http = new HttpWork(bench);
    try (Receiver receiver = new Receiver();
        RouterHome.Running router =
            new RouterHome(bench.checkout(), bench.directory("batches")).postAll(receiver).start()) {
      for (int batch : BATCHES) {
        List<byte[]> requests =
            http.requests(Math.min(bench.events() / 4, bench.events() / batch), batch);
        List<Sample> samples = new ArrayList<>();
        for (int run = -1; run < 3; run++) {
          Sample sample = http.sample(receiver, router, requests, batch);
          if (run >= 0) {
            samples.add(sample);
          }
        }
        results.point(
            "rate over events a request",
            batch,
            "events/s",
            Sample.median(samples).eventsPerSecond());
      }
    }
  }

  private Sample file(int destinations, int size, String name) throws Exception {
    int events = (int) Math.min(bench.events() * 2L, 300_000_000L / size);
    try (Receiver receiver = new Receiver()) {
      RouterHome home =
          new RouterHome(bench.checkout(), bench.directory(name)).takeFilesAtOnce();
      EventLines lines =
          new EventLines(home.registries(destinations, receiver), size, bench.seed());
      List<Sample> samples = new ArrayList<>();
      try (RouterHome.Running router = home.start()) {
        for (int run = -2; run < 3; run++) {
          Path prepared = home.inbox().resolveSibling("prepared.part");
          lines.write(events, prepared);
          receiver.reset();
          double cpu = router.process().cpuMicros();
          long start = System.nanoTime();
          Files.move(prepared, home.inbox().resolve("run" + run + ".ndjson"));
          Receiver.Arrived arrived = receiver.await(events);
          double seconds = (arrived.lastArrival() - start) / 1e9;
          bench.requireWhole(arrived, events);
          if (run >= 0) {
            samples.add(
                new Sample(
                    events,
                    (long) events * size,
                    seconds,
                    router.process().cpuMicros() - cpu));
          }
        }
      }
      return Sample.median(samples);
    }
  }
}
