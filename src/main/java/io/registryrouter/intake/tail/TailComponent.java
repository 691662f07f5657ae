package io.registryrouter.intake.tail;

import io.registryrouter.config.EventPath;
import io.registryrouter.intake.BatchSource;
import java.util.Map;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;

/** Camel's {@code tail:<path>}: the lines of the files that {@code router.intake.tail} names. */
public final class TailComponent extends DefaultComponent {

  private final TailIntake intake;

  public TailComponent(TailIntake intake) {
    this.intake = intake;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String label, Map<String, Object> parameters) {
    return new TailEndpoint(uri, this, intake, EventPath.parse(label));
  }

  private static final class TailEndpoint extends DefaultEndpoint implements BatchSource {

    private final TailIntake intake;
    private final EventPath path;

    TailEndpoint(String uri, TailComponent component, TailIntake intake, EventPath path) {
      super(uri, component);
      this.intake = intake;
      this.path = path;
    }

    @Override
    public EventPath eventPath() {
      return path;
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
      Consumer consumer = new TailConsumer(this, processor, intake.of(path), intake.gate());
      configureConsumer(consumer);
      return consumer;
    }

    @Override
    public Producer createProducer() {
      throw new UnsupportedOperationException("tail: is a source; nothing is sent to it");
    }
  }
}
