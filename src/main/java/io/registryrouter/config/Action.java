package io.registryrouter.config;

/**
 * An action that the registry audits.
 *
 * @param name CADF action, {@code serviceName.objectType.action}
 * @param description what it means, for people
 */
public record Action(String name, String description) {

  /** Every action of a container registry starts so; anything else is another service's event. */
  public static final String SERVICE = "container-registry.";
}
