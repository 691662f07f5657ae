package io.registryrouter.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import io.registryrouter.Router;
import io.registryrouter.config.LogSettings;
import io.registryrouter.config.LogSettings.Format;
import io.registryrouter.config.LogSettings.Stage;
import io.registryrouter.deadletter.DeadLetters;
import io.registryrouter.deliver.SpoolComponent;
import io.registryrouter.intake.tail.TailComponent;
import io.registryrouter.spool.Spools;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

class LogsTest {

  private static String line(Throwable thrown) {
    LoggingEvent event = new LoggingEvent();
    event.setInstant(Instant.parse("2026-01-31T12:00:00Z"));
    event.setLevel(Level.WARN);
    event.setLoggerName("io.registryrouter.Somebody");
    event.setMessage("not taken");
    event.setKeyValuePairs(
        List.of(new KeyValuePair("file", "a\u001b[2Jb\u009bc\r\nd\u2028e\u202ef\u00fc")));
    if (thrown != null) {
      event.setThrowableProxy(new ThrowableProxy(thrown));
    }
    return Logs.text(new LoggerContext()).doLayout(event);
  }

  @Test
  void whatStandsInAValueBeginsNoLineAndSteersNoTerminal() {
    assertThat(line(null))
        .isEqualTo(
            "2026-01-31T12:00:00.000Z WARN  Somebody - not taken file=\"a [2Jb c d e f\u00fc\"\n");
  }

  static List<Arguments> stages() {
    return List.of(
        Arguments.of(Stage.INTAKE, TailComponent.class),
        Arguments.of(Stage.SPOOL, Spools.class),
        Arguments.of(Stage.DELIVER, SpoolComponent.class),
        Arguments.of(Stage.DEAD_LETTER, DeadLetters.class));
  }

  @ParameterizedTest
  @MethodSource("stages")
  void theLevelOfAStageIsThatOfItsPackageAlone(Stage stage, Class<?> ofStage) {
    LogSettings.Level usual = LogSettings.Level.INFO;
    try {
      Logs.apply(new LogSettings(Format.TEXT, usual, Map.of(stage, LogSettings.Level.DEBUG)));

      assertThat(stages())
          .allSatisfy(
              other -> {
                Class<?> each = (Class<?>) other.get()[1];
                assertThat(LoggerFactory.getLogger(each).isDebugEnabled())
                    .as(each.getName())
                    .isEqualTo(each == ofStage);
              });
      assertThat(LoggerFactory.getLogger(Router.class).isDebugEnabled()).isFalse();
    } finally {
      Logs.apply(new LogSettings(Format.TEXT, usual, Map.of()));
    }
  }

  @Test
  void whatAnExceptionSaysSteersNoTerminalEither() {
    assertThat(line(new IOException("x\u001b[2Jy")).lines().skip(1))
        .startsWith("java.io.IOException: x [2Jy")
        .element(1)
        .asString()
        .startsWith("\tat ");
  }
}
