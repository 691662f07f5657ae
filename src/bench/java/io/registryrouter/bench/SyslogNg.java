package io.registryrouter.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * syslog-ng with the same work, to compare with where it is installed: a file, its lines parsed as
 * JSON, a description added from a table, filters over the domain, batches over HTTP. It keeps
 * nothing on disk.
 */
final class SyslogNg {

  static final Path PROGRAM = Path.of("/usr/sbin/syslog-ng");

  private SyslogNg() {}

  /**
   * Starts it; it follows {@code input}, which has to be there. Empty when it is not installed, or
   * without its modules, which are packages of their own (then stderr says so).
   */
  static Optional<Subject> start(Path directory, Path input, Receiver receiver)
      throws IOException, InterruptedException {
    if (!Files.isExecutable(PROGRAM)) {
      return Optional.empty();
    }
    Path config = configuration(directory, input, receiver);
    Process check =
        new ProcessBuilder(PROGRAM.toString(), "--syntax-only", "-f", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("check.txt").toFile())
            .start();
    if (check.waitFor() != 0) {
      System.err.println(
          "syslog-ng is left out: it needs its modules http, json-parser and add-contextual-data, which"
              + " are packages of their own; it said:\n"
              + Files.readString(directory.resolve("check.txt")));
      return Optional.empty();
    }
    return Optional.of(
        new Subject(
            List.of(
                PROGRAM.toString(), "-F", "--no-caps",
                "-f", config.toString(),
                "-R", directory.resolve("persist").toString(),
                "-p", directory.resolve("pid").toString(),
                "-c", directory.resolve("ctl").toString()),
            directory,
            directory.resolve("log.txt"),
            directory.resolve("none")));
  }

  private static Path configuration(Path directory, Path input, Receiver receiver)
      throws IOException {
    Files.writeString(
        directory.resolve("actions.csv"),
        List.of("push", "pull", "delete").stream()
            .map(verb -> "container-registry.image." + verb + ",description," + verb + " an image\n")
            .collect(Collectors.joining()));
    Path config = directory.resolve("syslog-ng.conf");
    StringBuilder text = new StringBuilder();
    text.append("@version: 3.38\n")
        .append("options { stats-freq(0); log-fifo-size(1000000); threaded(yes); };\n")
        .append("source s { file(\"")
        .append(input)
        .append("\" follow-freq(0.05) flags(no-parse) log-msg-size(262144) log-iw-size(100000)")
        .append(" log-fetch-limit(10000)); };\n")
        .append("parser p { json-parser(prefix(\".e.\")); };\n")
        .append("parser a { add-contextual-data(selector(\"${.e.action}\")")
        .append(" database(\"" + directory.resolve("actions.csv") + "\") prefix(\".a.\")); };\n");
    for (Map.Entry<String, String> each : RouterHome.DESTINATIONS.entrySet()) {
      String name = each.getValue().replace('-', '_');
      text.append("filter f_").append(name).append(" { match(\"").append(each.getKey())
          .append("/\" value(\".e.target.name\") type(string) flags(prefix)); };\n")
          .append("destination d_").append(name).append(" { http(url(\"")
          .append(receiver.url(each.getValue()))
          .append("\") method(\"POST\") batch-lines(500) batch-bytes(1048576) batch-timeout(100)")
          .append(" workers(1) log-fifo-size(1000000)")
          .append(" body(\"$(format-json --key .e.* --replace-prefix .e.=")
          .append(" actionDescription=${.a.description})\")")
          .append(" delimiter(\"\\n\")); };\n");
    }
    text.append("log { source(s); parser(p); parser(a);\n");
    for (String destination : RouterHome.DESTINATIONS.values()) {
      String name = destination.replace('-', '_');
      text.append("  log { filter(f_").append(name).append("); destination(d_").append(name)
          .append("); flags(final,flow-control); };\n");
    }
    text.append("  flags(flow-control);\n};\n");
    return Files.writeString(config, text);
  }
}
