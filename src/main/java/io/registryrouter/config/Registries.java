package io.registryrouter.config;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The known registries, {@code config/registries.yaml}, found by host name or by CRN location. */
public final class Registries {

  static final String FILE = "config/registries.yaml";

  private final List<Registry> all;
  private final Map<String, Registry> byHost;
  private final Map<String, Registry> byLocation;

  private final boolean whole;

  private Registries(
      List<Registry> all,
      Map<String, Registry> byHost,
      Map<String, Registry> byLocation,
      boolean whole) {
    this.whole = whole;
    this.all = List.copyOf(all);
    this.byHost = Map.copyOf(byHost);
    this.byLocation = Map.copyOf(byLocation);
  }

  public List<Registry> all() {
    return all;
  }

  /** False when there was a mistake in the file, so that one may be missing here. */
  public boolean isWhole() {
    return whole;
  }

  /**
   * By domain or alias in any case. A port is part of the name, unless it is a standard one: {@code
   * :443}, {@code :80} and none are the same.
   */
  public Optional<Registry> byHost(String host) {
    return Optional.ofNullable(byHost.get(lowerCase(withoutStandardPort(host))));
  }

  /** Behind a port or in an IPv6 address without brackets there is none. */
  private static String withoutStandardPort(String host) {
    int port = host.lastIndexOf(':');
    boolean only = host.indexOf(':') == port || host.startsWith("]", port - 1);
    boolean standard = host.endsWith(":443") || host.endsWith(":80");
    return only && standard ? host.substring(0, port) : host;
  }

  /** By the location field of a CRN in any case, old and new region names alike. */
  public Optional<Registry> byLocation(String location) {
    return Optional.ofNullable(byLocation.get(lowerCase(location)));
  }

  /** Of ASCII alone: the Kelvin sign would become a k, and a stranger's name one of ours. */
  private static String lowerCase(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) >= 128) {
        return name;
      }
    }
    return name.toLowerCase(Locale.ROOT);
  }

  static Registries load(ConfigFiles files, List<ConfigProblem> problems) {
    int before = problems.size();
    Loader loader = new Loader();
    YamlFile.read(files, FILE, problems)
        .ifPresent(
            root -> {
              root.refuseKeysOtherThan("registries");
              root.required("registries").ifPresent(list -> list.items().forEach(loader::add));
            });
    boolean whole = problems.size() == before;
    loader.warnOfRegions();
    return new Registries(loader.all, loader.byHost, loader.byLocation, whole);
  }

  /** Collects the entries and refuses a name that would mean two registries. */
  private static final class Loader {

    /** A host name, IPv4 or bracketed IPv6 address, and perhaps a port, as in image names. */
    private static final Pattern HOST =
        Pattern.compile(
            "([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]+])(:(?<port>[0-9]{1,5}))?");

    private static final int MAX_PORT = 65535;

    private final List<Registry> all = new ArrayList<>();
    private final Map<String, Registry> byHost = new HashMap<>();
    private final Map<String, Registry> byLocation = new HashMap<>();
    private final Map<Registry, YamlFile.Value> regions = new LinkedHashMap<>();

    void add(YamlFile.Value entry) {
      entry.refuseKeysOtherThan(
          "domain", "region", "events-location", "aliases", "locations", "routed");
      Optional<String> domain = entry.required("domain").flatMap(Loader::host);
      Optional<String> region = entry.required("region").flatMap(YamlFile.Value::text);
      Map<EventPath, String> eventsLocations = eventsLocations(entry);
      List<String> aliases = entry.get("aliases").map(Loader::hosts).orElse(List.of());
      List<String> locations = entry.get("locations").map(YamlFile.Value::texts).orElse(List.of());
      boolean routed = entry.get("routed").flatMap(YamlFile.Value::bool).orElse(true);
      if (domain.isEmpty() || region.isEmpty()) {
        return;
      }
      Registry registry =
          new Registry(
              domain.get().toLowerCase(Locale.ROOT),
              region.get(),
              eventsLocations,
              aliases,
              locations,
              routed);
      all.add(registry);
      entry.get("region").ifPresent(value -> regions.put(registry, value));
      index(entry, byHost, domain.get(), registry);
      registry.aliases().forEach(alias -> index(entry, byHost, alias, registry));
      registry.locations().forEach(location -> index(entry, byLocation, location, registry));
    }

    /** A region of one's own is fine; one that is nearly another is hardly meant. */
    void warnOfRegions() {
      regions.forEach(
          (registry, value) -> {
            Set<String> known = new TreeSet<>(byLocation.keySet());
            all.stream()
                .filter(other -> other != registry)
                .forEach(other -> known.add(other.region()));
            String hint = Nearest.hint(registry.region(), known);
            if (!known.contains(registry.region()) && !hint.isEmpty()) {
              value.warning(
                  "\"%s\" is no other registry's region, nor among the locations%s Else add it to"
                      + " this registry's locations",
                  registry.region(), hint);
            }
          });
    }

    private static List<String> hosts(YamlFile.Value list) {
      return list.items().stream().flatMap(item -> host(item).stream()).toList();
    }

    private static Optional<String> host(YamlFile.Value value) {
      Optional<String> host = value.text();
      if (host.isEmpty()) {
        return host;
      }
      Matcher parts = HOST.matcher(host.get());
      if (!parts.matches()) {
        value.problem(
            "\"%s\" is no host name with or without a port; write e.g. us.icr.io or"
                + " registry.example:5000, without scheme and path",
            host.get());
        return Optional.empty();
      }
      Optional<String> name = host.map(Registries::withoutStandardPort);
      if (!name.equals(host)) {
        value.problem(
            "\"%s\" ends in a standard port, 443 or 80, which is no part of the name; write %s",
            host.get(), name.get());
        return Optional.empty();
      }
      String port = parts.group("port");
      if (port != null && (Integer.parseInt(port) == 0 || Integer.parseInt(port) > MAX_PORT)) {
        value.problem("\"%s\" has no port that there is; write 1 to %d", host.get(), MAX_PORT);
        return Optional.empty();
      }
      return host;
    }

    private static Map<EventPath, String> eventsLocations(YamlFile.Value entry) {
      Map<EventPath, String> locations = new EnumMap<>(EventPath.class);
      String[] labels = EventPath.labels().toArray(String[]::new);
      entry
          .required("events-location")
          .ifPresent(
              map -> {
                map.refuseKeysOtherThan(labels);
                for (EventPath path : EventPath.values()) {
                  map.get(path.label())
                      .flatMap(YamlFile.Value::text)
                      .ifPresent(text -> locations.put(path, text));
                }
              });
      return locations;
    }

    private static void index(
        YamlFile.Value entry, Map<String, Registry> index, String name, Registry registry) {
      Registry other = index.putIfAbsent(lowerCase(name), registry);
      if (other != null) {
        entry.problem(
            "\"%s\" already means %s; a name can mean one registry only, remove it from one",
            name, other.domain());
      }
    }
  }
}
