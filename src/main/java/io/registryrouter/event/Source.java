package io.registryrouter.event;

/**
 * Where events came from.
 *
 * @param kind how they came
 * @param name file name relative to the inbox or as given, or the peer's address
 * @param reading random id of one taking of a file, the same after a restart in the middle of it;
 *     empty where nothing is taken up again
 */
public record Source(Kind kind, String name, String reading) {

  public Source(Kind kind, String name) {
    this(kind, name, "");
  }

  /** The kinds of sources; the label is also the metric's label. */
  public enum Kind {
    FILE("file"),
    HTTP("http");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }
}
