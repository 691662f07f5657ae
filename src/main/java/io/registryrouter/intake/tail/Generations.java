package io.registryrouter.intake.tail;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names that rotation gives: of {@code app.log} these are {@code app.log.1}, {@code
 * app.log-20260131}, {@code app-2026-01-31.log}, {@code app.1.log} and the like.
 */
final class Generations {

  private static final Pattern MARK = Pattern.compile("[._-](\\d[\\d_T:.-]*)");

  private static final Pattern DATE = Pattern.compile("(\\d{6,}|\\d{4}[_.-]\\d\\d)[\\d_T:.-]*");
  private static final Pattern NUMBER = Pattern.compile("\\d[\\d_T:.-]*");

  private static final Pattern MARK_OF_KIND = Pattern.compile("([._-]<(date|number)>)?");

  private static final Pattern NUMBERED = Pattern.compile("(.*)\\.(\\d{1,5})", Pattern.DOTALL);

  /** Those last written first come first; written at the same moment, the higher number does. */
  static final Comparator<Seen> OLDEST_FIRST =
      Comparator.comparing(Seen::modified).thenComparing(Generations::byNumber);

  private Generations() {}

  static boolean isOne(String name, String live) {
    return MARK.matcher(behind(name, live)).matches();
  }

  /**
   * Whether a name is one of those that rotation gives to a file whose last generation is called
   * {@code last} by now: with a mark of the same kind at the same place.
   */
  static boolean isOne(String name, String live, String last) {
    return isOne(name, live) && (!isOne(last, live) || isSameKind(name, last));
  }

  /** Whether two names differ in nothing but their dates and numbers. */
  static boolean isSameKind(String one, String other) {
    return kind(one).equals(kind(other));
  }

  /**
   * Whether a name, or the one that it had before it was rotated, is of the same kind as another.
   */
  static boolean isOfKind(String name, String live) {
    String kind = kind(name);
    return kind.startsWith(kind(live))
        && MARK_OF_KIND.matcher(kind.substring(kind(live).length())).matches();
  }

  private static String kind(String name) {
    String dated = DATE.matcher(name).replaceAll("<date>");
    return NUMBER.matcher(dated).replaceAll("<number>");
  }

  /** Whether a name is that of the live file and a mark behind it, as a copy of it is called. */
  static boolean isCopy(String name, String live) {
    return name.startsWith(live) && isOne(name, live);
  }

  /** What stands in a name besides that of the live file; empty when it is another's. */
  private static String behind(String name, String live) {
    int dot = live.lastIndexOf('.') < 0 ? live.length() : live.lastIndexOf('.');
    String stem = live.substring(0, dot);
    String extension = live.substring(dot);
    if (name.startsWith(live)) {
      return name.substring(live.length());
    }
    boolean between =
        name.startsWith(stem)
            && name.endsWith(extension)
            && name.length() >= stem.length() + extension.length();
    return between ? name.substring(stem.length(), name.length() - extension.length()) : "";
  }

  /** {@code app.log.2} before {@code app.log.1} before {@code app.log}. */
  private static int byNumber(Seen a, Seen b) {
    int stems = stem(a).compareTo(stem(b));
    return stems == 0 ? Integer.compare(number(b), number(a)) : stems;
  }

  private static String stem(Seen file) {
    Matcher numbered = NUMBERED.matcher(file.real().toString());
    return numbered.matches() ? numbered.group(1) : file.real().toString();
  }

  private static int number(Seen file) {
    Matcher numbered = NUMBERED.matcher(file.real().toString());
    return numbered.matches() ? Integer.parseInt(numbered.group(2)) : -1;
  }
}
