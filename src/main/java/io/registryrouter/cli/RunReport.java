package io.registryrouter.cli;

import io.registryrouter.Router;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.deadletter.Reason;
import java.io.PrintWriter;
import java.util.Map;

/** What a run over files came to, as a table. */
final class RunReport {

  private RunReport() {}

  static void print(PrintWriter out, Router router, RouterConfig config) {
    Map<String, Long> backlogs = router.spools().backlogs();
    out.printf("%-28s %10s  %s%n", "destination", "events", "status");
    long delivered = 0;
    for (String name : config.destinations().keySet()) {
      long events = router.balance().delivered(name);
      long waiting = backlogs.get(name);
      delivered += events;
      if (events + waiting > 0) {
        String status = waiting == 0 ? "delivered" : waiting + " not delivered, kept in the spool";
        out.printf("%-28s %10d  %s%n", name, events, status);
      }
    }
    out.printf("%n%-28s %10s  %s%n", "dead letters", "events", "because");
    long dead = 0;
    for (Reason reason : Reason.values()) {
      long events = router.balance().deadLetteredBy(reason);
      dead += events;
      if (events > 0) {
        out.printf("%-28s %10d  %s%n", reason.label(), events, reason.meaning());
      }
    }
    out.printf(
        "%nin spool before %d + received %d = delivered %d + dead letters %d + in spool %d%n",
        router.inSpoolAtStart(),
        router.balance().received(),
        delivered,
        dead,
        router.spools().backlog());
    out.printf(
        "delivered to %s, dead letters in %s%n",
        config.dataDir().resolve("delivered"), config.dataDir().resolve("dead-letter"));
    out.flush();
  }
}
