package io.registryrouter.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The known actions, {@code config/actions.yaml}. */
public final class Actions {

  static final String FILE = "config/actions.yaml";

  private final Map<String, Action> byName;

  private Actions(Map<String, Action> byName) {
    this.byName = Map.copyOf(byName);
  }

  public Optional<Action> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  public int size() {
    return byName.size();
  }

  /**
   * Reads {@code actions:} and its map of name to description; adds what is wrong to {@code
   * problems}.
   */
  static Actions load(ConfigFiles files, List<ConfigProblem> problems) {
    Map<String, Action> actions = new HashMap<>();
    YamlFile.read(files, FILE, problems)
        .ifPresent(
            root -> {
              root.refuseKeysOtherThan("actions");
              root.required("actions")
                  .ifPresent(
                      map -> map.entries().forEach((name, node) -> add(actions, name, node)));
            });
    return new Actions(actions);
  }

  private static void add(Map<String, Action> actions, String name, YamlFile.Value node) {
    if (!name.startsWith(Action.SERVICE)) {
      node.problem(
          "\"%s\" is no action of a container registry; names start with %s, e.g. %simage.push",
          name, Action.SERVICE, Action.SERVICE);
      return;
    }
    if (name.contains("*")) {
      node.warning("\"%s\" is the name of no action, * stands for nothing; write each", name);
    }
    node.text().ifPresent(description -> actions.put(name, new Action(name, description)));
  }
}
