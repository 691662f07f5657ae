package io.registryrouter.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/**
 * Why one event goes where it goes.
 *
 * @param source file and line
 * @param shape flat or wrapped; null when it is no event
 * @param description of the action, null when it is not known
 * @param domain canonical registry domain, null when none was found
 * @param domainFrom the field that told it, or that ended the search
 * @param others what the other fields say of the registry
 * @param cutoff on the Access Trail path, what became of the event there
 * @param destinations doors it leaves by
 * @param deadLetter or the reason and detail it dies of
 * @param givenBack or why it would be given back to its source
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Explanation(
    String source,
    String shape,
    String action,
    String description,
    String domain,
    String domainFrom,
    List<Source> others,
    String path,
    String eventTime,
    String cutoff,
    List<String> destinations,
    Death deadLetter,
    String givenBack) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A field and what it says. */
  record Source(String field, String value, String says) {}

  /** Why it cannot go on. */
  record Death(String reason, String detail) {}

  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of strings can be written", e);
    }
  }

  String toText() {
    StringBuilder text = new StringBuilder(source);
    if (shape != null) {
      line(text, "action", action + " (" + shape + " event)");
      line(text, "meaning", description == null ? "not in config/actions.yaml" : description);
      line(text, "registry", (domain == null ? "not known" : domain) + from());
      others.forEach(
          other ->
              line(text, "", other.field() + " \"" + other.value() + "\" says " + other.says()));
      line(text, "path", path + (cutoff == null ? "" : ", " + cutoff));
    }
    if (deadLetter != null) {
      line(text, "dead letter", deadLetter.reason() + ": " + deadLetter.detail());
    } else if (givenBack != null) {
      line(text, "given back", givenBack);
    } else {
      line(text, "goes to", String.join(", ", destinations));
    }
    return text.append('\n').toString();
  }

  private String from() {
    return domainFrom == null ? "" : ", from " + domainFrom;
  }

  private static void line(StringBuilder text, String label, String value) {
    text.append(String.format("%n  %-12s %s", label, value));
  }
}
