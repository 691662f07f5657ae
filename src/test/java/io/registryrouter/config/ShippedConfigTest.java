package io.registryrouter.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What ships in {@code config/}, held against the reference. */
class ShippedConfigTest {

  private static final RouterConfig CONFIG =
      RouterConfig.load(TestHome.CHECKOUT, Map.of(), Map.of());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          exemption.create      | Create a Vulnerability Advisor exemption.
          exemption.delete      | Delete a Vulnerability Advisor exemption.
          image.build           | Build a Docker image in IBM Cloud Container Registry.
          image.bulkdelete      | Delete multiple images from IBM Cloud Container Registry.
          image.delete          | Delete an image from IBM Cloud Container Registry.
          image.inspect         | Display details about an image.
          image.list            | List the images in your IBM account.
          image.pull            | Pull an image from IBM Cloud Container Registry.
          image.push            | Push an image to IBM Cloud Container Registry.
          image.rm              | Delete one or more specified images from IBM Cloud Container Registry.
          image.tag             | Add a tag that refers to a pre-existing IBM Cloud Container Registry image.
          image.untag           | Remove a tag, or tags, from each specified image in IBM Cloud Container Registry.
          manifest.inspect      | View the contents of the manifest for an image.
          namespace.create      | Add a namespace to IBM Cloud Container Registry.
          namespace.delete      | Delete a namespace from IBM Cloud Container Registry.
          namespace.list        | List the namespaces in your IBM account.
          plan.get              | Display information about the current pricing plan.
          plan.set              | Upgrade to the standard plan.
          quota.get             | Display the current quotas for traffic and storage, and the usage information against those quotas.
          quota.set             | Modify the quotas.
          registrytoken.delete  | Delete a registry token.
          registrytoken.get     | Retrieve information about a registry token.
          registrytoken.list    | List the registry tokens in your IBM account.
          registrytokens.delete | Delete multiple registry tokens.
          retention.analyze     | List the images that are deleted if you apply a given retention policy.
          retention.list        | List the image retention policies for your account.
          retention.set         | Set a policy to retain images in a namespace in IBM Cloud Container Registry by applying specified criteria.
          trash.list            | Display all the images in the trash in your IBM Cloud account.
          trash.restore         | Restore a deleted image from the trash.
          """)
  void theActionsOf2019HaveTheDocumentsDescription(String action, String description) {
    assertThat(CONFIG.actions().find("container-registry." + action))
        .contains(new Action("container-registry." + action, description));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "auth.get",
        "auth.set",
        "settings.get",
        "settings.set",
        "signature.read",
        "signature.write",
        "signature.delete",
        "account-vulnerability-report.list",
        "account-vulnerability-status.list",
        "image-vulnerability-report.read",
        "image-vulnerability-status.read"
      })
  void theActionsAddedSinceAreDescribed(String action) {
    Action found = CONFIG.actions().find("container-registry." + action).orElseThrow();

    assertThat(found.description()).endsWith(".").hasSizeGreaterThan(20);
  }

  @Test
  void thereAreFortyActions() {
    assertThat(CONFIG.actions().size()).isEqualTo(40);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          icr.io     | global     | Dallas (us-south)   | us-south   | private.icr.io registry.bluemix.net           | global us-east   | true
          us.icr.io  | us-south   | Dallas (us-south)   | us-south   | private.us.icr.io registry.ng.bluemix.net     | us-south         | true
          de.icr.io  | eu-central | Frankfurt (eu-de)   | eu-central | private.de.icr.io registry.eu-de.bluemix.net  | eu-central eu-de | true
          uk.icr.io  | uk-south   | London (eu-gb)      | uk-south   | private.uk.icr.io registry.eu-gb.bluemix.net  | uk-south eu-gb   | true
          au.icr.io  | ap-south   | Tokyo (jp-tok)      | ap-south   | private.au.icr.io registry.au-syd.bluemix.net | ap-south au-syd  | true
          jp.icr.io  | ap-north   | Tokyo (jp-tok)      | ap-south   | private.jp.icr.io                             | ap-north jp-tok  | true
          ca.icr.io  | ca-tor     | Toronto (ca-tor)    | ca-tor     | private.ca.icr.io                             | ca-tor           | false
          ca2.icr.io | ca-mon     | Montreal (ca-mon)   | ca-mon     | private.ca2.icr.io                            | ca-mon           | false
          br.icr.io  | br-sao     | São Paulo (br-sao)  | br-sao     | private.br.icr.io                             | br-sao           | false
          es.icr.io  | eu-es      | Madrid (eu-es)      | eu-es      | private.es.icr.io                             | eu-es            | false
          in.icr.io  | in-che     | Chennai (in-che)    | in-che     | private.in.icr.io                             | in-che           | false
          in2.icr.io | in-mum     | Mumbai (in-mum)     | in-mum     | private.in2.icr.io                            | in-mum           | false
          jp2.icr.io | jp-osa     | Osaka (jp-osa)      | jp-osa     | private.jp2.icr.io                            | jp-osa           | false
          """)
  void aRegistryHasAllItsNames(
      String domain,
      String region,
      String activityTracker,
      String accessTrail,
      String aliases,
      String locations,
      boolean routed) {
    assertThat(CONFIG.registries().byHost(domain))
        .contains(
            new Registry(
                domain,
                region,
                Map.of(
                    EventPath.ACTIVITY_TRACKER, activityTracker,
                    EventPath.ACCESS_TRAIL, accessTrail),
                Arrays.asList(aliases.split(" ")),
                Arrays.asList(locations.split(" ")),
                routed));
  }

  @Test
  void thereAreThirteenRegistries() {
    assertThat(CONFIG.registries().all()).hasSize(13);
  }

  @Test
  void allDestinationsAreArchives() {
    assertThat(CONFIG.destinations().keySet())
        .containsExactly(
            "access-trail-ap-south",
            "access-trail-eu-central",
            "access-trail-uk-south",
            "access-trail-us-south",
            "eu-de",
            "eu-gb",
            "jp-tok",
            "us-south");
    assertThat(CONFIG.destinations().values())
        .allSatisfy(
            destination ->
                assertThat(destination.type()).isEqualTo(DestinationSettings.Type.ARCHIVE));
  }

  @Test
  void theFileSaysTheDefaults() throws IOException {
    try (InputStream defaults = Settings.class.getResourceAsStream("/defaults.properties")) {
      Map<String, String> shipped =
          values(Files.readString(TestHome.CHECKOUT.resolve(Settings.FILE)));
      shipped.keySet().removeIf(key -> key.startsWith("router.destination."));

      assertThat(shipped)
          .isEqualTo(values(new String(defaults.readAllBytes(), StandardCharsets.UTF_8)));
    }
  }

  private static Map<String, String> values(String text) {
    List<Setting> settings = PropertiesFile.parse("", text);
    return settings.stream().collect(Collectors.toMap(Setting::key, Setting::value));
  }
}
