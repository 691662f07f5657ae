package io.registryrouter.deliver;

import io.registryrouter.config.DestinationSettings;
import io.registryrouter.config.DestinationSettings.Format;
import io.registryrouter.deliver.format.Body;
import io.registryrouter.spool.Slice;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;

/**
 * Cuts slices so that no request is larger than {@code batch-bytes}, but for an event alone, nor
 * larger than its format allows. Thread-safe.
 */
final class BodyLimit {

  /**
   * Most that the header fields of an event may take, in bytes. HTTP has no limit; common servers
   * take 8 KiB for all fields together (Tomcat, maxHttpRequestHeaderSize) or for one (Apache httpd,
   * LimitRequestFieldSize; nginx, large_client_header_buffers), and answer more with a status that
   * would be tried again for ever.
   */
  static final int MAX_HEADERS = 4 * 1024;

  /** JSON makes at most {@code \\u001f} of a byte (RFC 8259, section 7). */
  private static final long LONGEST_ESCAPE = 6;

  /** Longer than what any format puts around an event, escaped domain names aside. */
  private static final long FRAMING = 200;

  private final DestinationSettings settings;
  private final long max;
  private final int maxEvents;
  private final Body body;

  BodyLimit(DestinationSettings settings) {
    Format format =
        settings.type() == DestinationSettings.Type.HTTP ? settings.format() : Format.NDJSON;
    this.settings = settings;
    this.max = format.maxBody();
    this.maxEvents = format.maxEvents();
    this.body = Body.of(format);
  }

  /**
   * The slice, or as many of its first events as fit; one event may still be too large. A range
   * that was begun stays as it is, unless it was in another format, which took more.
   */
  Slice cut(Slice slice, boolean begun) throws IOException {
    long most = begun ? max : Math.min(max, settings.batchBytes());
    Slice fitting = slice.events() > maxEvents ? slice.first(maxEvents) : slice;
    long size;
    while (fitting.events() > 1 && (size = atMost(fitting, most)) > most) {
      fitting = fitting.first(fewer(fitting.events(), size, most));
    }
    return fitting;
  }

  /** As if all were of one size; a sixteenth less at least, so that a few looks are enough. */
  private static int fewer(int events, long size, long most) {
    return (int) Math.max(1, Math.min(events * most / size, events * 15L / 16));
  }

  /** Why a slice of one event cannot be sent; empty when it can. */
  Optional<String> objection(Slice slice) throws IOException {
    if (slice.events() > 1) {
      return Optional.empty();
    }
    if (atMost(slice, max) > max) {
      return Optional.of(text("makes a request of %d bytes", size(slice), max));
    }
    long headers = 0;
    for (Map.Entry<String, String> header : body.headers(slice).entrySet()) {
      headers += header.getKey().length() + header.getValue().length();
    }
    return headers <= MAX_HEADERS
        ? Optional.empty()
        : Optional.of(text("makes header fields of %d bytes", headers, MAX_HEADERS));
  }

  private String text(String what, long found, long allowed) {
    return String.format(
        "%s cannot take it: alone it " + what + ", at most %d go with format=%s",
        settings.name(),
        found,
        allowed,
        settings.format().label());
  }

  /** The size of a request, or, when that fits, something larger that is known sooner. */
  private long atMost(Slice slice, long most) throws IOException {
    // The registry's domain, which some formats repeat, is in the event's own bytes.
    long atMost = (LONGEST_ESCAPE + 1) * slice.length() + FRAMING * (slice.events() + 1L);
    return atMost <= most ? atMost : size(slice);
  }

  private long size(Slice slice) throws IOException {
    if (body.length(slice) != Body.UNKNOWN) {
      return body.length(slice);
    }
    Counter counter = new Counter();
    body.write(slice, counter);
    return counter.bytes;
  }

  /** Counts what is written and keeps nothing of it. */
  private static final class Counter extends OutputStream {

    private long bytes;

    @Override
    public void write(int b) {
      bytes++;
    }

    @Override
    public void write(byte[] b, int off, int len) {
      bytes += len;
    }
  }
}
