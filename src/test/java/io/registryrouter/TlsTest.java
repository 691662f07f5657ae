package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.support.Certificates;
import io.registryrouter.support.Certificates.Identity;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.OneDestination;
import io.registryrouter.support.TestHome;
import io.registryrouter.support.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The running router and destinations with TLS, right and wrong. */
class TlsTest {

  private static final String SETTING = "router.destination.us-south";

  @RegisterExtension
  final Warnings warnings = new Warnings("io.registryrouter.deliver.DestinationTls");

  @TempDir private Path directory;
  private TestHome home;
  private Certificates authority;
  private OneDestination router;

  @BeforeEach
  void makeAnAuthority() throws IOException {
    home = TestHome.in(directory.resolve("home"));
    authority = Certificates.in(directory.resolve("authority"));
  }

  @AfterEach
  void stop() {
    if (router != null) {
      router.close();
    }
  }

  @Test
  void anAuthorityOfOnesOwnIsTrustedWhenTheSettingNamesIt() throws Exception {
    try (HttpStub stub = stub(authority.issue("server", Certificates.LOOPBACK, 2), false)) {
      home.post("us-south", stub).set(SETTING + ".tls.ca", authority.ca().toString());
      start();

      router.route("1");

      router.assertArrived(stub, "1");
    }
  }

  @Test
  void aCertificateThatIsNotTrustedIsAnOperatorsProblemAndNothingIsLost() throws Exception {
    try (HttpStub stub = stub(authority.issue("server", Certificates.LOOPBACK, 2), false)) {
      home.post("us-south", stub);
      start();

      router.route("1");

      assertThat(router.trouble())
          .isEqualTo(
              "certificate of 127.0.0.1 is not trusted: unable to find valid certification path to"
                  + " requested target; set router.destination.us-south.tls.ca");
      router.assertKept(stub, 1);
    }
  }

  @Test
  void anExpiredCertificateIsAnOperatorsProblemAndNothingIsLost() throws Exception {
    try (HttpStub stub = stub(authority.issue("server", Certificates.LOOPBACK, -1), false)) {
      home.post("us-south", stub).set(SETTING + ".tls.ca", authority.ca().toString());
      start();

      router.route("1");

      assertThat(router.trouble())
          .matches(
              "certificate of 127\\.0\\.0\\.1 has expired: NotAfter: .*; it has to be renewed"
                  + " there");
      router.assertKept(stub, 1);
    }
  }

  @Test
  void aCertificateForAnotherHostIsAnOperatorsProblemAndNothingIsLost() throws Exception {
    try (HttpStub stub = stub(authority.issue("server", "DNS:other.example", 2), false)) {
      home.post("us-south", stub)
          .set(SETTING + ".url", "https://localhost:" + stub.port())
          .set(SETTING + ".tls.ca", authority.ca().toString());
      start();

      router.route("1");

      assertThat(router.trouble())
          .isEqualTo(
              "certificate of localhost is for another host: Certificate for <localhost> doesn't"
                  + " match any of the subject alternative names: [other.example]; see"
                  + " router.destination.us-south.url");
      router.assertKept(stub, 1);
    }
  }

  @Test
  void aClientCertificateIsShownWhereOneIsAskedFor() throws Exception {
    Identity client = authority.issue("client", "DNS:router.example", 2);
    try (HttpStub stub = stub(authority.issue("server", Certificates.LOOPBACK, 2), true)) {
      home.post("us-south", stub)
          .set(SETTING + ".tls.ca", authority.ca().toString())
          .set(SETTING + ".tls.certificate", client.certificate().toString())
          .set(SETTING + ".tls.key", client.key().toString());
      start();

      router.route("1");

      router.assertArrived(stub, "1");
    }
  }

  @Test
  void aMissingClientCertificateIsNamedAndNothingIsLost() throws Exception {
    try (HttpStub stub = stub(authority.issue("server", Certificates.LOOPBACK, 2), true)) {
      home.post("us-south", stub).set(SETTING + ".tls.ca", authority.ca().toString());
      start();

      router.route("1");

      // TLS 1.3: whether the alert is read before the connection is gone is a matter of luck.
      assertThat(router.hitch())
          .startsWith("127.0.0.1")
          .matches(
              ".* asks for (a client certificate: .*; set )?"
                  + "router\\.destination\\.us-south\\.tls\\.certificate");
      router.assertKept(stub, 1);
    }
  }

  @Test
  void renewedFilesAreTakenUpByTheNextConnection() throws Exception {
    whileAnotherAuthorityIsTrusted(
        file -> {
          Files.copy(authority.ca(), file, StandardCopyOption.REPLACE_EXISTING);
          Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        });
  }

  /** As when its rights are mended: neither its time nor its size nor its identity changes. */
  @Test
  void aRenewedFileThatCouldNotBeUsedForAMomentIsReadAgain() throws Exception {
    whileAnotherAuthorityIsTrusted(
        file -> {
          String renewed = Files.readString(authority.ca());
          writeUndated(file, "-".repeat(renewed.length()));
          await().until(() -> !warnings.said().isEmpty());
          writeUndated(file, renewed);
        });
  }

  /** What is done to the file of the setting. */
  @FunctionalInterface
  private interface Renewal {
    void of(Path file) throws IOException;
  }

  /** An event that could not be delivered for it arrives by the renewal. */
  private void whileAnotherAuthorityIsTrusted(Renewal renewal) throws Exception {
    Certificates other = Certificates.in(directory.resolve("other"));
    Path file = Files.copy(other.ca(), home.directory().resolve("ca.pem"));
    try (HttpStub stub = stub(authority.issue("server", Certificates.LOOPBACK, 2), false)) {
      home.post("us-south", stub).set(SETTING + ".tls.ca", "ca.pem");
      start();
      router.route("1");
      router.trouble();

      renewal.of(file);

      router.assertArrived(stub, "1");
    }
  }

  @Test
  void anEditOfTheSettingsTakesEffectWhileTheRouterRuns() throws Exception {
    try (HttpStub stub = stub(authority.issue("server", Certificates.LOOPBACK, 2), false)) {
      home.post("us-south", stub);
      start();
      router.route("1");
      router.trouble();

      home.edit(
          "config/application.properties",
          SETTING + ".type=archive",
          SETTING + ".tls.ca=" + authority.ca());

      router.assertArrived(stub, "1");
    }
  }

  /** In place, so that by all that is looked at it is the file that it was. */
  private static void writeUndated(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));
  }

  private HttpStub stub(Identity identity, boolean clientCertificate) throws Exception {
    return HttpStub.start(authority.server(identity), clientCertificate);
  }

  private void start() throws IOException {
    router = OneDestination.start(home);
  }
}
