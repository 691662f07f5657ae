package io.registryrouter.deliver.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.deliver.format.EventFields.Field;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventFieldsTest {

  private static final Set<Field> ALL = EnumSet.allOf(Field.class);

  private static EventFields fields(String event, Set<Field> wanted) throws IOException {
    byte[] bytes = ("x" + event + "\n{").getBytes(StandardCharsets.UTF_8);
    return EventFields.of(bytes, 1, bytes.length - 2, wanted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "none",
      value = {
        // event | action, severity, eventTime, id, target name, domain
        "{} | none none none none none none",
        "{`action`:`a`,`severity`:`s`,`eventTime`:`t`,`id`:`i`,`target`:{`name`:`n`},`enrichment`:{`registryDomain`:`d`}} | a s t i n d",
        "{`payload`:{`action`:`a`,`id`:`i`,`target`:{`id`:{},`name`:`n`}},`severity`:`top`,`enrichment`:{`registryDomain`:`d`}} | a none none i n d",
        "{`id`:`top`,`payload`:{`action`:`a`}} | a none none top none none",
        "{`action`:`a`,`payload`:{`action`:`b`,`severity`:`s`}} | a none none none none none",
        "{`action`:1,`payload`:{`action`:`b`}} | b none none none none none",
        "{`action`:`a`,`action`:`b`,`action`:[],`payload`:{`action`:`c`}} | c none none none none none",
        "{`action`:`a`,`payload`:[{`action`:`b`}],`id`:[{`id`:`i`}]} | a none none none none none",
        "{`target`:{`name`:`n`},`target`:{}} | none none none none none none",
        "{`target`:{`name`:`n`,`name`:{`name`:`m`}}} | none none none none none none",
        "{`\\u0069d`:`\\u0069`,`target`:`n`} | none none none i none none",
        "{`payload`:{`action`:`a`,`enrichment`:{`registryDomain`:`wrong`}},`enrichment`:{`registryDomain`:`d`}} | a none none none none d",
      })
  void fieldsAreFoundWhereTheyCount(String event, String expected) throws Exception {
    EventFields fields = fields(event.replace('`', '"'), ALL);

    assertThat(Stream.of(Field.values()).map(fields::get).map(String::valueOf))
        .containsExactly(expected.replace("none", "null").split(" "));
  }

  @Test
  void whatIsNotWantedIsNotRead() throws Exception {
    EventFields fields = fields("{\"id\":\"i\",\"severity\":\"s\"}", Set.of(Field.SEVERITY));

    assertThat(fields.get(Field.ID)).isNull();
    assertThat(fields.get(Field.SEVERITY)).isEqualTo("s");
  }

  @Test
  void aWrappedEventIsKnownWhetherItsActionIsWantedOrNot() throws Exception {
    String flat = "{\"severity\":\"s\",\"action\":\"a\",\"payload\":{\"severity\":\"inside\"}}";
    String wrapped = "{\"severity\":\"s\",\"payload\":{\"severity\":\"inside\"}}";

    assertThat(fields(flat, Set.of(Field.SEVERITY)).get(Field.SEVERITY)).isEqualTo("s");
    assertThat(fields(wrapped, Set.of(Field.SEVERITY)).get(Field.SEVERITY)).isEqualTo("inside");
  }
}
