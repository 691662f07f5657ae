package io.registryrouter.deliver;

import io.registryrouter.config.DestinationSettings;
import io.registryrouter.config.TlsSettings;
import io.registryrouter.disk.FileState;
import io.registryrouter.observe.OnceAMinute;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.HttpsSupport;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings TLS to each new connection to one destination, with its certificate files as they are
 * then. Files that were replaced by something unusable leave the last good ones in force, and are
 * read again with each connection: rights that somebody mends change nothing else about a file.
 */
final class DestinationTls implements TlsSocketStrategy {

  private static final Logger LOG = LoggerFactory.getLogger(DestinationTls.class);

  private final Supplier<DestinationSettings> destination;
  private final OnceAMinute warnings = new OnceAMinute();
  private Map<Path, FileState> files;
  private TlsSettings settings;
  private TlsSocketStrategy current;

  DestinationTls(Supplier<DestinationSettings> destination) {
    this.destination = destination;
  }

  @Override
  public SSLSocket upgrade(
      Socket socket, String host, int port, Object attachment, HttpContext context)
      throws IOException {
    return current().upgrade(socket, host, port, attachment, context);
  }

  private synchronized TlsSocketStrategy current() throws IOException {
    TlsSettings wanted = destination.get().tls();
    Map<Path, FileState> now = FileState.of(wanted.files());
    if (current == null || !wanted.equals(settings) || !now.equals(files)) {
      try {
        current =
            new DefaultClientTlsStrategy(
                wanted.context(),
                HostnameVerificationPolicy.CLIENT,
                HttpsSupport.getDefaultHostnameVerifier());
        settings = wanted;
        files = now;
      } catch (IOException | GeneralSecurityException e) {
        keepLast(e);
      }
    }
    return current;
  }

  private void keepLast(Exception unusable) throws IOException {
    String message =
        "a file of router.destination." + destination.get().name() + ".tls cannot be used";
    if (current == null) {
      throw new IOException(message + ": " + unusable.getMessage(), unusable);
    }
    if (warnings.isDue(Instant.now())) {
      LOG.atWarn()
          .addKeyValue("destination", destination.get().name())
          .addKeyValue("error", unusable.getMessage())
          .log("changed certificate files cannot be used, the last ones stay in force");
    }
  }
}
