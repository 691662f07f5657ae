package io.registryrouter.flow;

import io.registryrouter.config.RouterConfig;
import io.registryrouter.deliver.Replies;
import io.registryrouter.deliver.Requests;
import io.registryrouter.enrich.Enricher;
import io.registryrouter.observe.Oddities;
import java.time.Clock;

/** What follows from {@code config/} and is replaced as a whole when an edit is taken. */
public record Edition(RouterConfig config, Enricher enricher, Requests requests, Replies replies) {

  public static Edition of(RouterConfig config, Clock clock, Oddities oddities) {
    return new Edition(
        config,
        new Enricher(config, clock, oddities),
        new Requests(config, clock, Requests::localHostName),
        new Replies(config, clock));
  }
}
