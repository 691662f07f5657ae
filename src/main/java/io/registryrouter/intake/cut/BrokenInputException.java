package io.registryrouter.intake.cut;

import java.io.IOException;

/** The input itself is damaged (compression or array syntax); reading it again would not help. */
public final class BrokenInputException extends IOException {

  private static final long serialVersionUID = 1L;

  BrokenInputException(String message) {
    super(message);
  }

  BrokenInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
