package io.registryrouter;

import io.registryrouter.config.RouterConfig;
import io.registryrouter.deadletter.DeadLetters;
import io.registryrouter.deliver.DestinationHealth;
import io.registryrouter.intake.file.Inboxes;
import io.registryrouter.intake.tail.TailIntake;
import io.registryrouter.observe.Balance;
import io.registryrouter.observe.DeliveryStatus;
import io.registryrouter.observe.Reloads;
import io.registryrouter.observe.Status;
import io.registryrouter.spool.Spools;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the router is doing, destination by destination, and the balance. */
final class RouterStatus {

  private static final Logger LOG = LoggerFactory.getLogger(RouterStatus.class);

  private final Supplier<RouterConfig> config;
  private final Spools spools;
  private final Balance balance;
  private final DeadLetters deadLetters;
  private final Inboxes inboxes;
  private final TailIntake tails;
  private final Reloads reloads;
  private final Instant started;

  RouterStatus(
      Supplier<RouterConfig> config,
      Spools spools,
      DeadLetters deadLetters,
      Balance balance,
      Inboxes inboxes,
      TailIntake tails,
      Reloads reloads,
      Instant started) {
    this.config = config;
    this.spools = spools;
    this.deadLetters = deadLetters;
    this.balance = balance;
    this.inboxes = inboxes;
    this.tails = tails;
    this.reloads = reloads;
    this.started = started;
  }

  Status now() {
    List<Status.Destination> destinations = new ArrayList<>();
    spools.backlogs().forEach((name, backlog) -> destinations.add(destination(name, backlog)));
    return new Status(
        started.toString(),
        whyIntakeWaits(),
        destinations,
        inboxes.status(),
        tails.status(),
        Status.Reload.of(config.get().reload(), reloads),
        new Status.Totals(
            spools.backlogAtStart(),
            balance.received(),
            balance.copied(),
            balance.delivered(),
            balance.deadLettered(),
            balance.suppressed(),
            spools.backlog()));
  }

  /** What is in the way of intake, one after the other; empty when nothing is. */
  String whyIntakeWaits() {
    return Stream.of(
            spools.obstacle().map(why -> "the spool: " + why),
            spools.room().diskObstacle().map(why -> "its disk: " + why),
            deadLetters.obstacle().map(why -> "the dead letters cannot be written: " + why))
        .flatMap(Optional::stream)
        .collect(Collectors.joining("; "));
  }

  private Status.Destination destination(String name, long backlog) {
    DeliveryStatus delivery = spools.status(name);
    return new Status.Destination(
        name, backlog, oldestSeconds(name), delivery.rate(), lastError(name, backlog, delivery));
  }

  /** Null when there is none, also of a destination that is out of service. */
  private Status.LastError lastError(String name, long backlog, DeliveryStatus delivery) {
    if (!delivery.isServed()) { // whatever was in its way before
      return backlog == 0
          ? null
          : new Status.LastError(
              delivery.unservedSince().toString(), 0, null, DestinationHealth.unread(name), true);
    }
    DeliveryStatus.Trouble trouble = delivery.trouble();
    return trouble == null
        ? null
        : new Status.LastError(
            trouble.since().toString(),
            trouble.attempts(),
            delivery.nextAttempt().toString(),
            trouble.why(),
            trouble.operator());
  }

  private long oldestSeconds(String name) {
    try {
      return spools.oldestAge(name).toSeconds();
    } catch (IOException e) {
      LOG.debug("the age of the oldest event is not known", e);
      return 0;
    }
  }
}
