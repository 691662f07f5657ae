package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.Nearest;
import io.registryrouter.config.RouteItem;
import io.registryrouter.config.RouteItems;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.NoSuchLanguageException;
import org.apache.camel.Processor;
import org.apache.camel.PropertyBindingException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.language.simple.types.SimpleIllegalSyntaxException;
import org.apache.camel.spi.EndpointUriFactory;
import org.apache.camel.util.ObjectHelper;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** What Camel refuses in one item of a route file, in words that say what to do, and its place. */
final class CamelFailures {

  private static final Pattern UNKNOWN = Pattern.compile("Unknown parameters=\\[\\{(.*)}]");
  private static final Pattern PLACEHOLDER =
      Pattern.compile("Property with key \\[(.+?)] not found");
  private static final Pattern OF_THE_DOOR = Pattern.compile("^(eventPath|accept)=");

  /** How Camel takes it that a route has none. */
  private static final String NO_STEPS = "org.apache.camel.Route.getCamelContext()";

  private static final String NO_OUTPUTS = "has no output processors";

  /** How Camel takes a text in place of a step. */
  private static final String NO_STEP = "Unable to find constructor for node";

  /** A component alone, which it takes for a URI when there are parameters. */
  private static final Pattern BARE = Pattern.compile("uri: (spool)\\b(?!:)");

  private static final List<String> LANGUAGES =
      List.of("constant", "exchangeProperty", "header", "method", "simple", "variable");

  private static final List<String> SCHEMES =
      List.of("direct", "event-door", "file", "http", "https", "spool", "tail");

  private final RouteItems items;
  private final CamelContext camel;

  CamelFailures(RouteItems items, CamelContext camel) {
    this.items = items;
    this.camel = camel;
  }

  List<ConfigProblem> of(RouteItem item, Exception failure) {
    MarkedYamlEngineException yaml = cause(MarkedYamlEngineException.class, failure);
    if (yaml != null && yaml.getProblem().startsWith("found undefined alias")) {
      return List.of(); // defined in another item of the file, which is whole YAML
    }
    if (yaml != null && yaml.getProblem().startsWith(NO_STEP)) {
      return List.of(noStep(item, yaml));
    }
    if (yaml != null) {
      int line = yaml.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
      String where = item.where().replaceFirst("\\d+$", String.valueOf(line));
      return List.of(
          ConfigProblem.error(where, item.key(), yaml.getProblem() + RouteProblems.ADVICE));
    }
    NoSuchBeanException bean = cause(NoSuchBeanException.class, failure);
    if (bean != null && bean.getName() != null) {
      return List.of(bean(item, RouteItem.beanName(bean.getName())));
    }
    NoSuchLanguageException language = cause(NoSuchLanguageException.class, failure);
    if (language != null) {
      return List.of(language(item, language.getLanguage()));
    }
    ClassNotFoundException type = cause(ClassNotFoundException.class, failure);
    if (type != null) {
      return List.of(type(item, type.getMessage()));
    }
    NoSuchEndpointException scheme = cause(NoSuchEndpointException.class, failure);
    if (scheme != null) {
      return List.of(scheme(item, scheme.getUri()));
    }
    ResolveEndpointFailedException endpoint = cause(ResolveEndpointFailedException.class, failure);
    Matcher options = UNKNOWN.matcher(endpoint == null ? "" : endpoint.getMessage());
    if (options.find()) {
      return options(item, endpoint.getUri(), options.group(1));
    }
    return List.of(other(item, failure));
  }

  private static <T extends Throwable> T cause(Class<T> type, Exception failure) {
    return ObjectHelper.getException(type, failure);
  }

  private ConfigProblem bean(RouteItem item, String name) {
    Set<String> steps =
        new TreeSet<>(camel.getRegistry().findByTypeWithName(Processor.class).keySet());
    return problem(
        item,
        name,
        String.format(
            "\"%s\" is not there; steps: %s%s",
            name, String.join(", ", steps), Nearest.hint(name, steps)));
  }

  private ConfigProblem language(RouteItem item, String name) {
    return problem(
        item,
        name,
        String.format(
            "\"%s\" is no language that comes with the router; languages: %s%s",
            name, String.join(", ", LANGUAGES), Nearest.hint(name, LANGUAGES)));
  }

  private ConfigProblem type(RouteItem item, String name) {
    return problem(
        item,
        name,
        String.format("\"%s\" is no class that comes with the router; name one that does", name));
  }

  /** A text where a map has to be, in the line that Camel names. */
  private ConfigProblem noStep(RouteItem item, MarkedYamlEngineException yaml) {
    int line = yaml.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
    List<ConfigProblem> found = new ArrayList<>();
    item.node()
        .walk(
            value -> {
              if (value.where().endsWith(":" + line) && value.scalar().isPresent()) {
                found.add(
                    ConfigProblem.error(
                        value.where(),
                        item.key(),
                        String.format(
                            "\"%s\" is no step; write a blank behind its first colon, e.g."
                                + " `to: spool:us-south`",
                            value.scalar().get())));
              }
            });
    return found.isEmpty()
        ? ConfigProblem.error(item.where(), item.key(), yaml.getProblem() + RouteProblems.ADVICE)
        : found.get(0);
  }

  private ConfigProblem scheme(RouteItem item, String camelUri) {
    String uri = camelUri.replace("://", ":");
    String scheme = uri.replaceFirst(":.*", "");
    return problem(
        item,
        uri,
        String.format(
            "\"%s\" names no component that comes with the router; endpoints begin with %s%s",
            uri, String.join(":, ", SCHEMES) + ":", Nearest.hint(scheme, SCHEMES)));
  }

  private List<ConfigProblem> options(RouteItem item, String uri, String unknown) {
    String scheme = uri.replaceFirst(":.*", "");
    EndpointUriFactory factory = camel.getCamelContextExtension().getEndpointUriFactory(scheme);
    Set<String> known = factory == null ? Set.of() : factory.propertyNames();
    String accepted =
        known.isEmpty()
            ? ""
            : "; options: https://camel.apache.org/components/4.18.x/" + scheme + "-component.html";
    List<ConfigProblem> problems = new ArrayList<>();
    for (String option : Arrays.stream(unknown.split(", ")).sorted().toList()) {
      String name = option.replaceFirst("=.*", "");
      problems.add(
          ConfigProblem.error(
              items.whereIs(item, name),
              item.key(),
              "\""
                  + name
                  + "\" is no option of "
                  + scheme
                  + ":"
                  + accepted
                  + Nearest.hint(name, known)));
    }
    return problems;
  }

  private ConfigProblem other(RouteItem item, Exception failure) {
    String text = RouteProblems.firstLine(ExceptionUtils.getRootCause(failure));
    Matcher placeholder = PLACEHOLDER.matcher(text);
    if (placeholder.find()) {
      String key = placeholder.group(1);
      return problem(
          item,
          key,
          "{{" + key + "}} stands for nothing; name a setting or a parameter that is there");
    }
    Matcher bare = BARE.matcher(item.content());
    if (failure.getMessage() != null && text.equals("null") && bare.find()) {
      return problem(
          item,
          bare.group(1),
          String.format(
              "`uri: %1$s` names none; write the name behind a colon, e.g. `uri: %1$s:us-south`",
              bare.group(1)));
    }
    if (text.contains(NO_OUTPUTS)) {
      return problem(item, "", "has no steps; add one, or remove the route");
    }
    if (text.contains(NO_STEPS)) {
      return problem(
          item,
          "precondition",
          "a route has no steps; add one, or to a choice with `precondition` a `when` that is true"
              + " for it: router.destination.<name>.type is archive or http");
    }
    Matcher door = OF_THE_DOOR.matcher(text);
    if (door.find()) {
      return problem(item, door.group(1), text + RouteProblems.ADVICE);
    }
    PropertyBindingException option = cause(PropertyBindingException.class, failure);
    if (option != null && option.getPropertyName() != null) {
      return problem(
          item,
          option.getPropertyName(),
          option.getPropertyName() + ": " + text + RouteProblems.ADVICE);
    }
    SimpleIllegalSyntaxException simple = cause(SimpleIllegalSyntaxException.class, failure);
    return problem(item, simple == null ? "" : simple.getExpression(), text + RouteProblems.ADVICE);
  }

  /** At the place where the text stands in the item or in its template. */
  private ConfigProblem problem(RouteItem item, String text, String message) {
    return ConfigProblem.error(items.whereIs(item, text), item.key(), message);
  }
}
