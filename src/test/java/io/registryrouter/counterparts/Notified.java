package io.registryrouter.counterparts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A notification as a registry posted it, and the event that it should become.
 *
 * @param text its own bytes
 */
record Notified(JsonNode json, String text) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** That of an envelope; this registry sends each in an envelope of its own. */
  static List<Notified> in(String envelope) throws IOException {
    JsonNode events = JSON.readTree(envelope).get("events");
    if (events.size() != 1) {
      throw new IOException("not one notification: " + envelope);
    }
    String text = envelope.substring(envelope.indexOf('[') + 1, envelope.lastIndexOf(']')).strip();
    return List.of(new Notified(events.get(0), text));
  }

  /** What is done to an image, e.g. {@code push team/app:1}; empty when it is about a blob. */
  Optional<String> deed() {
    String action = json.get("action").textValue();
    JsonNode target = json.get("target");
    boolean image = target.path("mediaType").asText().matches(".*(manifest|index).*");
    if (!image && !action.equals("delete")) {
      return Optional.empty();
    }
    boolean untag = action.equals("delete") && !target.has("digest");
    String reference =
        target.has("tag")
            ? ":" + target.get("tag").textValue()
            : "@" + target.get("digest").textValue();
    return Optional.of(
        (untag ? "untag" : action) + " " + target.get("repository").textValue() + reference);
  }

  /** The whole line that arrives, when {@code registryRegion} and place are these. */
  Optional<String> event(String region, String place) {
    return deed().map(deed -> event(deed.split(" ", 2), region, place));
  }

  private String event(String[] deed, String region, String place) {
    String host = json.at("/request/host").textValue();
    return String.format(
        "{\"id\":\"%s\",\"eventTime\":\"%s\",\"action\":\"container-registry.image.%s\","
            + "\"initiator\":{\"host\":{\"address\":\"%s\"}},\"target\":{\"name\":\"%s/%s\"},"
            + "\"requestData\":{\"notification\":%s},\"enrichment\":{\"actionDescription\":\"%s\","
            + "\"registryDomain\":\"%s\",\"registryRegion\":\"%s\",\"eventsLocation\":\"%s\","
            + "\"path\":\"activity-tracker\"}}",
        json.get("id").textValue(),
        json.get("timestamp").textValue(),
        deed[0],
        json.at("/request/addr").textValue(),
        host,
        deed[1],
        text.replace('\n', ' '),
        description(deed[0]),
        host,
        region,
        place);
  }

  private static String description(String deed) {
    return switch (deed) {
      case "push" -> "Push an image to IBM Cloud Container Registry.";
      case "pull" -> "Pull an image from IBM Cloud Container Registry.";
      case "delete" -> "Delete an image from IBM Cloud Container Registry.";
      case "untag" ->
          "Remove a tag, or tags, from each specified image in IBM Cloud Container Registry.";
      default -> throw new IllegalArgumentException(deed);
    };
  }
}
