package io.registryrouter.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.apache.camel.CamelContext;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() throws IOException {
    Properties build = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("/build.properties")) {
      build.load(in);
    }
    return new String[] {
      "Registry Event Router " + build.getProperty("version"),
      "Apache Camel " + CamelContext.class.getPackage().getImplementationVersion(),
      "Java " + Runtime.version()
    };
  }
}
