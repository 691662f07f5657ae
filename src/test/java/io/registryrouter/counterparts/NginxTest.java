package io.registryrouter.counterparts;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.support.Certificates;
import io.registryrouter.support.Certificates.Identity;
import io.registryrouter.support.Daemon;
import io.registryrouter.support.Events;
import io.registryrouter.support.FreePort;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.OneDestination;
import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.RouterProcess.Ended;
import io.registryrouter.support.TestHome;
import io.registryrouter.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private OneDestination router;

  @BeforeEach
  void makeAnAuthority() throws IOException {
    Tool.need("nginx");
    home = TestHome.in(directory.resolve("home"));
    authority = Certificates.in(directory.resolve("authority"));
    behind = HttpStub.start();
    port = FreePort.next();
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
    router.route("1", "2");
    assertThat(router.trouble()).isEqualTo("HTTP status 401");
    router.route("3");
    router.assertKept(behind, 3);

    Files.writeString(password, "right\n");

    router.assertArrived(behind, "1", "2", "3");
    assertThat(behind.requests().get(0).headers()).containsKey("idempotency-key");
    assertThat(Files.readString(directory.resolve("access.log")))
        .contains("\" 401 ", "router [", "\"POST /events?tenant=7 HTTP/1.1\" 204 ");
  }

  @Test
  void theSystemsTrustStoreIsTrustedWithoutASetting() throws Exception {
    Ended ended = runTrusting("changeit", "20s");

    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(behind.lines().stream().map(Events::id)).containsExactly("1");
  }

  @Test
  void aTrustStoreThatIsEmptyIsNamedWithWhatMendsIt() throws Exception {
    Ended ended = runTrusting("", "5s"); // without its password nothing in it can be read

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err())
        .contains(
            "error=\"certificate of 127.0.0.1 cannot be checked, the JVM's trust store is empty: the"
                + " trustAnchors parameter must be non-empty; install the system's CA certificates"
                + " or set router.destination.us-south.tls.ca\"");
    assertThat(behind.requests()).isEmpty();
  }

  /** A JVM whose trust store holds the authority; no setting names it. */
  private Ended runTrusting(String password, String timeout) throws Exception {
    home.set(SETTING + ".tls.ca", "");
    nginx("");
    Path file = Files.writeString(directory.resolve("1.json"), Events.pull("us.icr.io", 1));
    List<String> trust =
        List.of(
            "-Djavax.net.ssl.trustStore=" + authority.trustStore("changeit"),
            "-Djavax.net.ssl.trustStorePassword=" + password);
    return RouterProcess.run(home, trust, "run", "--timeout", timeout, file.toString());
  }

  @Test
  void aClientCertificateOpensTheDoor() throws Exception {
    show(authority.issue("client", "DNS:router.example", 2));
    nginx("ssl_verify_client on; ssl_client_certificate " + authority.ca() + ";");
    start();

    router.route("1", "2");

    router.assertArrived(behind, "1", "2");
  }

  @Test
  void aMissingClientCertificateIsNoFaultOfTheEvents() throws Exception {
    nginx("ssl_verify_client on; ssl_client_certificate " + authority.ca() + ";");
    start();

    router.route("1");

    assertThat(router.trouble()).isEqualTo("HTTP status 400: No required SSL certificate was sent");
    router.assertKept(behind, 1);
  }

  @Test
  void aClientCertificateOfAStrangerIsNoFaultOfTheEvents() throws Exception {
    Certificates stranger = Certificates.in(directory.resolve("stranger"));
    show(stranger.issue("client", "DNS:router.example", 2));
    nginx("ssl_verify_client on; ssl_client_certificate " + authority.ca() + ";");
    start();

    router.route("1");

    // The router's JDK sends no certificate that the server's list of authorities leaves out.
    assertThat(router.trouble())
        .isIn(
            "HTTP status 400: No required SSL certificate was sent",
            "HTTP status 400: The SSL certificate error");
    router.assertKept(behind, 1);
  }

  @Test
  void anAuthorityThatDidNotSignItIsNamedWithTheSettingThatMendsIt() throws Exception {
    Certificates stranger = Certificates.in(directory.resolve("stranger"));
    home.set(SETTING + ".tls.ca", stranger.ca().toString());
    nginx("");
    start();

    router.route("1");

    assertThat(router.trouble())
        .startsWith("certificate of 127.0.0.1 is not trusted: ")
        .endsWith("; see router.destination.us-south.tls.ca");
    router.assertKept(behind, 1);
  }

  @Test
  void plainHttpToTheTlsPortIsNoFaultOfTheEvents() throws Exception {
    home = TestHome.in(directory.resolve("plain"));
    home.set(SETTING + ".type", "http").set(SETTING + ".url", "http://127.0.0.1:" + port + "/");
    nginx("");
    start();

    router.route("1");

    assertThat(router.trouble())
        .isEqualTo("HTTP status 400: The plain HTTP request was sent to HTTPS port");
    router.assertKept(behind, 1);
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
    router = OneDestination.start(home);
  }
}
