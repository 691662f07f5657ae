package io.registryrouter.intake.file;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.observe.Status;
import io.registryrouter.observe.SteadyClock;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** The inbox of each path: which of its files are due, what becomes of them, and which stay. */
public final class Inboxes {

  private final Map<EventPath, Inbox> inboxes = new EnumMap<>(EventPath.class);

  private record Inbox(SettledFiles settled, FinishedFiles finished) {

    private Map<String, String> troubles() {
      Map<String, String> troubles = new TreeMap<>(finished.troubles());
      troubles.putAll(settled.troubles()); // which are those of now
      return troubles;
    }
  }

  /**
   * @param config as it is at any time; the directories are those of now
   */
  public Inboxes(Supplier<RouterConfig> config, Clock clock) {
    for (EventPath path : EventPath.values()) {
      Path directory = config.get().data().inbox(path);
      FinishedFiles finished =
          new FinishedFiles(() -> config.get().intake().doneRetention(), clock);
      SettledFiles settled =
          new SettledFiles(
              () -> config.get().intake().settle(),
              finished::isDue,
              () -> finished.tidy(directory),
              SteadyClock.from(clock));
      inboxes.put(path, new Inbox(settled, finished));
    }
  }

  /** What routes look up: {@code settled-<path>} and {@code finished-<path>}. */
  public void bind(BiConsumer<String, Object> registry) {
    inboxes.forEach(
        (path, inbox) -> {
          registry.accept("settled-" + path.label(), inbox.settled());
          registry.accept("finished-" + path.label(), inbox.finished());
        });
  }

  /** How many files of each inbox stay. */
  public void measure(MeterRegistry meters) {
    inboxes.forEach(
        (path, inbox) ->
            Gauge.builder("router.intake.inbox.troubles", inbox, of -> of.troubles().size())
                .description("Files and directories of the inbox that cannot be taken now")
                .tag("path", path.label())
                .register(meters));
  }

  /** The inboxes of which something stays. */
  public List<Status.Inbox> status() {
    return inboxes.entrySet().stream()
        .map(of -> new Status.Inbox(of.getKey().label(), of.getValue().troubles()))
        .filter(inbox -> !inbox.stays().isEmpty())
        .toList();
  }

  /** How many files and directories of all inboxes cannot be taken now. */
  public int troubles() {
    return inboxes.values().stream().mapToInt(inbox -> inbox.troubles().size()).sum();
  }
}
