package io.registryrouter.config;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * One row of {@code config/routing-tests.yaml}: an event, and where it has to go.
 *
 * @param where {@code config/routing-tests.yaml:12}
 * @param event its text; empty when it stands in {@code file}
 * @param expect all the destinations it has to leave for; empty when the row does not say
 * @param deadLetter the reason it has to die of; empty when the row does not say
 * @param never destinations it must not leave for
 */
public record RoutingTest(
    String where,
    String name,
    EventPath path,
    Optional<String> event,
    Optional<Path> file,
    Set<String> expect,
    Optional<String> deadLetter,
    Set<String> never) {

  public RoutingTest {
    expect = Set.copyOf(expect);
    never = Set.copyOf(never);
  }
}
