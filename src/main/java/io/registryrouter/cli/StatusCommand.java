package io.registryrouter.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.disk.SmallJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bin/router status}. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Asks the running router how it is doing: what waits for each destination and for how long,"
          + " what is wrong, and the balance. Exit code 1 when no router is running.",
      ""
    })
final class StatusCommand implements Callable<Integer> {

  private static final int PATIENCE_SECONDS = 5;

  /** How many files that stay are named, so that the rest can be read. */
  private static final int MOST_FILES = 10;

  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "All that the router tells, a JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    String answer = ask(running(common.loadWithMistakes()));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(PlainText.ofJson(answer));
    } else {
      print(new ObjectMapper().readTree(answer), out);
    }
    out.flush();
    return ExitCode.OK;
  }

  /** The router on a data directory, as its lock file has it. */
  private record Running(String management, String since) {}

  private static Running running(RouterConfig config) throws IOException {
    JsonNode lock = MissingNode.getInstance();
    try {
      lock = SmallJson.JSON.readTree(Files.readAllBytes(config.data().lock()));
    } catch (NoSuchFileException | JacksonException e) {
      // none was ever started here, or a power failure left nothing of where
    }
    String management = lock.path("management").asText();
    if (management.isEmpty()) {
      throw new IOException(
          "no router is running on "
              + config.data().root()
              + "; start `bin/router run`, or name the data directory of the one that runs by --set"
              + " router.data-dir=DIR");
    }
    return new Running(management, lock.path("since").asText());
  }

  private static String ask(Running running) throws IOException {
    String address = running.management();
    HttpResponse<String> answer = get(address);
    JsonNode status = status(answer.body());
    if (answer.statusCode() != 200
        || !status.path("destinations").isArray()
        || !status.path("balance").isObject()) {
      throw new IOException(
          String.format(
              "what answers at %s is no router: its /observe/status is HTTP status %d and no status"
                  + " of a router; another server may have the port of one that has ended, start"
                  + " `bin/router run`",
              address, answer.statusCode()));
    }
    if (!status.path("since").asText().equals(running.since())) {
      throw new IOException(
          String.format(
              "what answers at %s is another router, started at %s; the one of this data directory,"
                  + " started at %s, has ended: start `bin/router run`",
              address, status.path("since").asText(), running.since()));
    }
    return answer.body();
  }

  private static HttpResponse<String> get(String address) throws IOException {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    URI uri = URI.create("http://" + address + "/observe/status");
    try {
      return client
          .sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS); // its own timeout leaves out the body
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(
          "the router at " + address + " does not answer; start `bin/router run`", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + address + " was asked", e);
    }
  }

  private static JsonNode status(String answer) {
    try {
      return new ObjectMapper().readTree(answer);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  private static void print(JsonNode status, PrintWriter out) {
    out.printf(
        "%-28s %10s %10s %10s  %s%n", "destination", "waiting", "oldest", "per second", "trouble");
    for (JsonNode destination : status.path("destinations")) {
      out.printf(
          "%-28s %10d %9ds %10.1f  %s%n",
          destination.path("name").asText(),
          destination.path("backlog").asLong(),
          destination.path("oldestSeconds").asLong(),
          destination.path("rate").asDouble(),
          trouble(destination.path("lastError")));
    }
    String waits = status.path("intakeWaits").asText();
    if (!waits.isEmpty()) {
      out.printf("%nintake waits: %s%n", PlainText.of(waits));
    }
    inboxes(status.path("inboxes"), out);
    tails(status.path("tails"), out);
    edits(status.path("reload"), out);
    JsonNode balance = status.path("balance");
    out.printf(
        "%nin spool at start %d + received %d + copied %d"
            + " = delivered %d + dead letters %d + suppressed %d + in spool %d%n",
        balance.path("inSpoolAtStart").asLong(),
        balance.path("received").asLong(),
        balance.path("copied").asLong(),
        balance.path("delivered").asLong(),
        balance.path("deadLettered").asLong(),
        balance.path("suppressed").asLong(),
        balance.path("inSpool").asLong());
  }

  private static void inboxes(JsonNode inboxes, PrintWriter out) {
    for (JsonNode inbox : inboxes) {
      JsonNode stays = inbox.path("stays");
      out.printf("%n%d stay in the inbox of %s:%n", stays.size(), inbox.path("path").asText());
      stays.properties().stream()
          .limit(MOST_FILES)
          .forEach(
              file ->
                  out.printf(
                      "  %s: %s%n",
                      PlainText.of(file.getKey()), PlainText.of(file.getValue().asText())));
      if (stays.size() > MOST_FILES) {
        out.printf("  and %d more; `status --json` names them%n", stays.size() - MOST_FILES);
      }
    }
  }

  private static void tails(JsonNode tails, PrintWriter out) {
    for (JsonNode tail : tails) {
      out.printf(
          "%ntailing %d files of %s, %d bytes behind%s%n",
          tail.path("files").asInt(),
          tail.path("path").asText(),
          tail.path("lagBytes").asLong(),
          tail.path("trouble").asText().isEmpty()
              ? ""
              : "; " + PlainText.of(tail.path("trouble").asText()));
    }
  }

  private static void edits(JsonNode reload, PrintWriter out) {
    if (reload.hasNonNull("appliedAt")) {
      out.printf("%nthe last edit took effect at %s%n", reload.path("appliedAt").asText());
    }
    if (reload.hasNonNull("refusedAt")) {
      out.printf(
          "%nan edit was refused at %s, %s:%n",
          reload.path("refusedAt").asText(),
          reload.path("lost").asBoolean()
              ? "and some routes are gone with it"
              : "what ran before runs on");
      reload
          .path("problems")
          .forEach(problem -> out.println("  " + PlainText.of(problem.asText())));
    }
    reload
        .path("waiting")
        .forEach(key -> out.printf("%n%s keeps its value until a restart%n", key.asText()));
  }

  private static String trouble(JsonNode error) {
    if (error.isMissingNode()) {
      return "";
    }
    int attempts = error.path("attempts").asInt();
    return String.format(
        "%s (%ssince %s%s)%s",
        PlainText.of(error.path("why").asText()),
        attempts == 0 ? "" : attempts + " attempts ",
        error.path("since").asText(),
        error.hasNonNull("next") ? ", the next at " + error.path("next").asText() : "",
        error.path("operator").asBoolean() ? ", an operator has to act" : "");
  }
}
