package io.registryrouter.spool;

import static io.registryrouter.disk.SmallJson.JSON;

import com.fasterxml.jackson.core.JacksonException;
import io.registryrouter.disk.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a destination answered for lines that the cursor has not come to: of a request that was
 * stored in part, which lines are to be sent again and which are not. Kept in a file beside the
 * cursor, so that a crash sends no line again that was answered. Used by the one thread that
 * delivers.
 */
public final class AnsweredLines {

  private static final Logger LOG = LoggerFactory.getLogger(AnsweredLines.class);

  /** A line that is stored. */
  public static final int STORED = 200;

  /** One that is to be sent again, for whatever reason; every answer not named here refuses. */
  public static final int AGAIN = 503;

  /** One that waited too long: not an answer, but what was made of having none. */
  public static final int EXPIRED = 0;

  private final Path file;
  private final String spool;
  private final List<Run> runs = new ArrayList<>();

  /** Lines with one answer, from an offset of the log to another. */
  record Run(long from, long to, int status) {

    boolean isAgain() {
      return status == AGAIN;
    }

    boolean isRefusal() {
      return !isAgain() && status != STORED && status != EXPIRED;
    }

    Run again() {
      return new Run(from, to, AGAIN);
    }

    /** Lines that were refused stay alone: each may be a dead letter of its own. */
    Optional<Run> with(Run next) {
      boolean alike = to == next.from && status == next.status && !isRefusal();
      return alike ? Optional.of(new Run(from, next.to, status)) : Optional.empty();
    }
  }

  /** The file's content. */
  record Content(String spool, List<Run> runs) {

    boolean isWhole() {
      return spool != null && runs != null && !runs.contains(null);
    }
  }

  private AnsweredLines(Path file, String spool) {
    this.file = file;
    this.spool = spool;
  }

  /**
   * @param at where the cursor is; what was answered for another log, or behind its end, is void
   */
  static AnsweredLines open(Path file, Cursor.State at, long end) throws IOException {
    AnsweredLines answered = new AnsweredLines(file, at.log());
    if (Files.exists(file)) {
      answered.read().stream().filter(run -> run.to() <= end).forEach(answered.runs::add);
      answered.passed(at.offset());
    }
    return answered;
  }

  private List<Run> read() throws IOException {
    try {
      Content content = JSON.readValue(file.toFile(), Content.class);
      if (content != null && content.isWhole()) {
        return content.spool().startsWith(spool) ? content.runs() : List.of();
      }
      warn("there are no answers in it");
    } catch (JacksonException e) {
      warn(e.getOriginalMessage());
    }
    return List.of();
  }

  private void warn(String error) {
    LOG.atWarn()
        .addKeyValue("file", file)
        .addKeyValue("error", error)
        .log("not readable; lines that were answered behind the cursor are sent again");
  }

  /**
   * Notes the answers for the lines of a slice, instead of earlier ones.
   *
   * @param statuses one a line, {@link #STORED}, {@link #AGAIN}, {@link #EXPIRED} or that of a
   *     refusal
   */
  void add(Slice slice, List<Integer> statuses) throws IOException {
    List<Run> lines = new ArrayList<>();
    slice.forEach(
        (start, end) -> {
          int status = statuses.get(lines.size());
          lines.add(new Run(slice.from() + start, slice.from() + end + 1, status));
        });
    runs.stream()
        .filter(run -> run.to() > slice.to())
        .map(run -> new Run(Math.max(run.from(), slice.to()), run.to(), run.status()))
        .forEach(lines::add);
    replace(lines);
  }

  /** The refusals are not believed: those lines are sent again. */
  void doubt() {
    if (!runs.isEmpty()) {
      replace(runs.stream().map(run -> run.isRefusal() ? run.again() : run).toList());
    }
  }

  /** The answer for the line at an offset; empty when it is to be sent. */
  OptionalInt at(long offset) {
    return runs.stream()
        .filter(run -> run.from() <= offset && offset < run.to() && !run.isAgain())
        .mapToInt(Run::status)
        .findFirst();
  }

  /** Where lines with the same answer as the one at an offset, or with none like it, end. */
  long limit(long offset) {
    return runs.stream()
        .filter(run -> run.to() > offset)
        .mapToLong(run -> run.from() > offset ? run.from() : run.to())
        .findFirst()
        .orElse(Long.MAX_VALUE);
  }

  /** Forgets what is before the cursor. */
  void passed(long cursor) {
    if (runs.removeIf(run -> run.to() <= cursor) && runs.isEmpty()) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        LOG.atDebug().addKeyValue("file", file).log("not deleted; what it says is void");
      }
    }
  }

  private void replace(List<Run> lines) {
    runs.clear();
    for (Run line : lines) {
      int last = runs.size() - 1;
      Optional<Run> longer = last < 0 ? Optional.empty() : runs.get(last).with(line);
      if (longer.isPresent()) {
        runs.set(last, longer.get());
      } else {
        runs.add(line);
      }
    }
    try {
      write();
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("file", file)
          .addKeyValue("error", e.toString())
          .log("not written; if the router is killed now, lines may be sent twice");
    }
  }

  private void write() throws IOException {
    WholeFile.replace(file, JSON.writeValueAsBytes(new Content(spool, runs)));
  }
}
