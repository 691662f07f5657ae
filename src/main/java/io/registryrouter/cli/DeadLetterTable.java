package io.registryrouter.cli;

import io.registryrouter.deadletter.StoredDeadLetter;
import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Dead letters, a row each; only the last column, the detail, is cut to the terminal's width. */
final class DeadLetterTable {

  private static final List<String> HEAD =
      List.of("id", "at", "reason", "path", "destination", "source", "replayed", "detail");
  private static final int DETAIL = HEAD.size() - 1;
  private static final int MIN_DETAIL = 40;
  private static final int WIDE = 200;

  private final int width;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param width columns of the terminal; the detail has 40 or more whatever it is
   */
  DeadLetterTable(int width) {
    this.width = width;
    rows.add(HEAD);
  }

  /** As the shell tells it ({@code export COLUMNS}), else wide. */
  static int terminalWidth() {
    String columns = System.getenv("COLUMNS");
    return columns != null && columns.matches("[1-9]\\d{1,3}") ? Integer.parseInt(columns) : WIDE;
  }

  void add(StoredDeadLetter deadLetter) {
    StoredDeadLetter.Fields fields = deadLetter.fields();
    rows.add(
        List.of(
            deadLetter.id().toString(),
            fields.at().truncatedTo(ChronoUnit.SECONDS).toString(),
            plain(fields.reason()),
            fields.path().label(),
            fields.destination().isEmpty() ? "-" : plain(fields.destination()),
            plain(fields.source()),
            deadLetter.replayed() ? "yes" : "no",
            plain(fields.detail())));
  }

  boolean isEmpty() {
    return rows.size() == 1;
  }

  void print(PrintWriter out) {
    int[] widths = widths();
    int used = 0;
    for (int columnWidth : widths) {
      used += columnWidth + 2;
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < DETAIL; column++) {
        String cell = row.get(column);
        line.append(cell).append(" ".repeat(widths[column] - cell.length() + 2));
      }
      out.println(line.append(cut(row.get(DETAIL), Math.max(MIN_DETAIL, width - used))));
    }
  }

  private int[] widths() {
    int[] widths = new int[DETAIL];
    for (List<String> row : rows) {
      for (int column = 0; column < DETAIL; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    return widths;
  }

  private static String cut(String text, int length) {
    if (text.codePointCount(0, text.length()) <= length) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, length - 1)) + "…";
  }

  /** A detail may quote an event, which must not move the cursor or colour the terminal. */
  private static String plain(String text) {
    return text.replaceAll("\\p{Cntrl}", "\ufffd");
  }
}
