package io.registryrouter.observe;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/**
 * What a running router says of itself at {@code /observe/status}.
 *
 * @param since when it was started, ISO 8601
 * @param intakeWaits why it takes nothing for now, or not what came last; empty when it does
 */
public record Status(
    String since,
    String intakeWaits,
    List<Destination> destinations,
    List<Inbox> inboxes,
    List<Tail> tails,
    Reload reload,
    Totals balance) {

  /**
   * An inbox of which files or directories cannot be taken.
   *
   * @param stays by name, why; of each kind at most a thousand
   */
  public record Inbox(String path, Map<String, String> stays) {}

  /**
   * The growing log files of a path.
   *
   * @param files how many are followed, rotated ones included
   * @param lagBytes what stands in them and was not taken yet
   * @param trouble what is not taken, and why, one after the other; empty when everything is
   */
  public record Tail(String path, int files, long lagBytes, String trouble) {}

  /**
   * One destination.
   *
   * @param backlog events that wait for it
   * @param oldestSeconds age of the oldest of them; 0 when there is none
   * @param rate events a second it took over the last minute
   * @param lastError what is wrong now; null when nothing is
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Destination(
      String name, long backlog, long oldestSeconds, double rate, LastError lastError) {}

  /**
   * Why a destination is not delivered to.
   *
   * @param since first of the failed attempts
   * @param next when the next attempt is due; null when no route makes any
   * @param operator true when it will not pass by itself
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record LastError(String since, int attempts, String next, String why, boolean operator) {}

  /**
   * What became of edits.
   *
   * @param appliedAt when the last one took effect; null when none has
   * @param refusedAt since when the files are not what runs; null when they are
   * @param problems why they are not
   * @param lost true when some routes are gone with it, until a restart
   * @param waiting settings whose new value waits for a restart
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Reload(
      boolean enabled,
      long applied,
      long refused,
      String appliedAt,
      String refusedAt,
      List<String> problems,
      boolean lost,
      List<String> waiting) {

    public static Reload of(boolean enabled, Reloads reloads) {
      Reloads.State now = reloads.state();
      return new Reload(
          enabled,
          reloads.appliedCount(),
          reloads.refusedCount(),
          now.appliedAt() == null ? null : now.appliedAt().toString(),
          now.refusedAt() == null ? null : now.refusedAt().toString(),
          now.problems().stream().map(Object::toString).toList(),
          reloads.isLost(),
          now.waiting());
    }
  }

  /** The balance: the first three are as many as the last four. */
  public record Totals(
      long inSpoolAtStart,
      long received,
      long copied,
      long delivered,
      long deadLettered,
      long suppressed,
      long inSpool) {}
}
