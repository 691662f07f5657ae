package io.registryrouter.bench;

import io.registryrouter.bench.Results.Goal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Events over HTTP to four HTTP destinations: rates by 32 connections, and how long one takes. */
final class HttpWork {

  private static final int CONNECTIONS = 32;

  /** Bytes of requests under way: half of {@code router.http.max-in-flight}, so that all are taken. */
  private static final int UNDER_WAY = 16 * 1024 * 1024;

  private final Bench bench;
  private final List<String> domains = List.copyOf(RouterHome.DESTINATIONS.keySet());

  HttpWork(Bench bench) {
    this.bench = bench;
  }

  void run(Results results) throws Exception {
    try (Receiver receiver = new Receiver();
        RouterHome.Running router =
            new RouterHome(bench.checkout(), bench.directory("http")).postAll(receiver).start()) {
      results.headline("HTTP in, " + CONNECTIONS + " connections, " + bench.size() + " B an event");
      rates(results, receiver, router, "one event a request", 1, 30_000);
      rates(results, receiver, router, "100 events a request", 100, 120_000);
      latency(results, receiver, router);
    }
  }

  private void rates(
      Results results,
      Receiver receiver,
      RouterHome.Running router,
      String work,
      int eventsPerRequest,
      double goal)
      throws Exception {
    List<byte[]> requests =
        requests(bench.events() / (eventsPerRequest == 1 ? 2 : eventsPerRequest), eventsPerRequest);
    List<Sample> samples = new ArrayList<>();
    for (int run = -bench.warmUps(); run < bench.runs(); run++) {
      if (run == 0) {
        router.process().forgetPeak();
      }
      Sample sample = sample(receiver, router, requests, eventsPerRequest);
      if (run >= 0) {
        samples.add(sample);
      }
    }
    results.samples(work, samples, Goal.atLeast(goal), null);
    results.figure(work, "peak memory", router.process().peakMegabytes(), "MB", Goal.atMost(256));
  }

  /** The time is that of the answers; that everything arrived is looked at afterwards. */
  Sample sample(
      Receiver receiver, RouterHome.Running router, List<byte[]> requests, int eventsPerRequest)
      throws Exception {
    receiver.reset();
    double cpu = router.process().cpuMicros();
    long start = System.nanoTime();
    int connections = Math.min(CONNECTIONS, UNDER_WAY / requests.get(0).length);
    long[] answers = new LoadClient(router.port(), requests).run(connections, 0);
    double seconds = (Arrays.stream(answers).max().orElseThrow() - start) / 1e9;
    int events = requests.size() * eventsPerRequest;
    Receiver.Arrived arrived = receiver.await(events);
    bench.requireWhole(arrived, events);
    return new Sample(
        events, (long) events * bench.size(), seconds, router.process().cpuMicros() - cpu);
  }

  /** The same events each time. */
  List<byte[]> requests(int requests, int eventsPerRequest) throws IOException {
    EventLines lines = new EventLines(domains, bench.size(), bench.seed());
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      for (int event = 0; event < eventsPerRequest; event++) {
        body.write(lines.next());
        body.write('\n');
      }
      all.add(
          LoadClient.post(
              "/v1/activity-tracker/events", "application/x-ndjson", body.toByteArray()));
    }
    return all;
  }

  /** From the answer to the arrival, and from the sending. All events of one registry. */
  private void latency(Results results, Receiver receiver, RouterHome.Running router)
      throws Exception {
    int perSecond = 2000;
    int events = perSecond * 10;
    EventLines lines = new EventLines(List.of("us.icr.io"), bench.size(), bench.seed());
    List<byte[]> requests = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      requests.add(LoadClient.post("/v1/activity-tracker/events", "application/json", lines.next()));
    }
    receiver.reset();
    receiver.takeTimes("us-south", events);
    long[] answered = new LoadClient(router.port(), requests).run(CONNECTIONS, perSecond);
    bench.requireWhole(receiver.await(events), events);
    long[] arrived = receiver.times("us-south");
    long[] took = new long[events];
    for (int i = 0; i < events; i++) {
      took[i] = Math.max(0, arrived[i] - answered[i]);
    }
    Arrays.sort(took);
    String work = "accepted to received, 2,000 events/s";
    results.figure(work, "p50", took[events / 2] / 1e6, "ms", Goal.atMost(5));
    results.figure(work, "p99", took[events * 99 / 100] / 1e6, "ms", Goal.atMost(25));
  }
}
