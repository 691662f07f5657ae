package io.registryrouter.flow;

import java.util.Map;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.component.direct.DirectEndpoint;
import org.apache.camel.component.direct.DirectProducer;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.util.StringHelper;

/**
 * Camel's {@code direct:}, for routes that are exchanged while batches wait: whoever sends looks,
 * with each batch, for the route that is there now. Camel's producer keeps what it found, and
 * learns of an exchange in two steps: it notes that there was one, and then looks. A second thread
 * in between gives its batch to the route that was taken out, which rejects it.
 */
final class DirectRoutes extends DirectComponent {

  @Override
  protected Endpoint createEndpoint(String uri, String name, Map<String, Object> parameters)
      throws Exception {
    String key = StringHelper.before(uri, "?", uri);
    DirectEndpoint endpoint =
        new DirectEndpoint(uri, this) {
          @Override
          public Producer createProducer() {
            return new LookingAnew(this, key);
          }
        };
    setProperties(endpoint, parameters);
    return endpoint;
  }

  private static final class LookingAnew extends DefaultAsyncProducer {

    private final DirectEndpoint endpoint;
    private final String key;

    LookingAnew(DirectEndpoint endpoint, String key) {
      super(endpoint);
      this.endpoint = endpoint;
      this.key = key;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
      return new DirectProducer(endpoint, key).process(exchange, callback);
    }
  }
}
