package io.registryrouter.cli;

import io.registryrouter.config.EventPath;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code --path}. */
final class PathOption {

  @Option(
      names = "--path",
      paramLabel = "PATH",
      converter = Converter.class,
      description =
          "The path the events come by, activity-tracker or access-trail (default: a parent"
              + " directory of that name, else activity-tracker).")
  private EventPath path;

  Optional<EventPath> path() {
    return Optional.ofNullable(path);
  }

  /** By label, as everywhere else. */
  static final class Converter implements ITypeConverter<EventPath> {

    @Override
    public EventPath convert(String label) {
      try {
        return EventPath.parse(label);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
