package io.registryrouter.intake.cut;

/** How events follow one another in a source. */
public enum Framing {
  /** One event a line. */
  LINES,
  /** The elements of one JSON array. */
  ARRAY,
  /** One JSON object over several lines. */
  OBJECT,
  /** Not known: the first bytes tell. */
  DETECT
}
