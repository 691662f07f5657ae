package io.registryrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class PlainTextTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void whatCannotBeSeenIsMarkedAndTheRestStaysInOneLine() {
    assertThat(PlainText.of("a\u001b[2Jb\u009bc\u202ed\u2028e\r\n\tf\ud83d \u00fc\ud83d\ude00"))
        .isEqualTo("a\ufffd[2Jb\ufffdc\ufffdd\ufffde   f\ufffd \u00fc\ud83d\ude00");
  }

  @Test
  void jsonMeansTheSame() throws JsonProcessingException {
    String text =
        "\u007f\u009b \\ \u202e\u2028\u2029 \ud83d x \udc00 \ud83d\ude00\u200d \ud83d\udc69 \udb40\udc41";
    String json =
        "{\t" + JSON.writeValueAsString("key") + ": " + JSON.writeValueAsString(text) + "}\n";

    String plain = PlainText.ofJson(json);

    assertThat(plain)
        .isEqualTo(
            "{\t\"key\": \"\\u007F\\u009B \\\\ \\u202E\\u2028\\u2029 \\uD83D x \\uDC00"
                + " \ud83d\ude00\\u200D \ud83d\udc69 \\uDB40\\uDC41\"}\n");
    assertThat(JSON.readTree(plain).get("key").textValue()).isEqualTo(text);
  }
}
