package io.registryrouter.intake.http;

import io.registryrouter.config.TlsSettings;
import io.registryrouter.disk.FileState;
import io.registryrouter.observe.OnceAMinute;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509KeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate that the door shows and the authorities of its clients, as their files are when a
 * connection begins. Files that were replaced by something unusable leave the last good ones in
 * force, and are read again until they can be used: rights that somebody mends change nothing else
 * about a file. Confined to one thread at a time.
 */
final class DoorTls {

  private static final Logger LOG = LoggerFactory.getLogger(DoorTls.class);

  private final TlsSettings settings;
  private final OnceAMinute warnings = new OnceAMinute();
  private volatile Map<Path, FileState> files;
  private volatile Map<String, Instant> ends = Map.of();

  DoorTls(TlsSettings settings) {
    this.settings = settings;
    this.files = FileState.of(settings.files());
  }

  /**
   * Makes the door one of TLS, and of client certificates when the settings name their authorities.
   *
   * @throws IOException when the files cannot be used
   */
  void configure(HttpServerOptions options) throws IOException {
    try {
      SSLOptions read = read();
      options.setSsl(true).setKeyCertOptions(read.getKeyCertOptions());
      if (settings.ca().isPresent()) {
        options.setTrustOptions(read.getTrustOptions()).setClientAuth(ClientAuth.REQUIRED);
      }
      ends = settings.expiries();
    } catch (GeneralSecurityException e) {
      throw new IOException("a file of router.http.tls cannot be used: " + e.getMessage(), e);
    }
  }

  private SSLOptions read() throws IOException, GeneralSecurityException {
    SSLOptions options = new SSLOptions();
    KeyManager[] identity = settings.identity().orElseThrow();
    options.setKeyCertOptions(KeyCertOptions.wrap((X509KeyManager) identity[0]));
    TrustManager[] trust = settings.trust().orElse(new TrustManager[0]);
    return trust.length == 0 ? options : options.setTrustOptions(TrustOptions.wrap(trust[0]));
  }

  /** When the first certificate in force of each file ends. Any thread may ask. */
  Map<String, Instant> ends() {
    return ends;
  }

  /** Shows and trusts what the files say from the next connection on, if they have changed. */
  void look(HttpServer server) {
    Map<Path, FileState> now = FileState.of(settings.files());
    if (now.equals(files)) {
      return;
    }
    try {
      SSLOptions read = read();
      Map<String, Instant> readEnds = settings.expiries();
      files = now;
      server.updateSSLOptions(read).onSuccess(done -> inForce(readEnds)).onFailure(this::unusable);
    } catch (IOException | GeneralSecurityException e) {
      keepsLast(e);
    }
  }

  private void inForce(Map<String, Instant> theirEnds) {
    ends = theirEnds;
    LOG.info("the event door's certificate files were read again");
  }

  /** By its bytes it could be read, which is all that had been looked at. */
  private void unusable(Throwable why) {
    files = Map.of();
    keepsLast(why);
  }

  private void keepsLast(Throwable unusable) {
    if (warnings.isDue(Instant.now())) {
      LOG.atWarn()
          .addKeyValue("files", settings.files())
          .addKeyValue("error", unusable.getMessage())
          .log("the event door's certificate files cannot be used, the last ones stay in force");
    }
  }
}
