package io.registryrouter.counterparts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.Router;
import io.registryrouter.config.EventPath;
import io.registryrouter.observe.Status;
import io.registryrouter.support.Certificates;
import io.registryrouter.support.Certificates.Identity;
import io.registryrouter.support.Daemon;
import io.registryrouter.support.Events;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.TestHome;
import io.registryrouter.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Delivery to a receiver behind nginx, which ends TLS and asks for credentials. */
class NginxTest {

  private static final String SETTING = "router.destination.us-south";
  private static final String CONFIGURATION =
      """
      daemon off;
      pid %1$s/nginx.pid;
      error_log stderr;
      events {}
      http {
        access_log %1$s/access.log;
        client_body_temp_path %1$s/body;
        proxy_temp_path %1$s/proxy;
        fastcgi_temp_path %1$s/fastcgi;
        uwsgi_temp_path %1$s/uwsgi;
        scgi_temp_path %1$s/scgi;
        server {
          listen 127.0.0.1:%2$d ssl;
          ssl_certificate %3$s;
          ssl_certificate_key %4$s;
          %5$s
          location / {
            proxy_pass http://127.0.0.1:%6$d;
          }
        }
      }
      """;

  @TempDir private Path directory;
  private TestHome home;
  private Certificates authority;
  private HttpStub behind;
  private Daemon nginx;
  private int port;
  private Router router;

  @BeforeEach
  void makeAnAuthority() throws IOException {
    Tool.need("nginx");
    home = TestHome.in(directory.resolve("home"));
    authority = Certificates.in(directory.resolve("authority"));
    behind = HttpStub.start();
    port = Daemon.freePort();
    home.set(SETTING + ".type", "http")
        .set(SETTING + ".url", "https://127.0.0.1:" + port + "/events?tenant=7")
        .set(SETTING + ".tls.ca", authority.ca().toString());
  }

  @AfterEach
  void stop() {
    if (router != null) {
      router.close();
    }
    if (nginx != null) {
      nginx.close();
    }
    if (behind != null) {
      behind.close();
    }
  }

  @Test
  void aWrongPasswordWaitsUntilItIsMendedAndThenEverythingArrivesInOrder() throws Exception {
    Path users = directory.resolve("users");
    String hash = Tool.run(directory, "openssl", "passwd", "-apr1", "right");
    Files.writeString(users, "router:" + hash);
    Path password = Files.writeString(home.directory().resolve("password"), "wrong");
    home.set(SETTING + ".user", "router").set(SETTING + ".password.file", "password");
    nginx("auth_basic events; auth_basic_user_file " + users + ";");
    start();
    route("1", "2");
    assertThat(trouble()).isEqualTo("HTTP status 401");
    route("3");
    assertNothingPassed();

    Files.writeString(password, "right\n");

    assertArrived("1", "2", "3");
    assertThat(behind.requests().get(0).headers()).containsKey("idempotency-key");
    assertThat(Files.readString(directory.resolve("access.log")))
        .contains("\" 401 ", "router [", "\"POST /events?tenant=7 HTTP/1.1\" 204 ");
  }

  @Test
  void aClientCertificateOpensTheDoor() throws Exception {
    show(authority.issue("client", "DNS:router.example", 2));
    nginx("ssl_verify_client on; ssl_client_certificate " + authority.ca() + ";");
    start();

    route("1", "2");

    assertArrived("1", "2");
  }

  @Test
  void aMissingClientCertificateIsNoFaultOfTheEvents() throws Exception {
    nginx("ssl_verify_client on; ssl_client_certificate " + authority.ca() + ";");
    start();

    route("1");

    assertThat(trouble()).isEqualTo("HTTP status 400: No required SSL certificate was sent");
    assertNothingPassed();
  }

  @Test
  void aClientCertificateOfAStrangerIsNoFaultOfTheEvents() throws Exception {
    Certificates stranger = Certificates.in(directory.resolve("stranger"));
    show(stranger.issue("client", "DNS:router.example", 2));
    nginx("ssl_verify_client on; ssl_client_certificate " + authority.ca() + ";");
    start();

    route("1");

    // The router's JDK sends no certificate that the server's list of authorities leaves out.
    assertThat(trouble())
        .isIn(
            "HTTP status 400: No required SSL certificate was sent",
            "HTTP status 400: The SSL certificate error");
    assertNothingPassed();
  }

  @Test
  void anAuthorityThatDidNotSignItIsNamedWithTheSettingThatMendsIt() throws Exception {
    Certificates stranger = Certificates.in(directory.resolve("stranger"));
    home.set(SETTING + ".tls.ca", stranger.ca().toString());
    nginx("");
    start();

    route("1");

    assertThat(trouble())
        .startsWith("certificate of 127.0.0.1 is not trusted: ")
        .endsWith("; set router.destination.us-south.tls.ca");
    assertNothingPassed();
  }

  @Test
  void plainHttpToTheTlsPortIsNoFaultOfTheEvents() throws Exception {
    home = TestHome.in(directory.resolve("plain"));
    home.set(SETTING + ".type", "http").set(SETTING + ".url", "http://127.0.0.1:" + port + "/");
    nginx("");
    start();

    route("1");

    assertThat(trouble())
        .isEqualTo("HTTP status 400: The plain HTTP request was sent to HTTPS port");
    assertNothingPassed();
  }

  private void show(Identity identity) {
    home.set(SETTING + ".tls.certificate", identity.certificate().toString())
        .set(SETTING + ".tls.key", identity.key().toString());
  }

  private void nginx(String directives) throws IOException {
    Identity server = authority.issue("server", Certificates.LOOPBACK, 2);
    String configuration =
        CONFIGURATION.formatted(
            directory, port, server.certificate(), server.key(), directives, behind.port());
    Path file = Files.writeString(directory.resolve("nginx.conf"), configuration);
    if ("root".equals(System.getProperty("user.name"))) { // its workers read the password file
      Files.writeString(file, "user root;\n" + configuration);
    }
    nginx =
        Daemon.start(
            directory,
            port,
            "nginx",
            "-e",
            "stderr",
            "-p",
            directory.toString(),
            "-c",
            file.toString());
  }

  private void start() throws IOException {
    router = Router.daemon(home.config(), Clock.systemUTC());
  }

  private void route(String... ids) throws IOException {
    List<String> events = List.of(ids).stream().map(id -> Events.pull("us.icr.io", id)).toList();
    Path file = directory.resolve(String.join("-", ids) + ".ndjson");
    Files.writeString(file, String.join("\n", events));
    router.route(EventPath.ACTIVITY_TRACKER, file, file.toString());
  }

  /** Why us-south is not delivered to, once it is not and an operator has to act. */
  private String trouble() {
    return await().until(this::lastError, error -> error != null && error.operator()).why();
  }

  private Status.LastError lastError() {
    return router.status().destinations().stream()
        .filter(destination -> destination.name().equals("us-south"))
        .findFirst()
        .orElseThrow()
        .lastError();
  }

  private void assertArrived(String... ids) throws InterruptedException {
    assertThat(router.drain(Duration.ofSeconds(30))).isTrue();
    assertThat(behind.lines().stream().map(Events::id)).containsExactly(ids);
    assertThat(home.deadLetters()).isEmpty();
  }

  private void assertNothingPassed() {
    assertThat(behind.requests()).isEmpty();
    assertThat(home.deadLetters()).isEmpty();
    assertThat(router.spools().backlog()).isPositive();
  }
}
