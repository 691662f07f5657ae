package io.registryrouter.config;

/**
 * A place where a route reads from, or sends to, an endpoint inside the router.
 *
 * @param endpoint scheme and name, e.g. {@code spool:us-south}
 */
public record RouteUse(String where, String endpoint, boolean reads) {

  public static final String SPOOL = "spool:";
  public static final String DIRECT = "direct:";

  public boolean isSpool() {
    return endpoint.startsWith(SPOOL);
  }

  public boolean isDirect() {
    return isDirect(endpoint);
  }

  public static boolean isDirect(String endpoint) {
    return endpoint.startsWith(DIRECT);
  }
}
