package io.registryrouter.deliver;

import io.registryrouter.config.DestinationSettings;
import io.registryrouter.config.DestinationSettings.Compression;
import io.registryrouter.config.DestinationSettings.Format;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.deliver.format.Body;
import io.registryrouter.spool.Slice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.hc.client5.http.entity.GzipCompressingEntity;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.EntityTemplate;

/** Turns slices into what their destination wants to be posted. Thread-safe. */
public final class Requests {

  private final Map<String, DestinationSettings> destinations;
  private final Clock clock;
  private final Supplier<String> hostName;

  /**
   * @param hostName this machine's, asked for when a destination wants it
   */
  public Requests(RouterConfig config, Clock clock, Supplier<String> hostName) {
    this.destinations = config.destinations();
    this.clock = clock;
    this.hostName = hostName;
  }

  /** As the system knows it; asks the resolver, which may take a while. */
  public static String localHostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "registry-event-router"; // a container may have a name that does not resolve
    }
  }

  /** A request without its address: header fields and body. */
  public record Request(Map<String, String> headers, SentBody body) {}

  /** Where the slice goes. */
  public String url(Slice slice) {
    DestinationSettings settings = settings(slice);
    URI url = settings.url().orElseThrow();
    return settings.format() == Format.LOGDNA ? logdna(url) : url.toString();
  }

  /** The ingest API wants to know when, in milliseconds, and from where a request is sent. */
  private String logdna(URI url) {
    StringBuilder address = new StringBuilder(url.toString());
    address.append(url.getRawQuery() == null ? '?' : '&').append("now=").append(clock.millis());
    if (url.getRawQuery() == null || !url.getRawQuery().matches("(.*&)?hostname=.+")) {
      address
          .append("&hostname=")
          .append(URLEncoder.encode(hostName.get(), StandardCharsets.UTF_8));
    }
    return address.toString();
  }

  /**
   * The body is written from the slice's buffer when it is sent, each time it is. Should that fail
   * in the middle, the client ends what it sends as if it were whole; a format that can fail so
   * must have framing whose end is then missing.
   */
  public Request request(Slice slice) throws IOException {
    DestinationSettings settings = settings(slice);
    Body body = Body.of(settings.format());
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Idempotency-Key", slice.key());
    settings
        .credentials()
        .header()
        .ifPresent(name -> headers.put(name, settings.credentials().headerValue()));
    headers.putAll(body.headers(slice));
    URI target = settings.url().orElseThrow();
    return new Request(headers, entity(body, slice, settings.compression(), target));
  }

  private DestinationSettings settings(Slice slice) {
    return destinations.get(slice.destination());
  }

  private static SentBody entity(Body body, Slice slice, Compression compression, URI target) {
    EntityTemplate plain =
        new EntityTemplate(
            body.length(slice),
            ContentType.create(body.contentType()),
            null,
            out -> body.write(slice, out));
    HttpEntity packed = compression == Compression.GZIP ? new GzipCompressingEntity(plain) : plain;
    return new SentBody(packed, target);
  }
}
