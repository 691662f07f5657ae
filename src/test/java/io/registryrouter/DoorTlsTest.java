package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.registryrouter.config.TlsSettings;
import io.registryrouter.intake.http.EventDoor;
import io.registryrouter.support.Certificates;
import io.registryrouter.support.Certificates.Identity;
import io.registryrouter.support.Events;
import io.registryrouter.support.RawHttp;
import io.registryrouter.support.TestHome;
import io.registryrouter.support.Warnings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The event door with a certificate, and with clients that have to show theirs. */
class DoorTlsTest {

  private static final String SETTING = "router.http.tls.";

  @RegisterExtension
  final Warnings warnings = new Warnings("io.registryrouter.intake.http.DoorTls");

  @RegisterExtension final Warnings refused = new Warnings(EventDoor.class);

  @TempDir private Path directory;
  private TestHome home;
  private Certificates authority;
  private Certificates clients;
  private Router router;

  @BeforeEach
  void makeAuthorities() throws IOException {
    home = TestHome.in(directory.resolve("home"));
    authority = Certificates.in(directory.resolve("authority"));
    clients = Certificates.in(directory.resolve("clients"));
    install(authority.issue("door", Certificates.LOOPBACK, 2));
    home.set(SETTING + "certificate", "door.pem").set(SETTING + "key", "door.key");
  }

  @AfterEach
  void stop() {
    router.close();
  }

  @Test
  void withACertificateTheDoorSpeaksTlsAndNothingElse() throws Exception {
    start();

    HttpResponse<String> answer = post(client(Optional.empty()), 1);

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    try (RawHttp plain = RawHttp.to(home.address("http"))) {
      plain.send("POST /v1/activity-tracker/events HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(plain.ends()).isTrue();
    }
    await()
        .untilAsserted(() -> assertThat(refused.said()).containsExactly("error=it spoke no TLS"));
    assertArrived(1);
  }

  @Test
  void aClientWithoutACertificateIsRefusedWhenOneIsRequired() throws Exception {
    home.set(SETTING + "client-ca", clients.ca().toString());
    start();
    Identity stranger = authority.issue("stranger", "DNS:stranger", 2);
    Identity known = clients.issue("registry", "DNS:registry", 2);

    assertThatThrownBy(() -> post(client(Optional.empty()), 1)).isInstanceOf(IOException.class);
    await()
        .untilAsserted(
            () ->
                assertThat(refused.said()).containsExactly("error=Empty client certificate chain"));
    assertThatThrownBy(() -> post(client(Optional.of(stranger)), 2))
        .isInstanceOf(IOException.class);
    assertArrived(0);
    assertThat(post(client(Optional.of(known)), 3).statusCode()).isEqualTo(202);
    assertArrived(1);
  }

  /** A handshake that is begun and not ended takes a place and memory as well. */
  @Test
  void moreConnectionsThanAllowedAreClosedBeforeTheirHandshake() throws Exception {
    home.set("router.http.max-connections", "3");
    start();
    List<RawHttp> silent = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      silent.add(RawHttp.to(home.address("http")));
    }

    try (RawHttp fourth = RawHttp.to(home.address("http"))) {
      assertThat(fourth.ends()).isTrue();
    }

    for (RawHttp each : silent) {
      each.close();
    }
    awaitConnections().until(() -> post(client(Optional.empty()), 1).statusCode() == 202);
    assertArrived(1);
  }

  @Test
  void aCertificateTakesNoTokensPlace() throws Exception {
    home.set(SETTING + "client-ca", clients.ca().toString()).set("router.http.token", "s");
    start();

    HttpClient known = client(Optional.of(clients.issue("registry", "DNS:registry", 2)));

    assertThat(post(known, 1).statusCode()).isEqualTo(401);
    assertArrived(0);
    assertThat(home.observe("metrics"))
        .contains(
            "router_http_refusals_total{status=\"401\"} 1.0\n",
            "router_http_refusals_total{status=\"503\"} 0.0\n");
  }

  @Test
  void renewedFilesAreShownFromTheNextConnectionOn() throws Exception {
    start();
    X509Certificate before = shown();

    install(authority.issue("renewed", Certificates.LOOPBACK, 2));

    awaitConnections().until(() -> !shown().equals(before));
    for (int connection = 0; connection < 4; connection++) { // which share out the event loops
      assertThat(shown().getSubjectX500Principal().getName()).isEqualTo("CN=renewed");
    }
    assertThat(post(client(Optional.empty()), 1).statusCode()).isEqualTo(202);
    assertArrived(1);
  }

  @Test
  void aRenewedAuthorityOfClientsIsTrustedFromTheNextConnectionOn() throws Exception {
    Path ca = Files.copy(clients.ca(), home.directory().resolve("clients.pem"));
    home.set(SETTING + "client-ca", "clients.pem");
    start();
    Certificates renewed = Certificates.in(directory.resolve("renewed"));
    Identity client = renewed.issue("registry", "DNS:registry", 2);
    assertThatThrownBy(() -> post(client(Optional.of(client)), 1)).isInstanceOf(IOException.class);

    Files.copy(renewed.ca(), ca, StandardCopyOption.REPLACE_EXISTING);

    awaitConnections().until(() -> post(client(Optional.of(client)), 2) != null);
    assertArrived(1);
  }

  @Test
  void unusableFilesLeaveTheLastGoodOnesInForce() throws Exception {
    start();
    X509Certificate before = shown();

    Files.writeString(home.directory().resolve("door.key"), "no key");
    Identity half = authority.issue("half", Certificates.LOOPBACK, 2);
    Files.copy(half.key(), home.directory().resolve("half.key"));

    assertThat(shown()).isEqualTo(before);
    assertThat(post(client(Optional.empty()), 1).statusCode()).isEqualTo(202);
    install(half);
    awaitConnections().until(() -> shown().getSubjectX500Principal().getName().equals("CN=half"));
    assertArrived(1);
  }

  /** As when its rights are mended: neither its time nor its size nor its identity changes. */
  @Test
  void aRenewedKeyThatCouldNotBeUsedForAMomentIsReadAgain() throws Exception {
    Path files = home.directory().resolve("tls");
    Files.createSymbolicLink(files, home.directory());
    home.set(SETTING + "certificate", "tls/door.pem").set(SETTING + "key", "tls/door.key");
    start();
    Identity renewed = authority.issue("renewed", Certificates.LOOPBACK, 2);
    Path next = Files.createDirectory(home.directory().resolve("next"));
    Files.copy(renewed.certificate(), next.resolve("door.pem"));
    String key = Files.readString(renewed.key());
    writeUndated(next.resolve("door.key"), "-".repeat(key.length()));

    Files.move(
        Files.createSymbolicLink(home.directory().resolve("tls.next"), next),
        files,
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
    await().until(() -> !warnings.said().isEmpty());
    writeUndated(next.resolve("door.key"), key);

    awaitConnections()
        .until(() -> shown().getSubjectX500Principal().getName().equals("CN=renewed"));
  }

  /** In place, so that by all that is looked at it is the file that it was. */
  private static void writeUndated(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));
  }

  @Test
  void theEndThatTheMetricSaysIsThatOfTheCertificateInForce() throws Exception {
    start();
    String before = end(shown());
    assertThat(home.observe("metrics")).contains(before);
    Identity next = authority.issue("next", Certificates.LOOPBACK, 30);
    Path pem = home.directory().resolve("door.pem");
    Path key = home.directory().resolve("door.key");

    Path copy = Files.copy(next.certificate(), home.directory().resolve("copy.pem"));
    Files.move(copy, pem, StandardCopyOption.REPLACE_EXISTING);
    await().until(() -> !warnings.said().isEmpty());

    assertThat(warnings.said().get(0))
        .isEqualTo(
            "files=[%s, %s] error=does not hold the key of the certificate".formatted(pem, key));
    assertThat(home.observe("metrics")).contains(before);

    install(next);
    awaitConnections().until(() -> shown().getSubjectX500Principal().getName().equals("CN=next"));
    assertThat(home.observe("metrics")).contains(end(shown())).doesNotContain(before);
  }

  private static String end(X509Certificate certificate) {
    return "router_http_certificate_expiry_timestamp_seconds{file=\"certificate\"} %s\n"
        .formatted((double) certificate.getNotAfter().toInstant().getEpochSecond());
  }

  /** One that begins in the moment of the exchange may be dropped (docs/tls.md). */
  private static ConditionFactory awaitConnections() {
    return await().ignoreExceptions();
  }

  private void install(Identity identity) throws IOException {
    Path directory = home.directory();
    Files.copy(identity.key(), directory.resolve("next.key"));
    Files.copy(identity.certificate(), directory.resolve("next.pem"));
    Files.move(
        directory.resolve("next.key"),
        directory.resolve("door.key"),
        StandardCopyOption.REPLACE_EXISTING);
    Files.move(
        directory.resolve("next.pem"),
        directory.resolve("door.pem"),
        StandardCopyOption.REPLACE_EXISTING);
  }

  private void start() throws IOException {
    router = Router.daemon(home.config(), Clock.systemUTC());
  }

  /** Each has connections of its own. */
  private HttpClient client(Optional<Identity> identity) throws Exception {
    return HttpClient.newBuilder()
        .sslContext(
            new TlsSettings(
                    Optional.of(authority.ca()),
                    identity.map(Identity::certificate),
                    identity.map(Identity::key))
                .context())
        .build();
  }

  private X509Certificate shown() throws Exception {
    HttpResponse<String> answer = post(client(Optional.empty()), "GET", "");
    return (X509Certificate) answer.sslSession().orElseThrow().getPeerCertificates()[0];
  }

  private HttpResponse<String> post(HttpClient client, int id) throws Exception {
    return post(client, "POST", Events.pull("us.icr.io", id));
  }

  private HttpResponse<String> post(HttpClient client, String method, String body)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(
                URI.create("https://" + home.address("http") + "/v1/activity-tracker/events"))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private void assertArrived(int events) {
    await().until(() -> router.spools().backlog() == 0);
    assertThat(router.balance().received()).isEqualTo(events);
    assertThat(home.archived("us-south")).hasSize(events);
  }
}
