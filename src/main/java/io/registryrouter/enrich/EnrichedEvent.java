package io.registryrouter.enrich;

import io.registryrouter.config.EventPath;
import io.registryrouter.config.Registry;
import io.registryrouter.event.Event;

/**
 * An event and what the router knows of it.
 *
 * @param path the one it takes from here on
 * @param afterCutoff true when it came by the Access Trail path after the path was closed
 * @param enrichment the member to splice in, {@code "enrichment":{…}}, as UTF-8; shared, not to be
 *     changed
 */
public record EnrichedEvent(
    Event event, EventPath path, Registry registry, boolean afterCutoff, byte[] enrichment) {}
