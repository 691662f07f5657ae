package io.registryrouter.enrich;

import io.registryrouter.config.Registries;
import io.registryrouter.config.Registry;
import io.registryrouter.event.Event.Fields;
import java.util.List;

/** Finds the registry of an event: the first source that knows one wins. Thread-safe. */
public final class DomainFinder {

  private static final List<DomainSource> SOURCES = List.of(DomainSource.values());

  private final Registries registries;

  public DomainFinder(Registries registries) {
    this.registries = registries;
  }

  /**
   * What was found.
   *
   * @param registry null when no source knows one
   * @param source which field told, or ended the search; null when none did
   * @param disagreeing the first later field that names another registry; null when there is none
   */
  public record Finding(Registry registry, DomainSource source, DomainSource disagreeing) {}

  public Finding find(Fields fields) {
    Registry found = null;
    DomainSource by = null;
    for (DomainSource source : SOURCES) {
      DomainSource.Answer answer = source.ask(fields, registries);
      if (answer instanceof DomainSource.Answer.Known known) {
        if (found == null) {
          found = known.registry();
          by = source;
        } else if (found != known.registry()) {
          return new Finding(found, by, source);
        }
      } else if (answer instanceof DomainSource.Answer.Foreign && found == null) {
        return new Finding(null, source, null);
      }
    }
    return new Finding(found, by, null);
  }

  /** What one source says, for people who ask why. */
  public DomainSource.Answer ask(DomainSource source, Fields fields) {
    return source.ask(fields, registries);
  }
}
