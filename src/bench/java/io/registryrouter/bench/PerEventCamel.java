package io.registryrouter.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.registryrouter.config.RouterConfig;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;

/**
 * Camel's idiom, to compare with: one exchange per event, unmarshalled with camel-jackson, a {@code
 * choice} over its domain, one POST each. Nothing is kept on disk.
 */
final class PerEventCamel {

  private PerEventCamel() {}

  /**
   * @param args the directory to take files from, the receiver's address, the router's checkout
   */
  public static void main(String[] args) throws Exception {
    String receiver = args[1];
    RouterConfig config = RouterConfig.load(Path.of(args[2]), Map.of(), Map.of());
    Main main = new Main();
    main.configure().withJmxEnabled(false).withStreamCachingEnabled(false);
    main.configure()
        .addLambdaRouteBuilder(
            routes -> {
              routes
                  .from("file:" + args[0] + "?initialDelay=0&delay=20&readLock=none&delete=true")
                  .split(routes.body().tokenize("\n"))
                  .streaming()
                  .stopOnException()
                  .to("direct:event");
              choice(routes, receiver, config);
            });
    main.run();
  }

  private static void choice(RouteBuilder routes, String receiver, RouterConfig config) {
    String options =
        "?httpMethod=POST&throwExceptionOnFailure=true&connectTimeout=30000&responseTimeout=30000";
    routes
        .from("direct:event")
        .unmarshal()
        .json(JsonNode.class)
        .process(exchange -> enrich(exchange, config))
        .marshal()
        .json()
        .removeHeaders("*", "domain")
        .choice()
        .when(routes.header("domain").isEqualTo("us.icr.io"))
        .to(receiver + "us-south" + options)
        .when(routes.header("domain").isEqualTo("de.icr.io"))
        .to(receiver + "eu-de" + options)
        .when(routes.header("domain").isEqualTo("uk.icr.io"))
        .to(receiver + "eu-gb" + options)
        .when(routes.header("domain").isEqualTo("jp.icr.io"))
        .to(receiver + "jp-tok" + options)
        .end();
  }

  private static void enrich(Exchange exchange, RouterConfig config) {
    ObjectNode event = exchange.getMessage().getBody(ObjectNode.class);
    String name = event.path("target").path("name").asText();
    String domain = name.substring(0, name.indexOf('/'));
    ObjectNode enrichment = event.putObject("enrichment");
    config
        .actions()
        .find(event.path("action").asText())
        .ifPresent(action -> enrichment.put("actionDescription", action.description()));
    config
        .registries()
        .byHost(domain)
        .ifPresent(registry -> enrichment.put("registryRegion", registry.region()));
    enrichment.put("registryDomain", domain);
    exchange.getMessage().setHeader("domain", domain);
  }
}
