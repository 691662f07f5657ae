package io.registryrouter.cli;

import io.registryrouter.deadletter.DeadLetterArchive;
import io.registryrouter.deadletter.StoredDeadLetter;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Dead letters, a row each; only the last column, the detail, is cut to the terminal's width. They
 * may be more than memory has room for, so that they are looked through twice.
 */
final class DeadLetterTable {

  private static final List<String> HEAD =
      List.of("id", "at", "reason", "path", "destination", "source", "replayed", "detail");
  private static final int DETAIL = HEAD.size() - 1;
  private static final int MIN_DETAIL = 40;
  private static final int WIDE = 200;

  private final int width;
  private final int[] widths = new int[DETAIL];
  private boolean empty = true;

  /** Shows dead letters, the same ones each time and perhaps some more behind them. */
  @FunctionalInterface
  interface Letters {
    void each(DeadLetterArchive.Visitor visitor) throws IOException;
  }

  /**
   * @param width columns of the terminal; the detail has 40 or more whatever it is
   */
  DeadLetterTable(int width) {
    this.width = width;
    measure(HEAD);
  }

  /** As the shell tells it ({@code export COLUMNS}), else wide. */
  static int terminalWidth() {
    String columns = System.getenv("COLUMNS");
    return columns != null && columns.matches("[1-9]\\d{1,3}") ? Integer.parseInt(columns) : WIDE;
  }

  /** False, and nothing is printed, when there are none. */
  boolean print(Letters letters, PrintWriter out) throws IOException {
    letters.each(
        deadLetter -> {
          empty = false;
          measure(row(deadLetter));
        });
    if (!empty) {
      print(HEAD, out);
      letters.each(deadLetter -> print(row(deadLetter), out));
    }
    return !empty;
  }

  private static List<String> row(StoredDeadLetter deadLetter) {
    StoredDeadLetter.Fields fields = deadLetter.fields();
    return List.of(
        deadLetter.id().toString(),
        fields.at().truncatedTo(ChronoUnit.SECONDS).toString(),
        PlainText.of(fields.reason()),
        fields.path().label(),
        fields.destination().isEmpty() ? "-" : PlainText.of(fields.destination()),
        PlainText.of(fields.source()),
        deadLetter.replayed() ? "yes" : "no",
        PlainText.of(fields.detail()));
  }

  private void measure(List<String> row) {
    for (int column = 0; column < DETAIL; column++) {
      widths[column] = Math.max(widths[column], row.get(column).length());
    }
  }

  private void print(List<String> row, PrintWriter out) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < DETAIL; column++) {
      String cell = row.get(column);
      line.append(cell).append(" ".repeat(Math.max(0, widths[column] - cell.length()) + 2));
    }
    int used = IntStream.of(widths).map(columnWidth -> columnWidth + 2).sum();
    out.println(line.append(cut(row.get(DETAIL), Math.max(MIN_DETAIL, width - used))));
  }

  private static String cut(String text, int length) {
    if (text.codePointCount(0, text.length()) <= length) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, length - 1)) + "…";
  }
}
