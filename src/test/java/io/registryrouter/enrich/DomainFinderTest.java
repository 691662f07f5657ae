package io.registryrouter.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.config.Registries;
import io.registryrouter.config.Registry;
import io.registryrouter.event.Event.Fields;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DomainFinderTest {

  /** Every name of every registry, as in the reference. */
  private static final String HOSTS =
      """
      icr.io,                            icr.io
      private.icr.io,                    icr.io
      registry.bluemix.net,              icr.io
      us.icr.io,                         us.icr.io
      private.us.icr.io,                 us.icr.io
      registry.ng.bluemix.net,           us.icr.io
      de.icr.io,                         de.icr.io
      private.de.icr.io,                 de.icr.io
      registry.eu-de.bluemix.net,        de.icr.io
      uk.icr.io,                         uk.icr.io
      private.uk.icr.io,                 uk.icr.io
      registry.eu-gb.bluemix.net,        uk.icr.io
      au.icr.io,                         au.icr.io
      private.au.icr.io,                 au.icr.io
      registry.au-syd.bluemix.net,       au.icr.io
      jp.icr.io,                         jp.icr.io
      private.jp.icr.io,                 jp.icr.io
      ca.icr.io,                         ca.icr.io
      private.ca.icr.io,                 ca.icr.io
      ca2.icr.io,                        ca2.icr.io
      private.ca2.icr.io,                ca2.icr.io
      br.icr.io,                         br.icr.io
      private.br.icr.io,                 br.icr.io
      es.icr.io,                         es.icr.io
      private.es.icr.io,                 es.icr.io
      in.icr.io,                         in.icr.io
      private.in.icr.io,                 in.icr.io
      in2.icr.io,                        in2.icr.io
      private.in2.icr.io,                in2.icr.io
      jp2.icr.io,                        jp2.icr.io
      private.jp2.icr.io,                jp2.icr.io
      US.ICR.IO,                         us.icr.io
      Registry.NG.Bluemix.Net,           us.icr.io
      us.icr.io:443,                     us.icr.io
      REGISTRY.EU-GB.BLUEMIX.NET:443,    uk.icr.io
      """;

  private static Registries registries;

  @BeforeAll
  static void load(@TempDir Path directory) throws IOException {
    registries = TestHome.in(directory).config().registries();
  }

  private static Fields fields(Map<DomainSource, String> values) {
    return new Fields(
        false,
        "container-registry.image.push",
        null,
        values.get(DomainSource.TARGET_NAME),
        values.get(DomainSource.PARAMETER_REPOSITORY),
        values.get(DomainSource.PARAMETER_NAME),
        values.get(DomainSource.REQUEST_REPOSITORY),
        values.get(DomainSource.TARGET_HOST),
        values.get(DomainSource.TARGET_ID),
        values.get(DomainSource.LOG_SOURCE_LOCATION),
        values.get(DomainSource.PAYLOAD_LOG_SOURCE_LOCATION),
        null);
  }

  private static DomainFinder.Finding find(Map<DomainSource, String> values) {
    return new DomainFinder(registries).find(fields(values));
  }

  private static Registry registry(String domain) {
    return domain == null ? null : registries.byHost(domain).orElseThrow();
  }

  /** A value for which a source names this registry. */
  private static String value(DomainSource source, String domain, String location) {
    return switch (source) {
      case TARGET_NAME, PARAMETER_REPOSITORY, PARAMETER_NAME, REQUEST_REPOSITORY ->
          domain + "/team/app:1";
      case TARGET_HOST -> "https://" + domain;
      case TARGET_ID -> domain + "/team/app@sha256:ab";
      case TARGET_LOCATION, LOG_SOURCE_LOCATION, PAYLOAD_LOG_SOURCE_LOCATION ->
          "crn:v1:bluemix:public:container-registry:" + location + ":a/acct:inst::";
    };
  }

  @ParameterizedTest
  @CsvSource(textBlock = HOSTS)
  void everyNameOfARegistryMeansItWhereAnImageIsNamed(String host, String domain) {
    DomainFinder.Finding finding = find(Map.of(DomainSource.TARGET_NAME, host + "/team/app:1.4"));

    assertThat(finding)
        .isEqualTo(new DomainFinder.Finding(registry(domain), DomainSource.TARGET_NAME, null));
  }

  @ParameterizedTest
  @CsvSource(textBlock = HOSTS)
  void everyNameOfARegistryMeansItInAnAddress(String host, String domain) {
    DomainFinder.Finding finding = find(Map.of(DomainSource.TARGET_HOST, host));

    assertThat(finding)
        .isEqualTo(new DomainFinder.Finding(registry(domain), DomainSource.TARGET_HOST, null));
  }

  @ParameterizedTest
  @CsvSource(textBlock = HOSTS)
  void everyNameOfARegistryMeansItInTheResourceOfACrn(String host, String domain) {
    String crn =
        "crn:v1:bluemix:public:container-registry:nowhere:a/acct:inst:image:" + host + "/t/a";

    DomainFinder.Finding finding = find(Map.of(DomainSource.TARGET_ID, crn));

    assertThat(finding)
        .isEqualTo(new DomainFinder.Finding(registry(domain), DomainSource.TARGET_ID, null));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          us-south,   us.icr.io
          eu-central, de.icr.io
          eu-de,      de.icr.io
          uk-south,   uk.icr.io
          eu-gb,      uk.icr.io
          ap-south,   au.icr.io
          au-syd,     au.icr.io
          ap-north,   jp.icr.io
          jp-tok,     jp.icr.io
          global,     icr.io
          us-east,    icr.io
          ca-tor,     ca.icr.io
          ca-mon,     ca2.icr.io
          br-sao,     br.icr.io
          eu-es,      es.icr.io
          in-che,     in.icr.io
          in-mum,     in2.icr.io
          jp-osa,     jp2.icr.io
          US-South,   us.icr.io
          mars,
          '',
          """)
  void aLocationMeansARegistryUnderItsOldAndItsNewName(String location, String domain) {
    for (DomainSource source :
        new DomainSource[] {
          DomainSource.TARGET_LOCATION,
          DomainSource.LOG_SOURCE_LOCATION,
          DomainSource.PAYLOAD_LOG_SOURCE_LOCATION
        }) {
      String crn = value(source, null, location);
      boolean target = source == DomainSource.TARGET_LOCATION;

      DomainFinder.Finding finding = find(Map.of(target ? DomainSource.TARGET_ID : source, crn));

      assertThat(finding)
          .isEqualTo(
              new DomainFinder.Finding(registry(domain), domain == null ? null : source, null));
    }
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          image without a slash,   us.icr.io,                        ,
          no host,                 team/app:1,                       ,
          localhost,               localhost/app,                    ,
          empty,                   '',                               ,
          slash first,             /us.icr.io/app,                   ,
          foreign,                 quay.io/team/app,                 , foreign
          foreign port,            localhost:5000/app,               , foreign
          another port,            us.icr.io:8443/team/app,          , foreign
          longer name,             xus.icr.io/team/app,              , foreign
          subdomain,               a.us.icr.io/team/app,             , foreign
          port twice,              us.icr.io:443:443/team/app,       , foreign
          digest,                  us.icr.io/team/app@sha256:ab,     us.icr.io,
          many slashes,            us.icr.io/a/b/c/d,                us.icr.io,
          nothing behind,          us.icr.io/,                       us.icr.io,
          """)
  void anImageNameMeansTheHostBeforeItsFirstSlash(
      String what, String name, String domain, String foreign) {
    for (DomainSource source :
        new DomainSource[] {
          DomainSource.TARGET_NAME,
          DomainSource.PARAMETER_REPOSITORY,
          DomainSource.PARAMETER_NAME,
          DomainSource.REQUEST_REPOSITORY,
          DomainSource.TARGET_ID
        }) {
      DomainFinder.Finding finding = find(Map.of(source, name));

      assertThat(finding)
          .as(what)
          .isEqualTo(
              new DomainFinder.Finding(
                  registry(domain), domain == null && foreign == null ? null : source, null));
    }
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          us.icr.io,                                       us.icr.io
          https://us.icr.io,                               us.icr.io
          https://us.icr.io:443,                           us.icr.io
          https://us.icr.io/v2/team/app?x=1#y,             us.icr.io
          https://us.icr.io?host=de.icr.io,                us.icr.io
          https://us.icr.io#de.icr.io,                     us.icr.io
          https://user:pass@us.icr.io:443/v2,              us.icr.io
          https://de.icr.io@us.icr.io/,                    us.icr.io
          user@us.icr.io/x,                                us.icr.io
          HTTPS://US.ICR.IO/,                              us.icr.io
          us.icr.io/v2/@de.icr.io,                         us.icr.io
          https://us.icr.io:8443,
          https://quay.io,
          10.0.0.7,
          10.0.0.7:443,
          [2001:db8::1]:443,
          ://,
          @,
          /,
          '',
          """)
  void anAddressMeansItsHost(String address, String domain) {
    DomainFinder.Finding finding = find(Map.of(DomainSource.TARGET_HOST, address));

    assertThat(finding)
        .isEqualTo(
            new DomainFinder.Finding(
                registry(domain), domain == null ? null : DomainSource.TARGET_HOST, null));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          crn,                                                                    ,          ,
          crn:,                                                                   ,          ,
          crn:v1:bluemix:public:container-registry,                               ,          ,
          crn:v1:bluemix:public:container-registry:us-south,                      us.icr.io, TARGET_LOCATION
          crn:v1:bluemix:public:container-registry:us-south:a/x:i:t,              us.icr.io, TARGET_LOCATION
          crn:v1:bluemix:public:container-registry:us-south:a/x:i::,              us.icr.io, TARGET_LOCATION
          crn:v1:bluemix:public:container-registry:us-south:a/x:i:namespace:team, us.icr.io, TARGET_LOCATION
          crn:v1:bluemix:public:container-registry:us-south:a/x:i:i:team/app,     us.icr.io, TARGET_LOCATION
          crn:v1:bluemix:public:container-registry::a/x:i:i:us.icr.io/t/a@sha256:ab,     us.icr.io, TARGET_ID
          crn:v1:bluemix:public:container-registry::a/x:i:i:us.icr.io:443/t/a:1,         us.icr.io, TARGET_ID
          CRN:v1:bluemix:public:container-registry:us-south:a/x:i::,              us.icr.io, TARGET_LOCATION
          us.icr.io/team/crn:v1,                                                  us.icr.io, TARGET_ID
          crn:v1:bluemix:public:container-registry:us-south:a/x:i:i:quay.io/t/a,         , TARGET_ID
          xcrn:v1:bluemix:public:container-registry:us-south:a/x:i::,                    , TARGET_ID
          """)
  void aTargetIdMeansItsResourceAndThenItsLocation(String id, String domain, DomainSource source) {
    DomainFinder.Finding finding = find(Map.of(DomainSource.TARGET_ID, id));

    assertThat(finding).isEqualTo(new DomainFinder.Finding(registry(domain), source, null));
  }

  @Test
  void sourcesAreAskedInOrder() {
    Map<DomainSource, String> values = new EnumMap<>(DomainSource.class);
    for (DomainSource source :
        new DomainSource[] {
          DomainSource.PAYLOAD_LOG_SOURCE_LOCATION,
          DomainSource.LOG_SOURCE_LOCATION,
          DomainSource.TARGET_ID,
          DomainSource.TARGET_HOST,
          DomainSource.REQUEST_REPOSITORY,
          DomainSource.PARAMETER_NAME,
          DomainSource.PARAMETER_REPOSITORY,
          DomainSource.TARGET_NAME
        }) {
      values.put(source, value(source, "us.icr.io", "us-south"));

      assertThat(find(values))
          .isEqualTo(new DomainFinder.Finding(registry("us.icr.io"), source, null));
    }
  }

  @ParameterizedTest
  @EnumSource(DomainSource.class)
  void theFirstOfTwoThatContradictEachOtherWinsAndTheOtherIsNamed(DomainSource later) {
    DomainSource field = later == DomainSource.TARGET_LOCATION ? DomainSource.TARGET_ID : later;
    if (later == DomainSource.TARGET_NAME) {
      return; // the first
    }
    Map<DomainSource, String> values = new EnumMap<>(DomainSource.class);
    values.put(DomainSource.TARGET_NAME, "us.icr.io/team/app");
    values.put(field, value(later, "de.icr.io", "eu-de"));

    DomainFinder.Finding finding = find(values);

    assertThat(finding)
        .isEqualTo(
            new DomainFinder.Finding(registry("us.icr.io"), DomainSource.TARGET_NAME, later));
  }

  @Test
  void twoNamesOfOneRegistryAgree() {
    DomainFinder.Finding finding =
        find(
            Map.of(
                DomainSource.TARGET_NAME, "us.icr.io/team/app",
                DomainSource.TARGET_HOST, "registry.ng.bluemix.net"));

    assertThat(finding.disagreeing()).isNull();
  }

  /** The Kelvin sign, whose lower case is a k, and others that look alike. */
  @ParameterizedTest
  @ValueSource(strings = {"u\u212a.icr.io", "\uff55k.icr.io", "jp.\u0131cr.io", "jp.\u0130cr.io"})
  void aHostThatOnlyLooksLikeARegistryIsAForeignOne(String host) {
    DomainFinder.Finding finding =
        find(
            Map.of(
                DomainSource.TARGET_NAME,
                host + "/team/app",
                DomainSource.TARGET_HOST,
                "us.icr.io"));

    assertThat(finding).isEqualTo(new DomainFinder.Finding(null, DomainSource.TARGET_NAME, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "eu-de", "crn:v1:bluemix:public:container-registry:mars:a/x:i::"})
  void whereTheSourceAtTheTopSaysNothingTheOneInThePayloadIsAsked(String top) {
    DomainSource inner = DomainSource.PAYLOAD_LOG_SOURCE_LOCATION;
    DomainFinder.Finding finding =
        find(Map.of(DomainSource.LOG_SOURCE_LOCATION, top, inner, value(inner, null, "us-south")));

    assertThat(finding).isEqualTo(new DomainFinder.Finding(registry("us.icr.io"), inner, null));
  }

  @Test
  void aForeignHostEndsTheSearch() {
    DomainFinder.Finding finding =
        find(
            Map.of(
                DomainSource.PARAMETER_NAME, "quay.io/team/app",
                DomainSource.TARGET_HOST, "us.icr.io",
                DomainSource.LOG_SOURCE_LOCATION,
                    value(DomainSource.LOG_SOURCE_LOCATION, null, "us-south")));

    assertThat(finding)
        .isEqualTo(new DomainFinder.Finding(null, DomainSource.PARAMETER_NAME, null));
  }

  @Test
  void aForeignHostBehindAKnownOneIsNoContradiction() {
    DomainFinder.Finding finding =
        find(
            Map.of(
                DomainSource.TARGET_NAME, "us.icr.io/team/app",
                DomainSource.REQUEST_REPOSITORY, "quay.io/team/app"));

    assertThat(finding)
        .isEqualTo(new DomainFinder.Finding(registry("us.icr.io"), DomainSource.TARGET_NAME, null));
  }

  @Test
  void anUnknownAddressIsPassedOver() {
    DomainFinder.Finding finding =
        find(
            Map.of(
                DomainSource.TARGET_HOST, "https://quay.io",
                DomainSource.TARGET_ID, "jp.icr.io/team/app@sha256:ab"));

    assertThat(finding)
        .isEqualTo(new DomainFinder.Finding(registry("jp.icr.io"), DomainSource.TARGET_ID, null));
  }

  @Test
  void anEventThatNamesNothingHasNoRegistry() {
    assertThat(find(Map.of())).isEqualTo(new DomainFinder.Finding(null, null, null));
  }
}
