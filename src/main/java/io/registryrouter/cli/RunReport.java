package io.registryrouter.cli;

import io.registryrouter.Router;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.event.Reason;
import io.registryrouter.observe.Balance;
import io.registryrouter.observe.Status;
import java.io.PrintWriter;
import java.util.Map;

/** What a run over files came to, as a table. */
final class RunReport {

  private RunReport() {}

  /**
   * @param status as it was before the routes ended
   */
  static void print(PrintWriter out, Router router, Status status, RouterConfig config) {
    Map<String, Long> backlogs = router.spools().backlogs();
    out.printf("%-28s %10s  %s%n", "destination", "events", "status");
    for (String name : backlogs.keySet()) { // also of those that no route knows any more
      long events = router.balance().delivered(name);
      long waiting = backlogs.get(name);
      if (events + waiting > 0) {
        out.printf(
            "%-28s %10d  %s%n",
            name,
            events,
            waiting == 0
                ? "delivered"
                : waiting + " not delivered, kept in the spool" + why(status, name));
      }
    }
    out.printf("%n%-28s %10s  %s%n", "dead letters", "events", "because");
    for (Reason reason : Reason.values()) {
      long events = router.balance().deadLetteredBy(reason);
      if (events > 0) {
        out.printf("%-28s %10d  %s%n", reason.label(), events, reason.meaning());
      }
    }
    Balance balance = router.balance();
    out.printf(
        "%nin spool at start %d + received %d%s = delivered %d + dead letters %d%s + in spool %d%n",
        router.spools().backlogAtStart(),
        balance.received(),
        ifAny("copied", balance.copied()),
        balance.delivered(),
        balance.deadLettered(),
        ifAny("suppressed", balance.suppressed()),
        router.spools().backlog());
    out.printf(
        "delivered to %s, dead letters in %s%n",
        config.data().delivered(), config.data().deadLetter());
    out.flush();
  }

  private static String why(Status status, String destination) {
    return status.destinations().stream()
        .filter(one -> one.name().equals(destination) && one.lastError() != null)
        .map(one -> "; " + PlainText.of(one.lastError().why()))
        .findFirst()
        .orElse("");
  }

  private static String ifAny(String what, long events) {
    return events == 0 ? "" : " + " + what + " " + events;
  }
}
