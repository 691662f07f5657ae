package io.registryrouter.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class JsonLineTest {

  private final LoggingEvent event =
      new LoggingEvent(
          "",
          new LoggerContext().getLogger("io.registryrouter.Router"),
          Level.INFO,
          "ready",
          null,
          null);

  @Test
  void aLineIsAnObjectWithEachKeyAsAMember() {
    event.setInstant(Instant.parse("2026-11-22T10:00:00.123456Z"));
    event.setThreadName("main");
    event.addKeyValuePair(new KeyValuePair("http", "127.0.0.1:8080"));
    event.addKeyValuePair(new KeyValuePair("inSpoolAtStart", 7L));
    event.addKeyValuePair(new KeyValuePair("drained", true));
    event.addKeyValuePair(new KeyValuePair("dataDir", Path.of("/data")));
    event.addKeyValuePair(new KeyValuePair("why", "a \"quote\",\r\na line\u0000"));
    event.addKeyValuePair(new KeyValuePair("nothing", null));

    assertThat(new JsonLine().doLayout(event))
        .isEqualTo(
            "{\"time\":\"2026-11-22T10:00:00.123456Z\",\"level\":\"INFO\","
                + "\"logger\":\"io.registryrouter.Router\",\"thread\":\"main\",\"message\":\"ready\","
                + "\"http\":\"127.0.0.1:8080\",\"inSpoolAtStart\":7,\"drained\":true,"
                + "\"dataDir\":\"/data\",\"why\":\"a \\\"quote\\\",\\r\\na line\\u0000\","
                + "\"nothing\":\"null\"}\n");
  }

  @Test
  void aStackTraceIsInTheSameLine() throws Exception {
    event.setInstant(Instant.EPOCH);
    event.setThreadName("main");
    event.setThrowableProxy(new ThrowableProxy(new IllegalStateException("because")));

    String line = new JsonLine().doLayout(event);

    JsonNode json = new ObjectMapper().readTree(line);
    assertThat(line.lines()).hasSize(1);
    assertThat(json.get("stackTrace").asText())
        .startsWith("java.lang.IllegalStateException: because" + System.lineSeparator())
        .contains("at io.registryrouter.observe.JsonLineTest.");
  }
}
