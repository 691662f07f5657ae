package io.registryrouter.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.lang3.StringUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is odd about events that go on all the same: counted, and said once. Thread-safe. */
public final class Oddities {

  private static final Logger LOG = LoggerFactory.getLogger(Oddities.class);

  /**
   * How many different unknown actions are remembered and warned of; their names come from outside.
   */
  private static final int MAX_WARNED = 100;

  /** Of longer names, in characters, the beginning stands for all. */
  private static final int MAX_NAME = 200;

  private final Set<String> warned = ConcurrentHashMap.newKeySet();
  private final Counter unknownActions;
  private final Counter disagreements;

  public Oddities(MeterRegistry meters) {
    unknownActions =
        Counter.builder("router.events.unknown.action")
            .description("Events delivered with a null description, their action is not known")
            .register(meters);
    disagreements =
        Counter.builder("router.events.domain.disagreements")
            .description("Events whose fields name different registries; the first one won")
            .register(meters);
  }

  public void unknownAction(String action) {
    unknownActions.increment();
    String name = StringUtils.abbreviate(action, "…", MAX_NAME);
    if (warned.size() < MAX_WARNED && warned.add(name)) {
      LOG.atWarn()
          .addKeyValue("action", name)
          .log(
              "unknown action, delivered with a null description; describe it in config/actions.yaml");
      if (warned.size() == MAX_WARNED) {
        LOG.warn("further unknown actions are counted only: router_events_unknown_action_total");
      }
    }
  }

  public void domainsDisagree() {
    disagreements.increment();
  }
}
