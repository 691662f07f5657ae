package io.registryrouter.check;

import io.registryrouter.config.RouteLines;
import java.net.URI;
import org.apache.camel.LineNumberAware;
import org.apache.camel.NamedNode;

/** Where what Camel made of a route file stands in it. */
final class NodePlaces {

  private final RouteLines lines;

  NodePlaces(RouteLines lines) {
    this.lines = lines;
  }

  /** Relative to the home. */
  String file(LineNumberAware node) {
    String location = String.valueOf(node.getLocation());
    return lines.relative(location.startsWith("file:") ? URI.create(location).getPath() : location);
  }

  /**
   * Camel's line of a mapping is that of its first key, counted from 0; the word for which it
   * stands may be some lines above.
   */
  int line(LineNumberAware mapping, String word) {
    return lines.lineAtOrAbove(file(mapping), mapping.getLineNumber() + 1, word);
  }

  /** {@code routes/40-route.camel.yaml:19}. */
  String where(NamedNode step) {
    String file = file(step);
    String word = step.getShortName() + ":";
    int line = step.getLineNumber();
    boolean text = // of which the line is counted from 1
        lines.line(file, line).matches("(?s).*\\b" + word + " +[^{ ].*");
    return file + ":" + (text ? line : line(step, word));
  }
}
