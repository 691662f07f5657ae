package io.registryrouter.deliver;

import io.registryrouter.spool.AnsweredLines;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.utils.DateUtils;

/** What a destination's HTTP reply means for the events that were sent. */
public final class Reply {

  /**
   * Longest {@code Retry-After} that is honoured; a destination that asks for more is asked again.
   */
  static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(1);

  /**
   * A 400 that nginx (<a href="https://nginx.org/en/docs/http/ngx_http_ssl_module.html#errors">495,
   * 496, 497</a>) and Go's server answer before they look at the content: the connection is at
   * fault, not the events. Whole beginnings, so that no text of an event that is echoed can look
   * like one.
   */
  private static final Pattern ABOUT_TLS =
      Pattern.compile(
          "<html>\\s*<head><title>400 (?<nginx>The SSL certificate error"
              + "|No required SSL certificate was sent"
              + "|The plain HTTP request was sent to HTTPS port)</title>"
              + "|(?<go>Client sent an HTTP request to an HTTPS server)\\.");

  /** A date of C's {@code asctime()} (RFC 9110, section 5.6.7), which DateUtils cannot read. */
  private static final DateTimeFormatter ASCTIME =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private Reply() {}

  /**
   * A pure function of the reply (RFC 9110, section 15) and the time.
   *
   * @param retryAfter the header's value, seconds or an HTTP date, or several; null when there is
   *     none
   * @param response beginning of the body
   */
  public static Outcome classify(int status, String retryAfter, String response, Instant now) {
    if (status >= 200 && status < 300) {
      return new Outcome.Delivered();
    }
    if (blamesContent(status)) {
      return aboutTls(response)
          .<Outcome>map(why -> Outcome.Retry.untilMended("HTTP status " + status + ": " + why))
          .orElseGet(() -> new Outcome.Reject(status, response));
    }
    return switch (status) {
      // An operator's mistake, not the event's: wrong key, forbidden, wrong address, or settings
      // that the address does not take (method, chunked compression, content type or coding).
      case 401, 403, 404, 405, 411, 415 ->
          new Outcome.Retry("HTTP status " + status, after(retryAfter, now), true);
      // Likewise: to follow it would take the events, and the key, to where nobody wanted them.
      case 301, 302, 303, 307, 308 ->
          new Outcome.Retry(
              "HTTP status " + status + ": a redirect, which is not followed",
              after(retryAfter, now),
              true);
      // Passes by itself, or is not known: better late than lost. Among them are those that the
      // client of LogDNA's makers tries again (ERROR_CODES_TO_RETRY in lib/logger.js of
      // https://github.com/logdna/logger-node): 500, 502, 503, 504, and 521, 522, 524, with which
      // Cloudflare says that an origin is down, does not connect, or is too slow.
      default -> new Outcome.Retry("HTTP status " + status, after(retryAfter, now), false);
    };
  }

  /**
   * Bad request, content too large, unprocessable content; of these alone the body of the reply
   * matters, and is kept.
   */
  static boolean blamesContent(int status) {
    return status == 400 || status == 413 || status == 422;
  }

  private static Optional<String> aboutTls(String response) {
    Matcher matcher = ABOUT_TLS.matcher(response);
    if (!matcher.lookingAt()) {
      return Optional.empty();
    }
    String nginx = matcher.group("nginx");
    return Optional.of(nginx == null ? matcher.group("go") : nginx);
  }

  /** The same for the code of one line of a 207 from LogDNA's ingest API. */
  public static Outcome classifyLine(int status) {
    Outcome outcome = classify(status, null, "", Instant.EPOCH);
    return outcome instanceof Outcome.Delivered && status != AnsweredLines.STORED
        ? new Outcome.Retry("HTTP status " + status)
        : outcome;
  }

  /**
   * The same for a 207 from LogDNA's ingest API as a whole.
   *
   * @param statuses what it says, one code a line; empty when it cannot be read
   * @param lines how many were sent
   */
  static Outcome classifyLines(List<Integer> statuses, int lines, String retryAfter, Instant now) {
    Optional<Duration> after = after(retryAfter, now);
    if (statuses.size() != lines) {
      String found = statuses.isEmpty() ? "no readable codes" : statuses.size() + " codes";
      return new Outcome.Retry(
          "HTTP status 207 with " + found + " for " + lines + " lines", after, false);
    }
    List<Outcome.Retry> again =
        statuses.stream()
            .map(Reply::classifyLine)
            .filter(Outcome.Retry.class::isInstance)
            .map(Outcome.Retry.class::cast)
            .toList();
    Optional<Outcome.Retry> first =
        again.stream().findFirst().map(retry -> notStored(again.size(), lines, retry, after));
    if (again.size() == lines) {
      return first.get();
    }
    return statuses.stream().allMatch(status -> status == AnsweredLines.STORED)
        ? new Outcome.Delivered()
        : new Outcome.Partly(statuses, first);
  }

  private static Outcome.Retry notStored(
      int count, int lines, Outcome.Retry first, Optional<Duration> after) {
    String why =
        String.format("HTTP status 207, %d of %d lines not stored: %s", count, lines, first.why());
    return new Outcome.Retry(why, after, first.operator());
  }

  /** The longest; several fields come as a list in brackets, and a date has a comma of its own. */
  private static Optional<Duration> after(String retryAfter, Instant now) {
    if (retryAfter == null) {
      return Optional.empty();
    }
    return Arrays.stream(retryAfter.replaceAll("^\\[|]$", "").split("(?<![A-Z][a-z]{2,8}),"))
        .flatMap(value -> afterOne(value.strip(), now).stream())
        .max(Comparator.naturalOrder());
  }

  private static Optional<Duration> afterOne(String value, Instant now) {
    if (value.matches("\\d{10,}")) {
      return Optional.of(LONGEST_RETRY_AFTER);
    }
    if (value.matches("\\d+")) {
      return Optional.of(capped(Duration.ofSeconds(Long.parseLong(value))));
    }
    return date(value).map(date -> capped(Duration.between(now, date)));
  }

  private static Optional<Instant> date(String value) {
    try {
      return Optional.of(ASCTIME.parse(value, Instant::from));
    } catch (DateTimeParseException e) {
      return Optional.ofNullable(DateUtils.parseStandardDate(value));
    }
  }

  private static Duration capped(Duration asked) {
    Duration atLeastNone = asked.isNegative() ? Duration.ZERO : asked;
    return atLeastNone.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : atLeastNone;
  }
}
