package io.registryrouter.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.registryrouter.config.DestinationSettings;
import io.registryrouter.support.TestHome;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.ProtocolException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTest {

  @TempDir private Path home;

  static Stream<Arguments> passing() {
    return Stream.of(
        arguments(
            new UnknownHostException("logs.eu.example: Name or service not known"),
            "logs.eu.example has no address; mend DNS or router.destination.eu-de.url"),
        arguments(
            new ConnectTimeoutException("Connect to https://logs.eu.example:8443 failed"),
            "no connection to logs.eu.example:8443 within router.destination.eu-de.timeout"),
        arguments(
            new SocketTimeoutException("Read timed out"),
            "no answer from logs.eu.example:8443 within router.destination.eu-de.timeout"),
        arguments(
            new BoundedExchange.LateException(new IOException("Socket closed")),
            "no whole answer from logs.eu.example:8443 within three times"
                + " router.destination.eu-de.timeout"),
        arguments(
            new ConnectException("Connection refused"), "logs.eu.example:8443 refuses connections"),
        arguments(
            new NoRouteToHostException("No route to host"),
            "logs.eu.example:8443 broke the connection off: No route to host; if it goes on, see"
                + " whether it asks for router.destination.eu-de.tls.certificate"),
        arguments(
            new SocketException("Connection reset"),
            "logs.eu.example:8443 broke the connection off: Connection reset; if it goes on, see"
                + " whether it asks for router.destination.eu-de.tls.certificate"),
        arguments(
            new NoHttpResponseException("failed to respond"),
            "logs.eu.example:8443 closed the connection without an answer; if it goes on, see"
                + " whether it asks for router.destination.eu-de.tls.certificate"),
        arguments(
            caused(new ClientProtocolException(), new ProtocolException("Invalid status line")),
            "logs.eu.example:8443 breaks the rules of HTTP: Invalid status line"),
        arguments(
            caused(
                new SSLHandshakeException("Remote host terminated the handshake"),
                new EOFException("SSL peer shut down incorrectly")),
            "no TLS with logs.eu.example: SSL peer shut down incorrectly"),
        arguments(
            new IllegalStateException("a bean is missing"),
            "java.lang.IllegalStateException: a bean is missing"),
        arguments(
            new UncheckedIOException("secret file key cannot be read", new IOException("gone")),
            "java.io.UncheckedIOException: secret file key cannot be read"));
  }

  static Stream<Arguments> operators() {
    return Stream.of(
        arguments(
            handshake(new CertPathBuilderException("unable to find valid certification path")),
            "certificate of logs.eu.example is not trusted: unable to find valid certification"
                + " path; set router.destination.eu-de.tls.ca"),
        arguments(
            handshake(new CertPathValidatorException("Path does not chain")),
            "certificate of logs.eu.example is not trusted: Path does not chain; set"
                + " router.destination.eu-de.tls.ca"),
        arguments(
            caused(
                new SSLException("Unexpected error"),
                new InvalidAlgorithmParameterException("the trustAnchors parameter must be …")),
            "certificate of logs.eu.example cannot be checked, the JVM's trust store is empty: the"
                + " trustAnchors parameter must be …; install the system's CA certificates or set"
                + " router.destination.eu-de.tls.ca"),
        arguments(
            handshake(new CertificateExpiredException("NotAfter: Sun Nov 22 00:00:00 UTC 2026")),
            "certificate of logs.eu.example has expired: NotAfter: Sun Nov 22 00:00:00 UTC 2026;"
                + " it has to be renewed there"),
        arguments(
            handshake(new CertificateNotYetValidException("NotBefore: Sun Nov 22 2026")),
            "certificate of logs.eu.example is not valid yet: NotBefore: Sun Nov 22 2026; look at"
                + " both clocks"),
        arguments(
            new SSLPeerUnverifiedException("Certificate for <logs.eu.example> doesn't match"),
            "certificate of logs.eu.example is for another host: Certificate for"
                + " <logs.eu.example> doesn't match; see router.destination.eu-de.url"),
        arguments(
            new SSLHandshakeException("Received fatal alert: certificate_required"),
            "logs.eu.example asks for a client certificate: Received fatal alert:"
                + " certificate_required; set router.destination.eu-de.tls.certificate"),
        arguments(
            new SSLHandshakeException("Received fatal alert: protocol_version"),
            "no TLS with logs.eu.example: Received fatal alert: protocol_version"),
        arguments(
            new SSLException("Unsupported or unrecognized SSL message"),
            "logs.eu.example does not answer in TLS; see port and scheme of"
                + " router.destination.eu-de.url"));
  }

  @ParameterizedTest
  @MethodSource
  void passing(Throwable failure, String why) throws IOException {
    assertThat(Failure.classify(failure, destination("https")))
        .isEqualTo(new Outcome.Retry(why, Optional.empty(), false));
  }

  @ParameterizedTest
  @MethodSource
  void operators(Throwable failure, String why) throws IOException {
    assertThat(Failure.classify(failure, destination("https")))
        .isEqualTo(new Outcome.Retry(why, Optional.empty(), true));
  }

  @Test
  void aResetWithoutTlsSaysNothingOfCertificates() throws IOException {
    assertThat(Failure.classify(new SocketException("Connection reset"), destination("http")))
        .isEqualTo(
            new Outcome.Retry("logs.eu.example:8443 broke the connection off: Connection reset"));
  }

  @Test
  void anArchiveHasNoConnectionToExplain() throws IOException {
    DestinationSettings archive = TestHome.in(home).config().destinations().get("eu-de");

    assertThat(Failure.classify(new IOException("No space left on device"), archive))
        .isEqualTo(new Outcome.Retry("java.io.IOException: No space left on device"));
  }

  @Test
  void whatTheClientQuotesOfAReplyIsCutAndHoldsNoSecret() throws IOException {
    DestinationSettings settings =
        TestHome.in(home)
            .set("router.destination.eu-de.type", "http")
            .set("router.destination.eu-de.url", "https://logs.eu.example/")
            .set("router.destination.eu-de.token", "S3cr3t")
            .config()
            .destinations()
            .get("eu-de");

    assertThat(
            Failure.classify(
                    new IOException("Invalid header: S3cr3t " + "x".repeat(9000)), settings)
                .why())
        .startsWith("java.io.IOException: Invalid header: *** xx")
        .hasSize(1024);
  }

  @Test
  void aHeadWithoutAnEndIsNoDefectOfTheRouter() throws IOException {
    assertThat(
            Failure.classify(
                new MessageConstraintException("Maximum line length limit exceeded"),
                destination("https")))
        .isEqualTo(
            new Outcome.Retry(
                "logs.eu.example:8443 answers with a head that is too large: at most 100 header"
                    + " fields of 16384 bytes"));
  }

  @Test
  void aSecretThatCannotBeReadIsAnOperators() throws IOException {
    Path file = Files.writeString(home.resolve("token"), "S3cr3t");
    DestinationSettings settings =
        TestHome.in(home)
            .set("router.destination.eu-de.token.file", "token")
            .config()
            .destinations()
            .get("eu-de");
    Files.delete(file);

    Throwable failure = catchThrowable(() -> settings.credentials().headerValue());

    assertThat(Failure.classify(new RuntimeException("wrapped", failure), settings))
        .isEqualTo(
            new Outcome.Retry(
                "secret file " + file + " cannot be read: it is not there",
                Optional.empty(),
                true));
  }

  static Stream<Arguments> unusable() {
    return Stream.of(
        arguments("token", "", "it is empty"),
        arguments("api-key", "\n", "it is empty"),
        arguments("user", " ", "it is empty"),
        arguments("token", "new\nold", "it has a character that cannot stand in a header of HTTP"),
        arguments("api-key", "k\0y", "it has a character that cannot stand in a header of HTTP"),
        arguments(
            "token", "caf\u00e9", "it has a character that cannot stand in a header of HTTP"));
  }

  /** Good events would be refused for it: a file that is written anew is empty for a moment. */
  @ParameterizedTest
  @MethodSource("unusable")
  void aSecretThatCannotBeSentIsAnOperators(String key, String renewed, String why)
      throws IOException {
    Path file = Files.writeString(home.resolve("secret"), "S3cr3t");
    DestinationSettings settings =
        TestHome.in(home)
            .set("router.destination.eu-de." + key + ".file", "secret")
            .config()
            .destinations()
            .get("eu-de");
    Files.writeString(file, renewed);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));

    Throwable failure = catchThrowable(() -> settings.credentials().headerValue());

    assertThat(Failure.classify(new RuntimeException("wrapped", failure), settings))
        .isEqualTo(
            new Outcome.Retry(
                "secret file " + file + " cannot be used: " + why, Optional.empty(), true));
  }

  @Test
  void aPasswordMayBeEmpty() throws IOException {
    Files.writeString(home.resolve("password"), "");
    DestinationSettings settings =
        TestHome.in(home)
            .set("router.destination.eu-de.user", "key")
            .set("router.destination.eu-de.password.file", "password")
            .config()
            .destinations()
            .get("eu-de");

    assertThat(settings.credentials().headerValue()).isEqualTo("Basic a2V5Og==");
  }

  private DestinationSettings destination(String scheme) throws IOException {
    return TestHome.in(home)
        .set("router.destination.eu-de.type", "http")
        .set("router.destination.eu-de.url", scheme + "://logs.eu.example:8443/events")
        .config()
        .destinations()
        .get("eu-de");
  }

  /** As the JDK wraps what is wrong with a chain. */
  private static Throwable handshake(Throwable cause) {
    return caused(new SSLHandshakeException("PKIX path building failed"), cause);
  }

  private static Throwable caused(Throwable failure, Throwable cause) {
    failure.initCause(cause);
    return failure;
  }
}
