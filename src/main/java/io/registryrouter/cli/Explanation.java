package io.registryrouter.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.registryrouter.check.When;
import java.util.List;

/**
 * Why one event goes where it goes; what is not known is null.
 *
 * @param source file and line
 * @param path the one it came by
 * @param facts what is read from it; null when it is no event
 * @param destinations names of {@code arrivals}
 * @param arrivals destinations it leaves for
 * @param deadLetter or the reason and detail it dies of
 * @param givenBack or why it would be given back to its source
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Explanation(
    String source,
    String path,
    @JsonUnwrapped Facts facts,
    List<String> destinations,
    @JsonProperty("doors") List<Arrival> arrivals,
    Death deadLetter,
    String givenBack) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What an event says, and what is known of it.
   *
   * @param shape flat or wrapped
   * @param description of the action, null when it is not known
   * @param domain canonical registry domain, null when none was found
   * @param domainFrom the field that told it, or that ended the search
   * @param others what the other fields say of the registry
   * @param cutoff on the Access Trail path, what became of the event there
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Facts(
      String shape,
      String action,
      String description,
      String domain,
      String domainFrom,
      List<Source> others,
      String eventTime,
      String cutoff) {

    private void describe(StringBuilder text, String path) {
      line(text, "action", action + " (" + shape + " event)");
      line(text, "meaning", description == null ? "not in config/actions.yaml" : description);
      line(text, "registry", (domain == null ? "not known" : domain) + from());
      others.forEach(
          other ->
              line(text, "", other.field() + " \"" + other.value() + "\" says " + other.says()));
      line(text, "event time", eventTime == null ? "none" : eventTime);
      line(text, "path", path + (cutoff == null ? "" : ", " + cutoff));
    }

    private String from() {
      return domainFrom == null ? "" : ", from " + domainFrom;
    }
  }

  /** A field and what it says. */
  record Source(String field, String value, String says) {}

  /**
   * A destination.
   *
   * @param url without query, where a key may stand; null for an archive
   * @param when the branch that sent it there; null when the routes have none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Arrival(String destination, String type, String format, String url, When when) {}

  /**
   * Why it cannot go on.
   *
   * @param when the branch that let it die; null when it died before any
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Death(String reason, String detail, When when) {}

  /** Null when there is none. */
  String action() {
    return facts == null ? null : facts.action();
  }

  /** Null when there is none. */
  String domain() {
    return facts == null ? null : facts.domain();
  }

  String toJson() {
    return PlainText.ofJson(JSON.valueToTree(this).toString());
  }

  String toText() {
    StringBuilder text = new StringBuilder(PlainText.of(source));
    if (facts != null) {
      facts.describe(text, path);
    }
    arrivals.forEach(arrival -> arrival(text, arrival));
    if (deadLetter != null) {
      line(text, "dead letter", deadLetter.reason() + ": " + deadLetter.detail());
      because(text, deadLetter.when());
    }
    if (givenBack != null) {
      line(text, "given back", givenBack);
    }
    return text.append('\n').toString();
  }

  private static void arrival(StringBuilder text, Arrival at) {
    String url = at.url() == null ? "" : " to " + at.url();
    String how = " (" + at.type() + ", " + at.format() + url + ")";
    line(text, "goes to", at.destination() + how);
    because(text, at.when());
  }

  private static void because(StringBuilder text, When when) {
    if (when != null) {
      line(text, "  because", when.place() + ": " + when.expression());
    }
  }

  private static void line(StringBuilder text, String label, String value) {
    text.append(String.format("%n  %-12s %s", label, PlainText.of(value)));
  }
}
