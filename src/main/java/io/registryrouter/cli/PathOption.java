package io.registryrouter.cli;

import io.registryrouter.cli.EventFiles.EventFile;
import io.registryrouter.config.EventPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code --path}, and the files that it is said of. */
final class PathOption {

  @Option(
      names = "--path",
      paramLabel = "PATH",
      converter = Converter.class,
      description =
          "The path the events come by, activity-tracker or access-trail (default: a parent"
              + " directory of that name, else activity-tracker).")
  private EventPath path;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  Optional<EventPath> path() {
    return Optional.ofNullable(path);
  }

  /** What these name, each with its path; one that is no file or directory is wrong usage. */
  List<EventFile> files(List<Path> arguments) {
    try {
      return EventFiles.find(arguments, path());
    } catch (IOException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
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
