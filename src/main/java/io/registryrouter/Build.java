package io.registryrouter;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.apache.camel.CamelContext;

/** Which versions run. */
public final class Build {

  private Build() {}

  public static String router() {
    Properties build = new Properties();
    try (InputStream in = Build.class.getResourceAsStream("/build.properties")) {
      build.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return build.getProperty("version");
  }

  public static String camel() {
    return CamelContext.class.getPackage().getImplementationVersion();
  }
}
