package io.registryrouter.bench;

import io.registryrouter.bench.Results.Goal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the process costs without work: how long it takes to be ready, and its memory then. */
final class ProcessWork {

  private final Bench bench;

  ProcessWork(Bench bench) {
    this.bench = bench;
  }

  void run(Results results) throws Exception {
    List<Double> seconds = new ArrayList<>();
    double idle = 0;
    for (int run = -1; run < bench.runs(); run++) {
      Path fresh = bench.directory("start/run" + run);
      try (RouterHome.Running router = RouterHome.startShipped(bench.checkout(), fresh)) {
        if (run >= 0) {
          seconds.add(router.startSeconds());
        }
        if (run == bench.runs() - 1) {
          TimeUnit.SECONDS.sleep(bench.idleSeconds());
          idle = router.process().rssMegabytes();
        }
      }
    }
    Collections.sort(seconds);
    results.headline("the process");
    results.figure("start", "to ready", seconds.get(seconds.size() / 2), "s", Goal.atMost(1.0));
    results.figure("idle", "memory", idle, "MB", Goal.atMost(130));
  }
}
