package io.registryrouter.intake.http;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is sent to a URL path: which media types, and how a body of each carries its events. */
enum Accept {
  /**
   * Audit events. A CloudEvent in <a
   * href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#31-binary-content-mode">binary
   * mode</a> is one of {@code application/json}: its body is the event, and nothing more is needed.
   */
  EVENTS(
      "events",
      new Type("application/json", BodyFormat.JSON),
      new Type("application/x-ndjson", BodyFormat.NDJSON),
      new Type("application/cloudevents+json", BodyFormat.CLOUD_EVENT),
      new Type("application/cloudevents-batch+json", BodyFormat.CLOUD_EVENT_BATCH)),

  /**
   * What a CNCF Distribution registry <a
   * href="https://distribution.github.io/distribution/about/notifications/">posts</a>.
   */
  NOTIFICATIONS(
      "notifications",
      new Type("application/vnd.docker.distribution.events.v1+json", BodyFormat.NOTIFICATIONS),
      new Type("application/vnd.docker.distribution.events.v2+json", BodyFormat.NOTIFICATIONS),
      new Type("application/json", BodyFormat.NOTIFICATIONS));

  private final String label;
  private final List<Type> types;

  private record Type(String name, BodyFormat format) {}

  Accept(String label, Type... types) {
    this.label = label;
    this.types = List.of(types);
  }

  /** The word in a route's {@code accept=}. */
  String label() {
    return label;
  }

  static Optional<Accept> of(String label) {
    return Arrays.stream(values()).filter(accept -> accept.label.equals(label)).findFirst();
  }

  static List<String> labels() {
    return Arrays.stream(values()).map(Accept::label).toList();
  }

  /** How a body of this content type is read; 415 for any other type. Parameters are not minded. */
  BodyFormat format(String contentType) throws HttpProblem {
    String given = contentType == null ? "" : contentType.split(";", 2)[0].strip();
    String name = given.toLowerCase(Locale.ROOT);
    for (Type type : types) {
      if (type.name().equals(name)) {
        return type.format();
      }
    }
    throw new HttpProblem(
        415,
        "Content-Type \""
            + given
            + "\" is not accepted; accepted: "
            + types.stream().map(Type::name).collect(Collectors.joining(", ")));
  }
}
