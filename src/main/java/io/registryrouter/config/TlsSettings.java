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
 * What TLS connections to a destination, or to the event door, trust and what they show.
 *
 * @param ca PEM file of the trusted authorities; empty for the JDK's trust store, and at the door
 *     when clients need no certificate
 * @param certificate PEM file of the own certificate and its chain; empty for none
 * @param key PEM file of its key; present when the certificate is
 */
public record TlsSettings(Optional<Path> ca, Optional<Path> certificate, Optional<Path> key) {

  static TlsSettings read(Settings settings, String prefix, Optional<URI> url, Path home) {
    TlsSettings found = named(settings, prefix + "tls.", "ca", home);
    if (url.isPresent()) {
      found.check(settings, prefix);
    }
    return found;
  }

  /** {@code router.http.tls.*}: with a certificate the door speaks TLS only. */
  static TlsSettings readDoor(Settings settings, Path home) {
    String tls = "router.http.tls.";
    TlsSettings found = named(settings, tls, "client-ca", home);
    if (found.ca.isPresent() && found.certificate.isEmpty() && found.key.isEmpty()) {
      settings.problem(
          tls + "client-ca", "is set without the door's own; add %1$scertificate and %1$skey", tls);
    }
    found.checkFiles(settings, tls, "client-ca");
    return found;
  }

  private static TlsSettings named(Settings settings, String tls, String authorities, Path home) {
    return new TlsSettings(
        settings.optional(tls + authorities).map(home::resolve),
        settings.optional(tls + "certificate").map(home::resolve),
        settings.optional(tls + "key").map(home::resolve));
  }

  private void check(Settings settings, String prefix) {
    String url = settings.optional(prefix + "url").orElse("");
    boolean plain = url.startsWith("http:");
    if (plain && !files().isEmpty()) {
      String key = ca.isPresent() ? "ca" : certificate.isPresent() ? "certificate" : "key";
      String message = "is for https, and %surl is \"%s\"; write https:// there, or remove tls.*";
      settings.problem(prefix + "tls." + key, message, prefix, UrlSetting.shown(url));
      return;
    }
    checkFiles(settings, prefix + "tls.", "ca");
  }

  private void checkFiles(Settings settings, String tls, String authorities) {
    if (certificate.isPresent() && key.isEmpty()) {
      settings.problem(tls + "certificate", "is set without its key; add %skey", tls);
    }
    if (key.isPresent() && certificate.isEmpty()) {
      settings.problem(tls + "key", "is set without its certificate; add %scertificate", tls);
    }
    ca.ifPresent(file -> readable(settings, tls + authorities, () -> Pem.certificates(file)));
    boolean shown =
        certificate
            .map(f -> readable(settings, tls + "certificate", () -> Pem.certificates(f)))
            .orElse(false);
    if (shown && key.isPresent()) {
      readable(settings, tls + "key", () -> Pem.identity(certificate.orElseThrow(), key.get()));
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
   * Who is trusted, by the files as they are now; empty for the JDK's trust store.
   *
   * @throws GeneralSecurityException when what they hold cannot be used
   */
  public Optional<TrustManager[]> trust() throws IOException, GeneralSecurityException {
    return ca.isPresent() ? Optional.of(Pem.trust(Pem.certificates(ca.get()))) : Optional.empty();
  }

  /**
   * What is shown, by the files as they are now; empty for nothing.
   *
   * @throws GeneralSecurityException when what they hold cannot be used
   */
  public Optional<KeyManager[]> identity() throws IOException, GeneralSecurityException {
    return certificate.isPresent()
        ? Optional.of(Pem.identity(certificate.get(), key.orElseThrow()))
        : Optional.empty();
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
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(identity().orElse(null), trust().orElse(null), null);
    return context;
  }
}
