package io.registryrouter.config;

import java.util.List;
import java.util.Map;

/**
 * A registry that events come from.
 *
 * @param domain canonical domain name, e.g. {@code us.icr.io}, with its port where that is not a
 *     standard one: {@code registry.example:5000}
 * @param region name of its region as enrichment shows it: the 2019 one, for newer registries the
 *     2026 one
 * @param eventsLocations where its events appear, as text, a path that has events of it
 * @param aliases other host names that mean this registry: private and deprecated ones
 * @param locations location names in a CRN that mean this registry: old and new region names
 * @param routed false when it is known but has no destination yet
 */
public record Registry(
    String domain,
    String region,
    Map<EventPath, String> eventsLocations,
    List<String> aliases,
    List<String> locations,
    boolean routed) {

  public Registry {
    eventsLocations = Map.copyOf(eventsLocations);
    aliases = List.copyOf(aliases);
    locations = List.copyOf(locations);
  }
}
