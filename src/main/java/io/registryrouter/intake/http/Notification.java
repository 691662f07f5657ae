package io.registryrouter.intake.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Set;

/**
 * One notification of a CNCF Distribution registry, and what it means; its <a
 * href="https://distribution.github.io/distribution/about/notifications/#events">fields</a>. Of
 * duplicate keys the last wins; what is no string counts as absent.
 */
final class Notification {

  /**
   * What a manifest or an index can be: <a
   * href="https://distribution.github.io/distribution/spec/manifest-v2-2/#media-types">Docker's
   * types</a>, schema 1 included, and <a
   * href="https://github.com/opencontainers/image-spec/blob/v1.1.0/media-types.md">OCI's</a>.
   */
  private static final Set<String> MANIFESTS =
      Set.of(
          "application/vnd.docker.distribution.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.v1+prettyjws",
          "application/vnd.docker.distribution.manifest.v2+json",
          "application/vnd.docker.distribution.manifest.list.v2+json",
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.oci.image.index.v1+json",
          "application/vnd.oci.artifact.manifest.v1+json");

  private String id;
  private String timestamp;
  private String action;
  private boolean hasTarget;
  private String mediaType;
  private String digest;
  private String repository;
  private String tag;
  private String host;
  private String address;
  private String actor;

  /** What a notification comes to. */
  sealed interface Meaning {

    /** An audited action on an image. */
    record Audited(String action) implements Meaning {}

    /** A blob's, or a mount: they come with an image and say nothing of their own. */
    record Ignored() implements Meaning {}

    /** No notification as registries send it. */
    record Unknown(String why) implements Meaning {}
  }

  /** Reads one; the parser is at its first token and afterwards at its last. */
  static Notification read(JsonParser parser) throws IOException {
    Notification read = new Notification();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (name) {
        case "id" -> read.id = text(parser, value);
        case "timestamp" -> read.timestamp = text(parser, value);
        case "action" -> read.action = text(parser, value);
        case "target" -> read.target(parser, value);
        case "request" -> read.request(parser, value);
        case "actor" -> read.actor(parser, value);
        default -> parser.skipChildren();
      }
    }
    return read;
  }

  private void target(JsonParser parser, JsonToken object) throws IOException {
    hasTarget = object == JsonToken.START_OBJECT;
    mediaType = null;
    digest = null;
    repository = null;
    tag = null;
    while (hasTarget && parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (name) {
        case "mediaType" -> mediaType = text(parser, value);
        case "digest" -> digest = text(parser, value);
        case "repository" -> repository = text(parser, value);
        case "tag" -> tag = text(parser, value);
        default -> parser.skipChildren();
      }
    }
    parser.skipChildren();
  }

  private void request(JsonParser parser, JsonToken object) throws IOException {
    host = null;
    address = null;
    while (object == JsonToken.START_OBJECT && parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (name) {
        case "host" -> host = text(parser, value);
        case "addr" -> address = text(parser, value);
        default -> parser.skipChildren();
      }
    }
    parser.skipChildren();
  }

  private void actor(JsonParser parser, JsonToken object) throws IOException {
    actor = null;
    while (object == JsonToken.START_OBJECT && parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean wanted = parser.currentName().equals("name");
      String value = text(parser, parser.nextToken());
      actor = wanted ? value : actor;
    }
    parser.skipChildren();
  }

  /** The string; null for an empty one, and for any other value, which is passed over. */
  private static String text(JsonParser parser, JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_STRING) {
      return parser.getText().isEmpty() ? null : parser.getText();
    }
    parser.skipChildren();
    return null;
  }

  Meaning meaning() {
    if (action == null) {
      return new Meaning.Unknown("no string \"action\" in the notification");
    }
    if (!hasTarget) {
      return new Meaning.Unknown("no object \"target\" in the notification");
    }
    return switch (action) {
      case "mount" -> new Meaning.Ignored();
      case "push", "pull" -> transfer();
      case "delete" -> delete();
      default ->
          new Meaning.Unknown(
              "action \"" + action + "\" is none of a registry: push, pull, mount, delete");
    };
  }

  private Meaning transfer() {
    if (mediaType == null) {
      return new Meaning.Unknown("no string \"target.mediaType\", so no image for certain");
    }
    return MANIFESTS.contains(mediaType) ? image(action) : new Meaning.Ignored();
  }

  /** Registries say neither media type nor URL of what is gone: a tag alone is an untagging. */
  private Meaning delete() {
    if (mediaType != null && !MANIFESTS.contains(mediaType)) {
      return new Meaning.Ignored();
    }
    return image(digest == null ? "untag" : "delete");
  }

  private Meaning image(String verb) {
    if (repository == null || (tag == null && digest == null)) {
      return new Meaning.Unknown("\"target\" names no image: repository, and tag or digest");
    }
    return new Meaning.Audited("container-registry.image." + verb);
  }

  String id() {
    return id;
  }

  String timestamp() {
    return timestamp;
  }

  String actor() {
    return actor;
  }

  /** Where the request came from, with its port. */
  String address() {
    return address;
  }

  /**
   * The image as the client named it; null when the notification does not say which registry it is
   * of: the repository's own name may look like a host and is not to be taken for one.
   */
  String image() {
    return host == null ? null : host + "/" + repository + (tag == null ? "@" + digest : ":" + tag);
  }
}
