package io.registryrouter.deliver;

import static org.apache.commons.lang3.exception.ExceptionUtils.getRootCause;
import static org.apache.commons.lang3.exception.ExceptionUtils.indexOfType;
import static org.apache.commons.lang3.exception.ExceptionUtils.throwableOfType;

import io.registryrouter.config.DestinationSettings;
import io.registryrouter.config.Secret;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.ProtocolException;

/** What it means for events that no reply came: they are tried again, and people learn why. */
final class Failure {

  /** Alerts about a client certificate (RFC 8446, section 6.2), as the JDK words them. */
  private static final Pattern CERTIFICATE_ALERT =
      Pattern.compile("fatal alert: .*(certificate|unknown_ca|access_denied)");

  private Failure() {}

  /** A pure function of the failure and of what the destination's settings say. */
  static Outcome.Retry classify(Throwable failure, DestinationSettings destination) {
    Secret.UnreadableException secret = throwableOfType(failure, Secret.UnreadableException.class);
    if (secret != null) {
      return Outcome.Retry.untilMended(secret.getMessage());
    }
    SentBody.AstrayException astray = throwableOfType(failure, SentBody.AstrayException.class);
    if (astray != null) {
      return Outcome.Retry.untilMended(astray.getMessage());
    }
    return destination
        .url()
        .flatMap(url -> ofConnection(failure, url, destination))
        .orElseGet(() -> new Outcome.Retry(Replies.shown(failure.toString(), destination)));
  }

  private static Optional<Outcome.Retry> ofConnection(
      Throwable failure, URI url, DestinationSettings destination) {
    String address = url.getRawAuthority();
    String setting = DestinationSettings.PREFIX + destination.name();
    if (has(failure, SSLException.class)) {
      return Optional.of(ofTls(failure, url.getHost(), setting, destination));
    }
    if (has(failure, UnknownHostException.class)) {
      return passing(url.getHost() + " has no address; mend DNS or " + setting + ".url");
    }
    if (has(failure, ConnectTimeoutException.class)) {
      return passing("no connection to " + address + " within " + setting + ".timeout");
    }
    if (has(failure, BoundedExchange.LateException.class)) {
      return passing(
          "no whole answer from " + address + " within three times " + setting + ".timeout");
    }
    if (has(failure, SocketTimeoutException.class)) {
      return passing("no answer from " + address + " within " + setting + ".timeout");
    }
    if (has(failure, MessageConstraintException.class)) {
      return passing(
          String.format(
              "%s answers with a head that is too large: at most %d header fields of %d bytes",
              address, ReplyGuard.MAX_LINES, ReplyGuard.MAX_LINE));
    }
    if (has(failure, ConnectException.class)) {
      return passing(address + " refuses connections");
    }
    if (has(failure, SocketException.class)) {
      return passing(
          address
              + " broke the connection off: "
              + getRootCause(failure).getMessage()
              + hint(url, setting));
    }
    if (has(failure, NoHttpResponseException.class)) {
      return passing(address + " closed the connection without an answer" + hint(url, setting));
    }
    return Optional.ofNullable(throwableOfType(failure, ProtocolException.class))
        .flatMap(
            strange -> passing(address + " breaks the rules of HTTP: " + strange.getMessage()));
  }

  /** With TLS 1.3 the alert that says so can get lost behind the reset. */
  private static String hint(URI url, String setting) {
    return url.getScheme().equals("https")
        ? "; if it goes on, see whether it asks for " + setting + ".tls.certificate"
        : "";
  }

  private static Optional<Outcome.Retry> passing(String why) {
    return Optional.of(new Outcome.Retry(why));
  }

  private static Outcome.Retry ofTls(
      Throwable failure, String host, String setting, DestinationSettings destination) {
    String certificate = "certificate of " + host;
    String why = getRootCause(failure).getMessage();
    if (has(failure, CertificateExpiredException.class)) {
      return Outcome.Retry.untilMended(
          certificate + " has expired: " + why + "; it has to be renewed there");
    }
    if (has(failure, CertificateNotYetValidException.class)) {
      return Outcome.Retry.untilMended(
          certificate + " is not valid yet: " + why + "; look at both clocks");
    }
    if (has(failure, SSLPeerUnverifiedException.class)) {
      return Outcome.Retry.untilMended(
          certificate + " is for another host: " + why + "; see " + setting + ".url");
    }
    if (has(failure, CertPathBuilderException.class)
        || has(failure, CertPathValidatorException.class)
        || has(failure, CertificateException.class)) {
      return Outcome.Retry.untilMended(
          String.format(
              "%s is not trusted: %s; %s %s.tls.ca",
              certificate, why, destination.tls().ca().isPresent() ? "see" : "set", setting));
    }
    // How the JDK says that its trust store holds nothing, or nothing that its password opens.
    if (has(failure, InvalidAlgorithmParameterException.class)) {
      return Outcome.Retry.untilMended(
          certificate
              + " cannot be checked, the JVM's trust store is empty: "
              + why
              + "; install the system's CA certificates or set "
              + setting
              + ".tls.ca");
    }
    return ofHandshake(failure, host, setting, destination);
  }

  private static Outcome.Retry ofHandshake(
      Throwable failure, String host, String setting, DestinationSettings destination) {
    String why = getRootCause(failure).getMessage();
    if (CERTIFICATE_ALERT.matcher(String.valueOf(why)).find()) {
      String certificate = setting + ".tls.certificate";
      return Outcome.Retry.untilMended(
          destination.tls().certificate().isPresent()
              ? host + " does not take the client certificate: " + why + "; renew " + certificate
              : host + " asks for a client certificate: " + why + "; set " + certificate);
    }
    if (String.valueOf(why).startsWith("Unsupported or unrecognized SSL message")) {
      return Outcome.Retry.untilMended(
          host + " does not answer in TLS; see port and scheme of " + setting + ".url");
    }
    // Without a cause it is the other side that said no; with one, the connection broke.
    SSLHandshakeException handshake = throwableOfType(failure, SSLHandshakeException.class);
    boolean refused = handshake != null && handshake.getCause() == null;
    return new Outcome.Retry("no TLS with " + host + ": " + why, Optional.empty(), refused);
  }

  private static boolean has(Throwable failure, Class<? extends Throwable> type) {
    return indexOfType(failure, type) >= 0;
  }
}
