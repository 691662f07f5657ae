package io.registryrouter;

import io.registryrouter.cli.RouterCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the program starts. */
public final class RouterMain {

  private RouterMain() {}

  public static void main(String[] args) {
    int code = RouterCommand.execute(args);
    if (System.out.checkError() && !isPipe()) {
      System.err.println(
          "router: what it prints cannot be written, a part of it is lost; is the disk full?");
      code = code == 0 ? 1 : code;
    }
    System.exit(code);
  }

  /** Of a pipe the reader has closed it: it has seen enough. Linux says what it is. */
  private static boolean isPipe() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString().startsWith("pipe:");
    } catch (IOException e) {
      return false;
    }
  }
}
