package io.registryrouter.config;

import java.util.Collection;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A place where a route reads from, or sends to, an endpoint inside the router.
 *
 * @param endpoint scheme and name, e.g. {@code spool:us-south}
 */
public record RouteUse(String where, String endpoint, boolean reads) {

  public static final String SPOOL = "spool:";
  static final String DIRECT = "direct:";

  public boolean isSpool() {
    return endpoint.startsWith(SPOOL);
  }

  public boolean isDirect() {
    return isDirect(endpoint);
  }

  public static boolean isDirect(String endpoint) {
    return endpoint.startsWith(DIRECT);
  }

  /** It is sent to, and nothing reads from it. */
  public static ConfigProblem unread(String where, String endpoint, Collection<String> read) {
    String scheme = endpoint.substring(0, endpoint.indexOf(':') + 1);
    TreeSet<String> accepted =
        read.stream()
            .filter(known -> known.startsWith(scheme))
            .collect(Collectors.toCollection(TreeSet::new));
    String known =
        accepted.isEmpty()
            ? ", nor from any other " + scheme + "…"
            : "; there are: " + String.join(", ", accepted);
    String advice =
        scheme.equals(SPOOL)
            ? (accepted.isEmpty() ? "; " : "; or ")
                + "add a route for it to routes/50-deliver.camel.yaml"
            : "";
    return ConfigProblem.error(
        where,
        endpoint,
        "no route reads from it" + known + advice + Nearest.hint(endpoint, accepted));
  }
}
