package io.registryrouter.cli;

import io.registryrouter.Build;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {
      "Registry Event Router " + Build.router(),
      "Apache Camel " + Build.camel(),
      "Java " + Runtime.version()
    };
  }
}
