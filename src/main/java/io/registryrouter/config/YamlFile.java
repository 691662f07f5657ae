package io.registryrouter.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.StreamDataWriter;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.constructor.StandardConstructor;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A YAML file whose every value knows its file, line and key, so that a complaint can name them.
 */
public final class YamlFile {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** How many characters of a text a message quotes. */
  private static final int SHOWN = 40;

  private final String name;
  private final List<ConfigProblem> problems;

  private YamlFile(String name, List<ConfigProblem> problems) {
    this.name = name;
    this.problems = problems;
  }

  /**
   * The root of the file, or empty when it cannot be read or is no YAML (then a problem says so).
   */
  static Optional<Value> read(ConfigFiles files, String name, List<ConfigProblem> problems) {
    int before = problems.size();
    Optional<Value> root = readIfNotEmpty(files, name, problems);
    if (root.isEmpty() && problems.size() == before) {
      String own = name.startsWith("routes/") ? ", write routes into it, or remove it" : "";
      new YamlFile(name, problems).problem(1, "", "is empty; restore it from the release" + own);
    }
    return root;
  }

  /** As {@link #read}, but nothing, or only comments, are no problem. */
  static Optional<Value> readIfNotEmpty(
      ConfigFiles files, String name, List<ConfigProblem> problems) {
    return new YamlFile(name, problems).read(files);
  }

  private Optional<Value> read(ConfigFiles files) {
    try {
      return compose(files.text(name));
    } catch (CharacterCodingException e) {
      problem(0, "", "is not UTF-8; save it as UTF-8");
    } catch (AccessDeniedException e) {
      problem(0, "", "may not be read by this user; chmod or chown it");
    } catch (IOException e) {
      problem(0, "", "cannot be read (%s); restore it from the release", e.toString());
    } catch (MarkedYamlEngineException e) {
      problem(YamlMistake.line(e), "", "%s", YamlMistake.words(e));
    } catch (YamlEngineException e) {
      problem(0, "", "is not YAML: %s", e.getMessage());
    } catch (StackOverflowError e) {
      problem(0, "", "has lists or maps in one another too deep to be read; write it flat");
    }
    return Optional.empty();
  }

  private Optional<Value> compose(String text) {
    // Duplicate keys pass the composer; Value.entries() reports them with their line.
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(name)
            .setUseMarks(true)
            .setAllowNonScalarKeys(true) // or their line would not be known
            .build();
    Optional<Node> root = new Compose(settings).composeString(text);
    Optional<Node> endless = root.flatMap(YamlFile::endless);
    endless.ifPresent(
        node ->
            problem(line(node), "", "has an alias (*…) within what it stands for; write it out"));
    Optional<Node> strange = root.filter(node -> endless.isEmpty()).flatMap(YamlFile::strangeKey);
    strange.ifPresent(
        node ->
            problem(
                line(node),
                "",
                "has a list or a map where a name is expected; write quotes around a placeholder:"
                    + " \"{{…}}\""));
    return root.filter(node -> endless.isEmpty() && strange.isEmpty())
        .map(node -> new Value("", node, 0));
  }

  /** The first name that is no text, such as a placeholder without quotes is. */
  private static Optional<Node> strangeKey(Node node) {
    if (node instanceof MappingNode map) {
      Stream<Node> keys = map.getValue().stream().map(NodeTuple::getKeyNode);
      Optional<Node> strange = keys.filter(key -> !(key instanceof ScalarNode)).findFirst();
      if (strange.isPresent()) {
        return strange;
      }
    }
    return below(node).flatMap(child -> strangeKey(child).stream()).findFirst();
  }

  /** From 1; 0 when it is not known. */
  private static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }

  /** The first that has itself somewhere below. */
  private static Optional<Node> endless(Node node) {
    if (node.isRecursive()) {
      return Optional.of(node);
    }
    return below(node).flatMap(child -> endless(child).stream()).findFirst();
  }

  private static Stream<Node> below(Node node) {
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue().stream();
    }
    return node instanceof MappingNode mapping
        ? mapping.getValue().stream()
            .flatMap(entry -> Stream.of(entry.getKeyNode(), entry.getValueNode()))
        : Stream.empty();
  }

  private void problem(int line, String key, String message, Object... args) {
    String where = line > 0 ? name + ":" + line : name;
    problems.add(ConfigProblem.error(where, key, String.format(message, args)));
  }

  /** These as a YAML list, each text as it was written. */
  static String list(List<Value> values) {
    List<Node> nodes = values.stream().map(value -> value.node).toList();
    StringBuilder text = new StringBuilder();
    new Dump(DumpSettings.builder().setSplitLines(false).build())
        .dumpNode(
            new SequenceNode(Tag.SEQ, nodes, FlowStyle.BLOCK),
            new StreamDataWriter() {
              @Override
              public void write(String piece) {
                text.append(piece);
              }

              @Override
              public void write(String piece, int offset, int length) {
                text.append(piece, offset, offset + length);
              }
            });
    return text.toString();
  }

  /** A node of the file with the key that leads to it. */
  public final class Value {

    private final String key;
    private final Node node;
    private final int line;
    private Map<String, Value> entries;
    private List<Value> items;

    /**
     * @param atLeast the line of its key: what an alias stands for was written before
     */
    private Value(String key, Node node, int atLeast) {
      this.key = key;
      this.node = node;
      this.line = Math.max(YamlFile.line(node), atLeast);
    }

    void problem(String message, Object... args) {
      YamlFile.this.problem(line(), shownKey(), message, args);
    }

    void warning(String message, Object... args) {
      problems.add(
          ConfigProblem.warning(name + ":" + line(), shownKey(), String.format(message, args)));
    }

    private String shownKey() {
      return key.replaceFirst("^\\[\\d+]\\.", "");
    }

    /** From 1; 0 when it is not known. */
    int line() {
      return line;
    }

    public String where() {
      return name + ":" + line();
    }

    /** Relative to the home. */
    String file() {
      return name;
    }

    /** The last part of the key. */
    public String name() {
      return key.substring(key.lastIndexOf('.') + 1);
    }

    public boolean isMap() {
      return node instanceof MappingNode;
    }

    /** What is below it, in the order of the file. */
    public Collection<Value> children() {
      return isMap() ? entries().values() : node instanceof SequenceNode ? items() : List.of();
    }

    /** Itself, then all that is below it, in the order of the file. */
    public void walk(Consumer<Value> visitor) {
      visitor.accept(this);
      children().forEach(child -> child.walk(visitor));
    }

    /** Whether an option below is switched on. */
    public boolean isTrue(String option) {
      return scalar(option).filter("true"::equalsIgnoreCase).isPresent();
    }

    /** The value below, or empty, without a problem, when there is none. */
    public Optional<Value> find(String child) {
      return isMap() ? get(child) : Optional.empty();
    }

    /** What it is, for messages; a long text by its beginning. */
    private String kind() {
      if (node instanceof ScalarNode scalar) {
        String text = scalar.getValue();
        boolean none = scalar.getTag().equals(Tag.NULL) || text.isBlank();
        String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
        return none ? "empty" : "\"" + shown + "\"";
      }
      return node instanceof MappingNode ? "a map" : "a list";
    }

    /** As written, or empty, without a problem, when it is no scalar. */
    public Optional<String> scalar() {
      return node instanceof ScalarNode scalar ? Optional.of(scalar.getValue()) : Optional.empty();
    }

    /** The same of a value below; empty when there is none. */
    public Optional<String> scalar(String child) {
      return find(child).flatMap(Value::scalar);
    }

    public boolean isList() {
      return node instanceof SequenceNode;
    }

    private Object content() {
      return new StandardConstructor(LoadSettings.builder().setLabel(name).build())
          .constructSingleDocument(Optional.of(node));
    }

    /** A text as it stands; a map as JSON. */
    Optional<String> textOrJson() {
      if (!(node instanceof MappingNode)) {
        return text();
      }
      try {
        return Optional.of(JSON.writeValueAsString(content()));
      } catch (YamlEngineException | JsonProcessingException e) {
        problem("cannot be written as JSON: %s", e.getMessage());
        return Optional.empty();
      }
    }

    /** Read once, so that a mistake is reported once. */
    public Map<String, Value> entries() {
      if (entries == null) {
        entries = readEntries();
      }
      return entries;
    }

    private Map<String, Value> readEntries() {
      Map<String, Value> entries = new LinkedHashMap<>();
      if (!(node instanceof MappingNode mapping)) {
        problem("is %s, not a map; write `key: value` a line below it", kind());
        return entries;
      }
      mapping
          .getValue()
          .forEach(
              tuple -> {
                String child = ((ScalarNode) tuple.getKeyNode()).getValue();
                Value value =
                    new Value(
                        key.isEmpty() ? child : key + "." + child,
                        tuple.getValueNode(),
                        YamlFile.line(tuple.getKeyNode()));
                if (entries.putIfAbsent(child, value) != null) {
                  value.problem("stands twice; keep one");
                }
              });
      return entries;
    }

    void refuseKeysOtherThan(String... known) {
      Set<String> accepted = Set.of(known);
      entries()
          .forEach(
              (child, value) -> {
                if (!accepted.contains(child)) {
                  value.problem(
                      "is not a key here; keys: %s%s",
                      String.join(", ", known), Nearest.hint(child, accepted));
                }
              });
    }

    Optional<Value> get(String child) {
      return Optional.ofNullable(entries().get(child));
    }

    Optional<Value> required(String child) {
      Optional<Value> value = get(child);
      if (value.isEmpty() && node instanceof MappingNode) {
        problem("has no \"%s\"; add it", child);
      }
      return value;
    }

    /** Read once, as the entries. */
    public List<Value> items() {
      if (items == null) {
        items = readItems();
      }
      return items;
    }

    private List<Value> readItems() {
      List<Value> items = new ArrayList<>();
      if (node instanceof SequenceNode sequence) {
        sequence
            .getValue()
            .forEach(item -> items.add(new Value(key + "[" + items.size() + "]", item, 0)));
      } else {
        problem("is %s, not a list; write one item a line, each after a dash", kind());
      }
      return items;
    }

    List<String> texts() {
      return items().stream().flatMap(item -> item.text().stream()).toList();
    }

    Optional<String> text() {
      if (node instanceof ScalarNode scalar
          && !scalar.getTag().equals(Tag.NULL)
          && !scalar.getValue().isBlank()) {
        return Optional.of(scalar.getValue());
      }
      problem("is %s, not a text; write one behind the colon", kind());
      return Optional.empty();
    }

    Optional<Boolean> bool() {
      if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.BOOL)) {
        return Optional.of(Boolean.valueOf(scalar.getValue()));
      }
      problem("is %s, neither true nor false; write one of them", kind());
      return Optional.empty();
    }
  }
}
