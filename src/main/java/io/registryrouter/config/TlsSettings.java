package io.registryrouter.config;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * What TLS connections to a destination trust, and what they show.
 *
 * @param ca PEM file of the trusted authorities; empty for the JDK's trust store
 * @param certificate PEM file of the client certificate and its chain; empty for none
 * @param key PEM file of its key; present when the certificate is
 */
public record TlsSettings(Optional<Path> ca, Optional<Path> certificate, Optional<Path> key) {

  static TlsSettings read(Settings settings, String prefix, Optional<URI> url, Path home) {
    String tls = prefix + "tls.";
    TlsSettings found =
        new TlsSettings(
            settings.optional(tls + "ca").map(home::resolve),
            settings.optional(tls + "certificate").map(home::resolve),
            settings.optional(tls + "key").map(home::resolve));
    if (url.isPresent()) {
      found.check(settings, prefix);
    }
    return found;
  }

  private void check(Settings settings, String prefix) {
    String url = settings.optional(prefix + "url").orElse("");
    boolean plain = url.startsWith("http:");
    if (plain && !files().isEmpty()) {
      String key = ca.isPresent() ? "ca" : certificate.isPresent() ? "certificate" : "key";
      String message = "is for https, and %surl is \"%s\"; write https:// there, or remove tls.*";
      settings.problem(prefix + "tls." + key, message, prefix, url);
      return;
    }
    if (certificate.isPresent() && key.isEmpty()) {
      settings.problem(prefix + "tls.certificate", "is set without its key; add %stls.key", prefix);
    }
    if (key.isPresent() && certificate.isEmpty()) {
      String message = "is set without its certificate; add %stls.certificate";
      settings.problem(prefix + "tls.key", message, prefix);
    }
    ca.ifPresent(file -> readable(settings, prefix + "tls.ca", () -> Pem.certificates(file)));
    boolean shown =
        certificate
            .map(f -> readable(settings, prefix + "tls.certificate", () -> Pem.certificates(f)))
            .orElse(false);
    if (shown && key.isPresent()) {
      readable(
          settings, prefix + "tls.key", () -> Pem.identity(certificate.orElseThrow(), key.get()));
    }
  }

  /** Something that is read from PEM files. */
  private interface Reading {
    Object read() throws IOException, GeneralSecurityException;
  }

  private static boolean readable(Settings settings, String key, Reading reading) {
    String file = settings.optional(key).orElse("");
    try {
      reading.read();
      return true;
    } catch (IOException e) {
      settings.problem(key, "\"%s\" cannot be read; name a PEM file", file);
    } catch (GeneralSecurityException e) {
      settings.problem(key, "\"%s\" %s; name a PEM file that does", file, e.getMessage());
    }
    return false;
  }

  /** All files that are named. */
  public List<Path> files() {
    return Stream.of(ca, certificate, key).flatMap(Optional::stream).toList();
  }

  /**
   * When the first certificate of {@code ca} and of {@code certificate} ends, as the files are now;
   * of those that can be read.
   */
  public Map<String, Instant> expiries() {
    Map<String, Instant> ends = new TreeMap<>();
    ca.flatMap(TlsSettings::firstEnd).ifPresent(end -> ends.put("ca", end));
    certificate.flatMap(TlsSettings::firstEnd).ifPresent(end -> ends.put("certificate", end));
    return ends;
  }

  private static Optional<Instant> firstEnd(Path file) {
    try {
      return Pem.certificates(file).stream()
          .map(certificate -> certificate.getNotAfter().toInstant())
          .min(Comparator.naturalOrder());
    } catch (IOException | GeneralSecurityException e) {
      return Optional.empty(); // whoever makes a connection says so
    }
  }

  /**
   * Reads the files as they are now.
   *
   * @throws GeneralSecurityException when what they hold cannot be used
   */
  public SSLContext context() throws IOException, GeneralSecurityException {
    TrustManager[] trust = ca.isPresent() ? Pem.trust(Pem.certificates(ca.get())) : null;
    KeyManager[] identity =
        certificate.isPresent() ? Pem.identity(certificate.get(), key.orElseThrow()) : null;
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(identity, trust, null);
    return context;
  }
}
