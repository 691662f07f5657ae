package io.registryrouter.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.registryrouter.support.Certificates;
import io.registryrouter.support.TestHome;
import io.registryrouter.support.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read from PEM files, and the whole of what is said of those that cannot be used. */
class TlsSettingsTest {

  private static final String PREFIX = "router.destination.eu-de.";

  @TempDir private Path directory;
  private TestHome home;
  private Certificates authority;

  @BeforeEach
  void makeAnAuthority() throws IOException {
    home =
        TestHome.in(directory)
            .set(PREFIX + "type", "http")
            .set(PREFIX + "url", "https://logs.eu.example/events");
    authority = Certificates.in(directory.resolve("tls"));
    authority.issue("client", "DNS:router.example", 2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PKCS#8, RSA | genpkey -algorithm RSA -out own.key",
        "PKCS#1      | genrsa -traditional -out own.key",
        "PKCS#8, EC  | genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out own.key",
        "SEC 1       | ecparam -name prime256v1 -genkey -noout -out own.key"
      })
  void keysOfAllUsualFormsAreRead(String form, String openssl) throws Exception {
    authority.openssl(openssl);
    authority.openssl("req -new -key own.key -subj /CN=own -out own.csr");
    authority.openssl("x509 -req -in own.csr -CA ca.pem -CAkey ca.key -days 2 -out own.pem");
    home.set(PREFIX + "tls.certificate", "tls/own.pem").set(PREFIX + "tls.key", "tls/own.key");

    SSLContext context = home.config().destinations().get("eu-de").tls().context();

    assertThat(context.getProtocol()).as(form).isEqualTo("TLS");
  }

  @Test
  void filesThatAreMissingAreNamed() {
    assertMistakes(
        List.of("ca=no/such.pem", "certificate=tls", "key=tls/client.key"),
        "ca: \"no/such.pem\" cannot be read; name a PEM file",
        "certificate: \"tls\" cannot be read; name a PEM file");
  }

  @Test
  void aPipeIsNotWaitedFor() {
    Tool.run(directory, "mkfifo", "tls/pipe.pem");

    assertMistakes(
        List.of("ca=tls/pipe.pem", "certificate=tls/client.pem", "key=tls/pipe.pem"),
        "ca: \"tls/pipe.pem\" cannot be read; name a PEM file",
        "key: \"tls/pipe.pem\" cannot be read; name a PEM file");
  }

  @Test
  void filesThatHoldSomethingElseAreNamed() {
    assertMistakes(
        List.of("ca=config/actions.yaml", "certificate=tls/client.pem", "key=tls/client.pem"),
        "ca: \"config/actions.yaml\" holds no certificate that begins with"
            + " -----BEGIN CERTIFICATE-----; name a PEM file that does",
        "key: \"tls/client.pem\" holds no RSA or EC key that begins with"
            + " -----BEGIN PRIVATE KEY-----; name a PEM file that does");
  }

  @Test
  void anEncryptedKeyIsSaidToBeOne() {
    authority.openssl("pkey -in client.key -aes256 -passout pass:secret -out encrypted.key");

    assertMistakes(
        List.of("certificate=tls/client.pem", "key=tls/encrypted.key"),
        "key: \"tls/encrypted.key\" holds an encrypted key, not one that needs no passphrase"
            + " (openssl pkey takes it off); name a PEM file that does");
  }

  @ParameterizedTest
  @CsvSource({
    "genpkey -algorithm RSA -out other.key",
    "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out other.key"
  })
  void aKeyOfAnotherCertificateIsRefused(String openssl) {
    authority.openssl(openssl);

    assertMistakes(
        List.of("certificate=tls/client.pem", "key=tls/other.key"),
        "key: \"tls/other.key\" does not hold the key of the certificate; name a PEM file that"
            + " does");
  }

  @Test
  void aCertificateNeedsItsKey() {
    assertMistakes(
        List.of("certificate=tls/client.pem"),
        "certificate: is set without its key; add router.destination.eu-de.tls.key");
  }

  @Test
  void aKeyNeedsItsCertificate() {
    assertMistakes(
        List.of("key=tls/client.key"),
        "key: is set without its certificate; add router.destination.eu-de.tls.certificate");
  }

  @Test
  void aPlainUrlHasNoUseForThem() {
    home.set(PREFIX + "url", "http://logs.eu.example/events?apikey=secret");

    assertMistakes(
        List.of("ca=tls/ca.pem"),
        "ca: is for https, and router.destination.eu-de.url is"
            + " \"http://logs.eu.example/events?***\"; write https:// there, or remove tls.*");
  }

  private void assertMistakes(List<String> settings, String... messages) {
    for (String setting : settings) {
      String[] keyAndValue = setting.split("=");
      home.set(PREFIX + "tls." + keyAndValue[0], keyAndValue[1]);
    }

    ConfigException e = catchThrowableOfType(ConfigException.class, home::config);

    assertThat(e.problems().stream().map(ConfigProblem::toString))
        .containsExactlyElementsOf(
            Arrays.stream(messages).map(m -> "--set: " + PREFIX + "tls." + m).toList());
  }

  @Test
  void theDoorsCertificateNeedsItsKeyAndItsClientsAuthorityACertificate() {
    assertDoorMistakes(
        List.of("client-ca=tls/ca.pem"),
        "client-ca: is set without the door's own; add router.http.tls.certificate and"
            + " router.http.tls.key");
    assertDoorMistakes(
        List.of("client-ca=tls/ca.pem", "certificate=tls/client.pem"),
        "certificate: is set without its key; add router.http.tls.key");
  }

  @Test
  void theDoorsFilesAreLookedInto() {
    assertDoorMistakes(
        List.of("client-ca=no.pem", "certificate=tls/client.pem", "key=tls/ca.key"),
        "client-ca: \"no.pem\" cannot be read; name a PEM file",
        "key: \"tls/ca.key\" does not hold the key of the certificate; name a PEM file that does");
  }

  private void assertDoorMistakes(List<String> settings, String... messages) {
    for (String setting : settings) {
      String[] keyAndValue = setting.split("=");
      home.set("router.http.tls." + keyAndValue[0], keyAndValue[1]);
    }

    ConfigException e = catchThrowableOfType(ConfigException.class, home::config);

    assertThat(e.problems().stream().map(ConfigProblem::toString))
        .containsExactlyElementsOf(
            Arrays.stream(messages).map(m -> "--set: router.http.tls." + m).toList());
  }
}
