package io.registryrouter.spool;

import io.registryrouter.config.EventPath;
import io.registryrouter.config.Registry;
import io.registryrouter.enrich.EnrichedBatch;
import io.registryrouter.enrich.EnrichedEvent;
import io.registryrouter.event.Event;
import io.registryrouter.event.EventBatch;
import io.registryrouter.event.Source;
import io.registryrouter.route.Group;
import io.registryrouter.route.Grouper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Groups as the router makes them, of events that hold nothing but an id. */
public final class Groups {

  private static final Registry REGISTRY =
      new Registry("us.icr.io", "us-south", Map.of(), List.of(), List.of(), true);
  private static final String ENRICHMENT =
      "\"enrichment\":{\"registryDomain\":\"us.icr.io\",\"path\":\"activity-tracker\"}";

  private Groups() {}

  public static Group of(String... ids) {
    return read("", ids);
  }

  /** Of a file that is being taken under an id. */
  public static Group read(String reading, String... ids) {
    StringBuilder text = new StringBuilder();
    List<Event> events = new ArrayList<>();
    for (String id : ids) {
      int start = text.length();
      text.append("{\"id\":\"").append(id).append("\"}");
      events.add(new Event(start, text.length(), events.size() + 1L, start, null, null));
    }
    EventBatch batch =
        new EventBatch(
            EventPath.ACTIVITY_TRACKER,
            new Source(Source.Kind.FILE, "a.ndjson", reading),
            bytes(text.toString()),
            events,
            new ArrayList<>());
    List<EnrichedEvent> enriched =
        events.stream()
            .map(
                event -> new EnrichedEvent(event, batch.path(), REGISTRY, false, bytes(ENRICHMENT)))
            .toList();
    return Grouper.group(new EnrichedBatch(batch, enriched)).get(0);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** An event as the log holds it. */
  public static String line(String id) {
    return "{\"id\":\"" + id + "\"," + ENRICHMENT + "}\n";
  }

  public static String lines(String... ids) {
    StringBuilder lines = new StringBuilder();
    for (String id : ids) {
      lines.append(line(id));
    }
    return lines.toString();
  }
}
