package io.registryrouter.bench;

import java.util.Comparator;
import java.util.List;

/**
 * One run of one program.
 *
 * @param events that arrived
 * @param bytes of these before enrichment
 * @param seconds from the beginning of the work to the last arrival
 * @param cpuMicros user and system time that the program took
 */
record Sample(long events, long bytes, double seconds, double cpuMicros) {

  double eventsPerSecond() {
    return events / seconds;
  }

  double megabytesPerSecond() {
    return bytes / 1e6 / seconds;
  }

  double cpuMicrosPerEvent() {
    return cpuMicros / events;
  }

  /** The one with the median rate. */
  static Sample median(List<Sample> samples) {
    return samples.stream()
        .sorted(Comparator.comparingDouble(Sample::eventsPerSecond))
        .toList()
        .get(samples.size() / 2);
  }
}
