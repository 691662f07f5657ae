package io.registryrouter.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.registryrouter.check.Rehearsal;
import io.registryrouter.check.When;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * An event that two configurations send to different places.
 *
 * @param after how the edited configuration explains it
 */
record Rerouting(Explanation after, Rehearsal.Result before, Rehearsal.Result now) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Whether an event comes to the same. */
  static boolean isSame(Rehearsal.Result before, Rehearsal.Result now) {
    return ends(before).equals(ends(now));
  }

  private static List<String> ends(Rehearsal.Result result) {
    List<String> ends = new ArrayList<>(result.destinations());
    result.deaths().forEach(death -> ends.add("dead letter " + death.reason()));
    result.failure().ifPresent(failure -> ends.add("given back"));
    Collections.sort(ends);
    return ends;
  }

  String toText() {
    return PlainText.of(
        String.format(
            "%s: %s %s: %s → %s",
            after.source(), word(after.domain()), word(after.action()), words(before), words(now)));
  }

  private static String word(String value) {
    return value == null ? "-" : value;
  }

  private static String words(Rehearsal.Result result) {
    if (result.failure().isPresent()) {
      return "given back";
    }
    List<String> words = new ArrayList<>();
    result.arrivals().forEach(to -> words.add(to.destination() + When.behind(to.when())));
    result
        .deaths()
        .forEach(death -> words.add("dead letter " + death.reason() + When.behind(death.when())));
    return String.join(" + ", words);
  }

  String toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("source", after.source());
    json.put("domain", after.domain());
    json.put("action", after.action());
    json.set("before", json(before));
    json.set("after", json(now));
    return PlainText.ofJson(json.toString());
  }

  private static ObjectNode json(Rehearsal.Result result) {
    ObjectNode json = JSON.createObjectNode();
    ArrayNode arrivals = json.putArray("doors");
    result
        .arrivals()
        .forEach(to -> put(arrivals.addObject().put("destination", to.destination()), to.when()));
    result.deaths().stream()
        .findFirst()
        .ifPresent(
            death ->
                put(
                    json.putObject("deadLetter")
                        .put("reason", death.reason())
                        .put("detail", death.letter().detail()),
                    death.when()));
    result.failure().ifPresent(failure -> json.put("givenBack", failure.message()));
    return json;
  }

  private static void put(ObjectNode end, Optional<When> when) {
    when.ifPresent(taken -> end.set("when", JSON.valueToTree(taken)));
  }
}
