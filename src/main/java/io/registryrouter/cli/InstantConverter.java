package io.registryrouter.cli;

import io.registryrouter.config.Units;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time on the command line: so long ago, the beginning of a day (UTC), or an instant. */
final class InstantConverter implements ITypeConverter<Instant> {

  @Override
  public Instant convert(String text) {
    try {
      Optional<Duration> ago = Units.duration(text);
      if (ago.isPresent()) {
        return Instant.now().minus(ago.get());
      }
      return text.length() == 10
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException | ArithmeticException e) {
      throw new TypeConversionException(
          "\"" + text + "\" is no time; write e.g. 24h, 2026-11-22 or 2026-11-22T10:00:00Z");
    }
  }
}
