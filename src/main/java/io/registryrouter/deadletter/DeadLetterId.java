package io.registryrouter.deadletter;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a dead letter stands: {@code <yyyy-mm-dd>:<line>}.
 *
 * @param line in the file of that day, from 1
 */
public record DeadLetterId(LocalDate day, int line) {

  private static final Pattern FORM = Pattern.compile("(\\d{4}-\\d\\d-\\d\\d):([1-9]\\d{0,8})");

  /** Empty when the text does not look like an id. */
  public static Optional<DeadLetterId> of(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      LocalDate day = LocalDate.parse(matcher.group(1));
      return Optional.of(new DeadLetterId(day, Integer.parseInt(matcher.group(2))));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return day + ":" + line;
  }
}
