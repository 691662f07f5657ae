package io.registryrouter.support;

import io.registryrouter.config.TlsSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** A certificate authority of the test's own, made with openssl. */
public final class Certificates {

  /** A subject alternative name that fits what {@link HttpStub} listens on. */
  public static final String LOOPBACK = "IP:127.0.0.1,DNS:localhost";

  private final Path directory;
  private final Path ca;

  private Certificates(Path directory) {
    this.directory = directory;
    this.ca = directory.resolve("ca.pem");
  }

  /** A certificate with its key, PEM files. */
  public record Identity(Path certificate, Path key) {}

  public static Certificates in(Path directory) throws IOException {
    Tool.need("openssl");
    Certificates made = new Certificates(Files.createDirectories(directory));
    made.openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
            + " -keyout ca.key -out ca.pem -subj /CN=test-authority");
    return made;
  }

  public Path ca() {
    return ca;
  }

  /** A JVM's trust store (PKCS#12) that holds this authority alone. */
  public Path trustStore(String password) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream pem = Files.newInputStream(ca)) {
      store.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    Path file = directory.resolve("trusted.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, password.toCharArray());
    }
    return file;
  }

  /**
   * @param days how long it is valid; -1 makes one that expired yesterday
   */
  public Identity issue(String name, String alternativeName, int days) throws IOException {
    Files.writeString(directory.resolve(name + ".ext"), "subjectAltName=" + alternativeName);
    openssl(
        "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout %1$s.key -out %1$s.csr -subj /CN=%1$s"
            .formatted(name));
    openssl(
        "x509 -req -in %1$s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days %2$d -extfile %1$s.ext -out %1$s.pem"
            .formatted(name, days));
    return new Identity(directory.resolve(name + ".pem"), directory.resolve(name + ".key"));
  }

  /** For a server that shows the identity and trusts this authority. */
  public SSLContext server(Identity identity) throws IOException, GeneralSecurityException {
    return new TlsSettings(
            Optional.of(ca), Optional.of(identity.certificate()), Optional.of(identity.key()))
        .context();
  }

  /** Runs openssl in the directory of the certificates. */
  public void openssl(String arguments) {
    Tool.run(directory, "openssl", arguments.split(" "));
  }
}
