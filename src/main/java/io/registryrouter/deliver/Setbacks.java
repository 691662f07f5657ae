package io.registryrouter.deliver;

import io.registryrouter.config.DestinationSettings;
import io.registryrouter.observe.DeliveryStatus;
import io.registryrouter.observe.OnceAMinute;
import java.time.Clock;
import java.time.Duration;
import org.apache.camel.processor.errorhandler.RedeliveryPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** How long to pause after an attempt that failed, and what is said of it. Used by one thread. */
final class Setbacks {

  /** One delivery has one name in the log. */
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryLoop.class);

  private final DestinationSettings settings;
  private final DeliveryStatus status;
  private final Clock clock;
  private final RedeliveryPolicy pauses = new RedeliveryPolicy();
  private final OnceAMinute warnings = new OnceAMinute();
  private final OnceAMinute errors = new OnceAMinute();
  private long pause;
  private boolean any;
  private boolean warned;

  Setbacks(DestinationSettings settings, DeliveryStatus status, Clock clock) {
    this.settings = settings;
    this.status = status;
    this.clock = clock;
    pauses.setRedeliveryDelay(settings.backoff().first().toMillis());
    pauses.setMaximumRedeliveryDelay(settings.backoff().longest().toMillis());
    pauses.setUseExponentialBackOff(true);
    pauses.setUseCollisionAvoidance(true);
    pauses.setCollisionAvoidancePercent(20);
  }

  /** Whether there was one since this began: nothing expires that was not tried. */
  boolean any() {
    return any;
  }

  /** Returns how long to pause, in milliseconds. */
  long failed(Outcome.Retry retry, Level level) {
    any = true;
    DeliveryStatus.Trouble trouble = status.failed(retry.why(), retry.operator());
    pause = pauses.calculateRedeliveryDelay(pause, trouble.attempts());
    long wait =
        retry
            .after()
            .filter(asked -> asked.compareTo(settings.backoff().first()) >= 0)
            .map(Duration::toMillis)
            .orElse(pause);
    status.nextAttempt(clock.instant().plusMillis(wait));
    if ((level == Level.ERROR ? errors : warnings).isDue(clock.instant())) {
      warned = true;
      LOG.atLevel(level)
          .addKeyValue("destination", settings.name())
          .addKeyValue("attempts", trouble.attempts())
          .addKeyValue("since", trouble.since())
          .addKeyValue("pauseMillis", wait)
          .addKeyValue("error", retry.why())
          .log(
              retry.operator()
                  ? "not delivered, an operator has to act; tried again until then"
                  : "not delivered, will be tried again");
    }
    return wait;
  }

  /** Nothing is left that could be tried again, so that nobody knows whether it would fail. */
  void overForWantOfEvents() {
    status.recovered();
    warned = false;
    pause = 0;
  }

  /** It takes events or refuses them one by one: the trouble that there was, if any, is over. */
  void over() {
    if (warned && status.trouble() != null) {
      warned = false;
      LOG.atInfo()
          .addKeyValue("destination", settings.name())
          .addKeyValue("attempts", status.trouble().attempts())
          .log("delivering again");
    }
    status.recovered();
    pause = 0;
  }
}
