package io.registryrouter;

import io.registryrouter.cli.RouterCommand;

/** Where the program starts. */
public final class RouterMain {

  private RouterMain() {}

  public static void main(String[] args) {
    System.exit(RouterCommand.execute(args));
  }
}
