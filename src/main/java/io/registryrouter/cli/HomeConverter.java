package io.registryrouter.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A directory with {@code config/} or {@code routes/} in it: what the other lacks is said then. */
final class HomeConverter implements ITypeConverter<Path> {

  @Override
  public Path convert(String name) {
    Path home = Path.of(name);
    if (!Files.isDirectory(home.resolve("config")) && !Files.isDirectory(home.resolve("routes"))) {
      throw new TypeConversionException(
          "\""
              + name
              + "\" is no home of a router; name a directory with config/ and routes/ in it");
    }
    return home;
  }
}
