package io.registryrouter.enrich;

import io.registryrouter.config.Registries;
import io.registryrouter.config.Registry;
import io.registryrouter.event.Event.Fields;
import java.util.Optional;
import java.util.function.Function;

/** The fields that can name an event's registry, in the order in which they are asked. */
public enum DomainSource {
  TARGET_NAME("target.name", Kind.IMAGE, Fields::targetName),
  PARAMETER_REPOSITORY(
      "requestData.RequestParameters.repository", Kind.IMAGE, Fields::parameterRepository),
  PARAMETER_NAME("requestData.RequestParameters.name", Kind.IMAGE, Fields::parameterName),
  REQUEST_REPOSITORY("requestData.repository", Kind.IMAGE, Fields::requestRepository),
  TARGET_HOST("target.host.address", Kind.ADDRESS, Fields::targetHost),
  TARGET_ID("target.id", Kind.RESOURCE, Fields::targetId),
  TARGET_LOCATION("location in target.id", Kind.LOCATION, Fields::targetId),
  LOG_SOURCE_LOCATION("location in logSourceCRN", Kind.LOCATION, Fields::logSourceCrn),
  PAYLOAD_LOG_SOURCE_LOCATION(
      "location in payload.logSourceCRN", Kind.LOCATION, Fields::payloadLogSourceCrn);

  private enum Kind {
    IMAGE,
    ADDRESS,
    RESOURCE,
    LOCATION
  }

  /** What a source says. */
  public sealed interface Answer {

    /** A known registry. */
    record Known(Registry registry) implements Answer {}

    /** A registry that is not known: the event is somebody else's, no other source is asked. */
    record Foreign(String host) implements Answer {}

    /** Nothing. */
    record Silent() implements Answer {}
  }

  private static final Answer SILENT = new Answer.Silent();

  /**
   * Fields of a CRN: crn, version, cname, ctype, service, location, scope, instance, type,
   * resource.
   */
  private static final int CRN_LOCATION = 5;

  private static final int CRN_RESOURCE = 9;

  private final String label;
  private final Kind kind;
  private final Function<Fields, String> field;

  DomainSource(String label, Kind kind, Function<Fields, String> field) {
    this.label = label;
    this.kind = kind;
    this.field = field;
  }

  /** The field, for people. */
  public String label() {
    return label;
  }

  /** The field's value, null when the event has none. */
  public String value(Fields fields) {
    return field.apply(fields);
  }

  /** What the field says of the registry. */
  public Answer ask(Fields fields, Registries registries) {
    String value = value(fields);
    if (value == null || value.isEmpty()) {
      return SILENT;
    }
    return switch (kind) {
      case IMAGE -> image(value, registries);
      case ADDRESS -> known(registries.byHost(host(value)));
      case RESOURCE -> image(resource(value), registries);
      case LOCATION -> known(registries.byLocation(crnField(value, CRN_LOCATION)));
    };
  }

  /**
   * The host is the part before the first slash, if that can be a host: known, or with dot or port.
   */
  private static Answer image(String name, Registries registries) {
    int slash = name.indexOf('/');
    if (slash < 0) {
      return SILENT;
    }
    String host = name.substring(0, slash);
    Optional<Registry> registry = registries.byHost(host);
    if (registry.isPresent()) {
      return new Answer.Known(registry.get());
    }
    boolean foreign = host.indexOf('.') >= 0 || host.indexOf(':') >= 0;
    return foreign ? new Answer.Foreign(host) : SILENT;
  }

  private static Answer known(Optional<Registry> registry) {
    return registry.<Answer>map(Answer.Known::new).orElse(SILENT);
  }

  /** Host and port of an address or a URL. */
  private static String host(String address) {
    int scheme = address.indexOf("://");
    String rest = scheme < 0 ? address : address.substring(scheme + 3);
    int end = 0;
    while (end < rest.length() && "/?#".indexOf(rest.charAt(end)) < 0) {
      end++;
    }
    String authority = rest.substring(0, end);
    return authority.substring(authority.lastIndexOf('@') + 1);
  }

  private static String resource(String id) {
    return isCrn(id) ? crnField(id, CRN_RESOURCE) : id;
  }

  private static boolean isCrn(String id) {
    return id.regionMatches(true, 0, "crn:", 0, 4);
  }

  /** A field of a CRN, empty when it has not so many; the last takes all that is left. */
  private static String crnField(String crn, int index) {
    if (!isCrn(crn)) {
      return "";
    }
    int from = 0;
    for (int i = 0; i < index; i++) {
      from = crn.indexOf(':', from) + 1;
      if (from == 0) {
        return "";
      }
    }
    int end = index == CRN_RESOURCE ? -1 : crn.indexOf(':', from);
    return end < 0 ? crn.substring(from) : crn.substring(from, end);
  }
}
