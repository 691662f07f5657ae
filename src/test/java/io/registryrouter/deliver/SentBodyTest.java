package io.registryrouter.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import org.apache.hc.core5.http.io.entity.HttpEntities;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where events may be sent, by the url of their destination and by what the client was told. */
class SentBodyTest {

  @ParameterizedTest
  @CsvSource({
    "http://logs.example/in?tenant=7, http://logs.example:80/in",
    "https://logs.example:443, https://logs.example/",
    "http://LOGS.example, http://logs.Example/x",
    "http://[::1]:8088/in, http://[::1]:8088/in",
    "http://[fe80::1%1]/in, http://[fe80::1%251]/in",
    "http://127.0.0.1:8088/in, http://127.0.0.1:8088/other"
  })
  void itsOwnHostIsTheTarget(String target, String at) throws IOException {
    SentBody events = new SentBody(HttpEntities.create("{}"), uri(target));

    events.rehearse(uri(at), "POST", 204);

    assertThat(events.stray(204)).isEmpty();
  }

  private static URI uri(String text) {
    return URI.create(text.replace("%1]", "%251]"));
  }

  @ParameterizedTest
  @CsvSource({
    "http://logs.example, http://logs.example:8088, http://logs.example:8088",
    "http://logs.example, https://logs.example, https://logs.example",
    "https://logs.example, http://eu-de, http://eu-de",
    "http://[::1]:80, http://[::2], http://[::2]"
  })
  void anotherHostIsNot(String target, String at, String shown) {
    SentBody events = new SentBody(HttpEntities.create("{}"), URI.create(target));

    assertThatThrownBy(() -> events.rehearse(URI.create(at), "POST", 204))
        .hasMessage(
            "the route sends its events to "
                + shown
                + ", not to "
                + target
                + ": nothing between `request` and `to: http:…` removes or replaces the header"
                + " CamelHttpUri, or all headers");
    assertThat(events.stray(204)).isPresent();
  }
}
