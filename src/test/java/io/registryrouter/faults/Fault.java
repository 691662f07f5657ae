package io.registryrouter.faults;

/** What a receiver does with one request. */
enum Fault {
  NONE(200),
  /** Reads the body in small pieces with pauses, then takes it. */
  SLOW_READ(200),
  /** Reads the request and never answers; ends when the client gives up. */
  HANG(0),
  /** Reads a part of the body, then resets the connection. */
  RESET_IN_BODY(0),
  /** Keeps the events and closes the connection without an answer, so that a repeat is needed. */
  BREAK_AFTER_STORING(0),
  /** Closes the listening socket and all connections, and opens it again after a while. */
  REFUSE(0),
  /** Takes the next connections only to close them. */
  ACCEPT_AND_CLOSE(0),
  SERVER_ERROR(500),
  UNAVAILABLE(503),
  UNAVAILABLE_TRY_AT_ONCE(503, "0"),
  UNAVAILABLE_TRY_LATER(503, "1"),
  TOO_MANY_TRY_AT_ONCE(429, "0"),
  UNAUTHORIZED(401),
  NOT_FOUND(404);

  private final int status;
  private final String retryAfter;

  Fault(int status) {
    this(status, null);
  }

  Fault(int status, String retryAfter) {
    this.status = status;
    this.retryAfter = retryAfter;
  }

  int status() {
    return status;
  }

  /** The header line to add to the answer, or nothing. */
  String retryAfterHeader() {
    return retryAfter == null ? "" : "Retry-After: " + retryAfter + "\r\n";
  }

  boolean isRefusalByStatus() {
    return status >= 400;
  }
}
