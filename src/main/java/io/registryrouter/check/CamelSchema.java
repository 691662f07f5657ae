package io.registryrouter.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.Nearest;
import io.registryrouter.config.RouteItem;
import io.registryrouter.config.YamlFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Every key of a route that Camel's YAML does not know, by the schema that comes with it; Camel
 * itself names the first only.
 *
 * @see <a href="https://camel.apache.org/components/4.18.x/others/yaml-dsl.html">YAML DSL</a>
 */
final class CamelSchema {

  private static final String SCHEMA = "/schema/camelYamlDsl.json";
  private static final int LISTED = 25;

  private final JsonNode schema;

  private CamelSchema(JsonNode schema) {
    this.schema = schema;
  }

  static CamelSchema load() {
    try (InputStream in = CamelSchema.class.getResourceAsStream(SCHEMA)) {
      return new CamelSchema(new ObjectMapper().readTree(in));
    } catch (IOException e) {
      throw new IllegalStateException(SCHEMA + " of camel-yaml-dsl cannot be read", e);
    }
  }

  /** The keys it does not know, in the order of the file. */
  List<ConfigProblem> problems(RouteItem item) {
    List<ConfigProblem> problems = new ArrayList<>();
    look(item.node(), List.of(schema.get("items")), problems);
    return problems;
  }

  /**
   * @param forms the schemas of which the value may follow any
   */
  private void look(YamlFile.Value value, List<JsonNode> forms, List<ConfigProblem> problems) {
    List<JsonNode> all = new ArrayList<>();
    forms.forEach(form -> alternatives(form, all));
    if (!value.isMap()) {
      List<JsonNode> items =
          all.stream().filter(form -> form.has("items")).map(form -> form.get("items")).toList();
      value.children().forEach(item -> look(item, items, problems));
      return;
    }
    Map<String, List<JsonNode>> known = properties(all);
    boolean closed = all.stream().anyMatch(form -> form.has("additionalProperties"));
    for (Map.Entry<String, YamlFile.Value> entry : value.entries().entrySet()) {
      if (known.containsKey(entry.getKey())) {
        look(entry.getValue(), known.get(entry.getKey()), problems);
      } else if (closed) {
        problems.add(unknown(entry.getKey(), entry.getValue(), known));
      }
    }
  }

  private static Map<String, List<JsonNode>> properties(List<JsonNode> forms) {
    Map<String, List<JsonNode>> properties = new TreeMap<>();
    for (JsonNode form : forms) {
      form.path("properties")
          .properties()
          .forEach(
              property ->
                  properties
                      .computeIfAbsent(property.getKey(), key -> new ArrayList<>())
                      .add(property.getValue()));
    }
    return properties;
  }

  /** The schema itself and whatever it refers to as one form of the same value. */
  private void alternatives(JsonNode form, List<JsonNode> all) {
    all.add(form);
    if (form.has("$ref")) {
      alternatives(schema.at(form.get("$ref").asText().substring(1)), all);
    }
    for (String of : List.of("oneOf", "anyOf", "allOf")) {
      form.path(of).forEach(alternative -> alternatives(alternative, all));
    }
  }

  private static ConfigProblem unknown(
      String key, YamlFile.Value value, Map<String, List<JsonNode>> known) {
    String accepted =
        known.size() <= LISTED
            ? String.join(", ", known.keySet())
            : "see https://camel.apache.org/components/4.18.x/others/yaml-dsl.html";
    return ConfigProblem.error(
        value.where(),
        key,
        "is not known here; known: " + accepted + Nearest.hint(key, known.keySet()));
  }
}
