package io.registryrouter.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistriesTest {

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "registry.example:5000, registry.example:5000",
    "Registry.EXAMPLE:5000, registry.example:5000",
    "registry.example, ",
    "registry.example:5001, ",
    "registry.example:443, ",
    "registry.example:5000:443, ",
    "registry.example:5000:80, ",
    "plain.example, plain.example",
    "plain.example:80, plain.example",
    "plain.example:443, plain.example",
    "plain.example:8443, ",
    "10.0.0.7:5000, plain.example",
    "[::1]:5000, plain.example",
    "[::1]:5000:443, ",
    "[::1]:443, ",
    "[::2]:443, plain.example",
    "[::2]:80, plain.example",
    "us.icr.io:443, us.icr.io"
  })
  void aPortIsPartOfTheNameUnlessItIsAStandardOne(String host, String domain) throws IOException {
    assertThat(registries().byHost(host).map(Registry::domain).orElse(null)).isEqualTo(domain);
  }

  @Test
  void aRegistryOfOnesOwnNeedsNoLocation() throws IOException {
    Registry own = registries().byHost("registry.example:5000").orElseThrow();

    assertThat(own.region()).isEqualTo("on-premises");
    assertThat(own.eventsLocations())
        .containsExactly(Map.entry(EventPath.ACTIVITY_TRACKER, "Dallas (us-south)"));
    assertThat(own.locations()).isEmpty();
    assertThat(own.routed()).isTrue();
  }

  private Registries registries() throws IOException {
    String own =
        """
        registries:
          - domain: Registry.example:5000
            region: on-premises
            events-location: {activity-tracker: Dallas (us-south)}
          - domain: plain.example
            region: on-premises
            events-location: {activity-tracker: Dallas (us-south), access-trail: us-south}
            aliases: [10.0.0.7:5000, "[::1]:5000", "[::2]"]
        """;
    return TestHome.in(directory)
        .edit("config/registries.yaml", "registries:\n", own)
        .config()
        .registries();
  }
}
