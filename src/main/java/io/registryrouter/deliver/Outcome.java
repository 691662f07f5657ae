package io.registryrouter.deliver;

/** What became of an attempt to deliver a slice; the body that a delivery route ends with. */
public sealed interface Outcome {

  /** The destination has it. */
  record Delivered() implements Outcome {}

  /**
   * It stays in the spool and is tried again.
   *
   * @param why for people
   */
  record Retry(String why) implements Outcome {}
}
