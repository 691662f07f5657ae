package io.registryrouter.enrich;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.registryrouter.config.Action;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.Registry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The enrichment of each (action, registry, path), rendered once. Actions that are not known share
 * one, so that their number, which the outside decides, does not grow the cache. Thread-safe.
 */
final class Enrichments {

  private final JsonFactory json = new JsonFactory();
  private final Map<Key, byte[]> rendered = new ConcurrentHashMap<>();

  private record Key(Action action, Registry registry, EventPath path) {

    // Actions and registries are those of the configuration, one object each.
    @Override
    public boolean equals(Object other) {
      return other instanceof Key key
          && key.action == action
          && key.registry == registry
          && key.path == path;
    }

    @Override
    public int hashCode() {
      int hash = System.identityHashCode(action) * 31 + System.identityHashCode(registry);
      return hash * 31 + path.hashCode();
    }
  }

  /** {@code "enrichment":{…}}; {@code action} is null when it is not known. */
  byte[] of(Action action, Registry registry, EventPath path) {
    Key key = new Key(action, registry, path);
    byte[] known = rendered.get(key); // computeIfAbsent may lock for a key that is there
    return known != null ? known : rendered.computeIfAbsent(key, this::render);
  }

  private byte[] render(Key key) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator generator = json.createGenerator(out)) {
      generator.writeStartObject();
      generator.writeObjectFieldStart("enrichment");
      generator.writeStringField(
          "actionDescription", key.action() == null ? null : key.action().description());
      generator.writeStringField("registryDomain", key.registry().domain());
      generator.writeStringField("registryRegion", key.registry().region());
      generator.writeStringField(
          "eventsLocation", key.registry().eventsLocations().get(key.path()));
      generator.writeStringField("path", key.path().label());
      generator.writeEndObject();
      generator.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("no I/O when writing to memory", e);
    }
    byte[] object = out.toByteArray();
    return Arrays.copyOfRange(object, 1, object.length - 1); // without the braces around
  }
}
