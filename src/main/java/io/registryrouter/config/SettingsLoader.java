package io.registryrouter.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads all {@code router.*} settings: overrides beat the environment, which beats the file, which
 * beats the program's {@code defaults.properties}.
 */
final class SettingsLoader {

  private static final String DEFAULTS = "defaults.properties";

  /** What Java makes of bytes that are no character. */
  private static final char NO_CHARACTER = '\uFFFD';

  private final Settings settings;
  private final List<ConfigProblem> problems;
  private final Set<String> known = new TreeSet<>();

  /** Keys that a variable may set, or that may be meant by one that is misspelt. */
  private final Set<String> candidates = new TreeSet<>();

  private SettingsLoader(Settings settings, List<ConfigProblem> problems) {
    this.settings = settings;
    this.problems = problems;
  }

  /**
   * @param destinations names that the routes send to, so that the environment can set their keys
   */
  static Settings load(
      ConfigFiles files,
      Map<String, String> environment,
      Map<String, String> overrides,
      Collection<String> destinations,
      List<ConfigProblem> problems) {
    SettingsLoader loader =
        new SettingsLoader(new Settings(environment, overrides, problems), problems);
    loader.loadDefaults();
    loader.candidates.addAll(loader.known);
    destinations.forEach(loader::addCandidates);
    loader.loadFile(files);
    loader.loadEnvironment(environment);
    overrides.forEach((key, value) -> loader.put(new Setting(key, value.trim(), "--set")));
    return loader.settings;
  }

  private void loadDefaults() {
    try (InputStream shipped = SettingsLoader.class.getResourceAsStream("/" + DEFAULTS)) {
      String text = new String(shipped.readAllBytes(), StandardCharsets.UTF_8);
      for (Setting setting : PropertiesFile.parse(DEFAULTS, text)) {
        known.add(setting.key());
        settings.putDefault(new Setting(setting.key(), setting.value(), "default"));
      }
    } catch (IOException e) {
      throw new IllegalStateException("the program's own " + DEFAULTS + " cannot be read", e);
    }
  }

  private void loadFile(ConfigFiles files) {
    String text;
    try {
      text = files.text(Settings.FILE);
    } catch (CharacterCodingException e) {
      settings.problemAt(Settings.FILE + lineOfNoText(files), "", "is not UTF-8; save it as UTF-8");
      return;
    } catch (IOException e) {
      settings.problemAt(
          Settings.FILE, "", "cannot be read (%s); restore it from the release", e.toString());
      return;
    }
    Map<String, String> seen = new HashMap<>();
    for (Setting setting : PropertiesFile.parse(Settings.FILE, text)) {
      String earlier = seen.putIfAbsent(setting.key(), setting.where());
      if (earlier != null) {
        settings.problemAt(
            setting.where(), setting.key(), "stands twice, first in %s; keep one", earlier);
      } else {
        put(setting);
      }
    }
  }

  /** Where the first byte stands that is no character: {@code :14}. */
  private static String lineOfNoText(ConfigFiles files) {
    try {
      String text = new String(files.bytes(Settings.FILE), StandardCharsets.UTF_8);
      String before = text.substring(0, text.indexOf(NO_CHARACTER) + 1);
      return ":" + before.lines().count();
    } catch (IOException e) {
      throw new IllegalStateException(Settings.FILE + " was read, and is not UTF-8", e);
    }
  }

  private void addCandidates(String destination) {
    DestinationSettings.KEYS.forEach(
        key -> candidates.add(DestinationSettings.PREFIX + destination + "." + key));
  }

  private void loadEnvironment(Map<String, String> environment) {
    candidates.addAll(settings.keys());
    settings.destinations().forEach(this::addCandidates);
    String tokens = variable(Settings.TOKENS);
    environment.keySet().stream()
        .filter(name -> name.startsWith(tokens) && name.length() > tokens.length())
        .map(name -> name.substring(tokens.length()).toLowerCase(Locale.ROOT))
        .map(name -> Settings.TOKENS + name.replaceFirst("_file$", ".file"))
        .forEach(candidates::add);
    for (String key : candidates) {
      String value = environment.get(variable(key));
      if (value != null) {
        if (!settings.overrides().containsKey(key)) {
          settings.noteEnvironment(variable(key) + " sets " + key);
        }
        put(new Setting(key, value.trim(), "environment " + variable(key)));
      }
    }
    Set<String> variables =
        candidates.stream()
            .map(SettingsLoader::variable)
            .collect(Collectors.toCollection(TreeSet::new));
    environment.entrySet().stream()
        .filter(variable -> variable.getKey().startsWith("ROUTER_"))
        .filter(variable -> !variables.contains(variable.getKey()))
        .filter(variable -> !isOthers(variable.getKey(), variable.getValue()))
        .map(Map.Entry::getKey)
        .sorted()
        .forEach(name -> problems.add(setsNothing(name, variables)));
  }

  private static ConfigProblem setsNothing(String variable, Set<String> variables) {
    return ConfigProblem.warning(
        "environment " + variable,
        "",
        "sets nothing; a setting's variable is its key in upper case, e.g. ROUTER_HTTP_PORT for"
            + " router.http.port"
            + Nearest.hint(variable, variables));
  }

  /**
   * The launcher's own variable, and what Kubernetes sets in every container of a namespace that
   * has a service named router or router-….
   *
   * @see <a
   *     href="https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables">Kubernetes:
   *     environment variables of services</a>
   */
  private static boolean isOthers(String variable, String value) {
    return variable.equals("ROUTER_JAVA_OPTS")
        || variable.matches("ROUTER_(.*_)?(SERVICE_(HOST|PORT.*)|PORT_\\d+_.*)")
        || value.matches("(tcp|udp|sctp)://.*");
  }

  private static String variable(String key) {
    return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  private void put(Setting setting) {
    if (!isKnown(setting.key())) {
      settings.problemAt(
          setting.where(),
          setting.key(),
          "is not a setting; the settings stand in %s of the release with a line of explanation each%s",
          Settings.FILE,
          Nearest.hint(setting.key(), candidates));
    } else {
      settings.put(setting);
    }
  }

  private boolean isKnown(String key) {
    if (key.startsWith(DestinationSettings.PREFIX)) {
      String rest = key.substring(DestinationSettings.PREFIX.length());
      int dot = rest.indexOf('.');
      return dot > 0 && DestinationSettings.KEYS.contains(rest.substring(dot + 1));
    }
    boolean token = key.startsWith(Settings.TOKENS) && key.length() > Settings.TOKENS.length();
    return token || known.contains(key);
  }
}
