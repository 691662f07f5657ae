package io.registryrouter.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Draws the results of a run as SVG: rates beside each other, and how they scale. */
final class Chart {

  private static final int WIDTH = 760;
  private static final int BAR = 22;
  private static final int PLOT_WIDTH = 350;
  private static final int PLOT_HEIGHT = 150;
  private static final String STYLE =
      """
      <style>
        text { font: 12px system-ui, sans-serif; fill: #57606a }
        .head { font-weight: 600; font-size: 13px }
        .bar, .dot { fill: #2da44e } .other { fill: #afb8c1 }
        .line { fill: none; stroke: #2da44e; stroke-width: 2 }
        .axis { stroke: #d0d7de }
      </style>
      """;

  private final StringBuilder svg = new StringBuilder();
  private int y = 20;

  /**
   * @param results JSON as {@link Results} writes it
   */
  static void draw(Path results, Path svg) throws IOException {
    Files.writeString(svg, new Chart().draw(new ObjectMapper().readTree(results.toFile())));
  }

  private String draw(JsonNode results) {
    bars(results.path("figures"));
    List<Map.Entry<String, JsonNode>> plots = new ArrayList<>(results.path("plots").properties());
    for (int i = 0; i < plots.size(); i++) {
      int x = i % 2 * (WIDTH - PLOT_WIDTH);
      plot(plots.get(i).getKey(), plots.get(i).getValue(), x);
      if (i % 2 == 1 || i == plots.size() - 1) {
        y += PLOT_HEIGHT + 70;
      }
    }
    return String.format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\">%n",
            WIDTH, y, WIDTH)
        + STYLE
        + svg
        + "</svg>\n";
  }

  private void bars(JsonNode figures) {
    text(0, y, "head", "events/s");
    y += 10;
    double most = 0;
    for (JsonNode figure : figures) {
      most = isRate(figure) ? Math.max(most, figure.path("value").asDouble()) : most;
    }
    for (JsonNode figure : figures) {
      if (isRate(figure)) {
        double value = figure.path("value").asDouble();
        boolean own = figure.has("goal");
        rect(230, y, value / most * 430, own ? "bar" : "other");
        text(0, y + 15, "", figure.path("work").asText());
        text(236 + value / most * 430, y + 15, "", number(value));
        y += BAR + 6;
      }
    }
    y += 40;
  }

  private static boolean isRate(JsonNode figure) {
    return figure.path("what").asText().equals("rate");
  }

  private void plot(String title, JsonNode points, int left) {
    List<double[]> values = new ArrayList<>();
    String unit = "";
    for (JsonNode point : points) {
      Map.Entry<String, JsonNode> value =
          point.properties().stream().filter(e -> !e.getKey().equals("x")).findFirst().orElseThrow();
      unit = value.getKey();
      values.add(new double[] {point.path("x").asDouble(), value.getValue().asDouble()});
    }
    double first = Math.log(values.get(0)[0]);
    double last = Math.log(values.get(values.size() - 1)[0]);
    double most = values.stream().mapToDouble(value -> value[1]).max().orElse(1);
    int bottom = y + PLOT_HEIGHT;
    text(left, y - 6, "head", title + ", " + unit);
    line(left, bottom, left + PLOT_WIDTH, bottom);
    StringBuilder path = new StringBuilder();
    for (double[] value : values) {
      double x = left + 20 + (Math.log(value[0]) - first) / (last - first) * (PLOT_WIDTH - 50);
      double top = bottom - value[1] / most * (PLOT_HEIGHT - 30);
      path.append(path.isEmpty() ? "M" : "L").append(point(x, top));
      dot(x, top);
      text(x - 8, bottom + 16, "", number(value[0]));
      text(x - 8, top - 8, "", number(value[1]));
    }
    svg.append("<path class=\"line\" d=\"").append(path).append("\"/>\n");
  }

  private static String number(double value) {
    if (value >= 1e6) {
      return String.format(Locale.ROOT, "%.1fM", value / 1e6).replace(".0M", "M");
    }
    return value >= 10_000
        ? String.format(Locale.ROOT, "%.0fk", value / 1000)
        : String.format(Locale.ROOT, "%.0f", value);
  }

  private static String point(double x, double y) {
    return String.format(Locale.ROOT, "%.1f %.1f ", x, y);
  }

  private void text(double x, double y, String kind, String text) {
    svg.append(
        String.format(
            Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">%s</text>%n", x, y, kind, text));
  }

  private void rect(double x, double y, double width, String kind) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" class=\"%s\"/>%n",
            x,
            y,
            width,
            BAR,
            kind));
  }

  private void line(double x1, double y1, double x2, double y2) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<path class=\"axis\" d=\"M%.1f %.1fL%.1f %.1f\"/>%n",
            x1,
            y1,
            x2,
            y2));
  }

  private void dot(double x, double y) {
    svg.append(
        String.format(
            Locale.ROOT, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>%n", x, y));
  }
}
