package io.registryrouter.disk;

import static java.util.Locale.ROOT;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;

/** What an operator is told of what a disk refused. */
public final class DiskFailure {

  private DiskFailure() {}

  /** The message of many failures of files is the file's name and no more. */
  public static String say(IOException failure) {
    if (!(failure instanceof FileSystemException file) || file.getReason() != null) {
      return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
    if (file instanceof AccessDeniedException) {
      return file.getFile()
          + ": this user may not read or write it; chmod or chown it, or set router.data-dir to"
          + " another directory";
    }
    String what = file.getClass().getSimpleName().replaceFirst("Exception$", "");
    return file.getFile() + ": " + what.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(ROOT);
  }
}
