package io.registryrouter.intake.http;

/**
 * A request that is not accepted; shown to the client as {@code application/problem+json} (RFC
 * 9457). Carries no stack trace.
 */
public final class HttpProblem extends Exception {

  private static final long serialVersionUID = 1L;

  private final int status;

  public HttpProblem(int status, String detail) {
    super(detail, null, false, false);
    this.status = status;
  }

  public int status() {
    return status;
  }
}
