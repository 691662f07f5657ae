package io.registryrouter.deadletter;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The dead letters on disk, to be looked through; also while a router writes more. */
public final class DeadLetterArchive {

  private final Path directory;
  private final Consumer<String> warnings;

  /**
   * @param directory {@code <data-dir>/dead-letter}
   * @param warnings told of each line that is no dead letter
   */
  public DeadLetterArchive(Path directory, Consumer<String> warnings) {
    this.directory = directory;
    this.warnings = warnings;
  }

  /** Takes dead letters one by one, so that they need not be in memory together. */
  @FunctionalInterface
  public interface Visitor {
    void accept(StoredDeadLetter deadLetter) throws IOException;
  }

  /** Shows those that are meant, oldest first. */
  public void find(DeadLetterSelection selection, Visitor visitor) throws IOException {
    for (DeadLetterDay day : days(selection)) {
      find(day, selection, visitor);
    }
  }

  /** The days that can have any, as far as they are written now. */
  List<DeadLetterDay> days(DeadLetterSelection selection) throws IOException {
    return DeadLetterDay.all(directory).stream()
        .filter(day -> day.size() > 0 && selection.includes(day.day()))
        .toList();
  }

  void find(DeadLetterDay day, DeadLetterSelection selection, Visitor visitor) throws IOException {
    ReplayMarks marks = ReplayMarks.read(day.marks());
    day.lines(
        (number, line) -> {
          DeadLetterId id = new DeadLetterId(day.day(), number);
          if (selection.includes(id)) {
            StoredDeadLetter.Fields fields = parse(day, number, line);
            if (fields != null && selection.includes(fields)) {
              boolean replayed = marks.contain(id, StoredDeadLetter.checksum(line));
              visitor.accept(new StoredDeadLetter(id, line, replayed, fields));
            }
          }
        });
  }

  private StoredDeadLetter.Fields parse(DeadLetterDay day, int number, byte[] line) {
    try {
      return StoredLine.parse(line);
    } catch (IOException e) {
      String why = e.getMessage().lines().findFirst().orElse("");
      warnings.accept(
          String.format("%s:%d: is no dead letter and left out: %s", day.file(), number, why));
      return null;
    }
  }

  /** The ids that stand for nothing. */
  public List<DeadLetterId> unknown(Collection<DeadLetterId> ids) throws IOException {
    Map<LocalDate, Integer> counts = new HashMap<>();
    List<DeadLetterId> unknown = new ArrayList<>();
    for (DeadLetterId id : ids) {
      if (!counts.containsKey(id.day())) {
        counts.put(id.day(), DeadLetterDay.of(directory, id.day()).count());
      }
      if (id.line() > counts.get(id.day())) {
        unknown.add(id);
      }
    }
    return unknown;
  }
}
