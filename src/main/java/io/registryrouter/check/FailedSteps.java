package io.registryrouter.check;

import io.registryrouter.config.RouteLines;
import io.registryrouter.deliver.Outcome;
import io.registryrouter.deliver.SentBody;
import io.registryrouter.enrich.EnrichedBatch;
import io.registryrouter.event.EventBatch;
import io.registryrouter.event.RawBatch;
import io.registryrouter.route.Group;
import io.registryrouter.spool.Slice;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.NoTypeConversionAvailableException;
import org.apache.camel.Processor;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.apache.commons.lang3.exception.ExceptionUtils;

/**
 * Watches exchanges on their way through the routes and knows of each failure the step it came
 * from, and what a person can do about it. Thread-safe.
 */
final class FailedSteps implements InterceptStrategy {

  private static final Set<String> PREPARE = Set.of("decode", "enrich", "group");

  /** Steps that work on the body and on nothing else. */
  private static final Set<String> OF_THE_BODY =
      Set.of("convertBodyTo", "marshal", "sort", "unmarshal");

  private static final String OWN_TYPES = "io.registryrouter.";

  private final NodePlaces places;
  private final Map<Throwable, Failed> failures =
      Collections.synchronizedMap(new IdentityHashMap<>());

  private record Failed(NamedNode step, Object body) {

    String name() {
      return step instanceof ProcessDefinition process ? process.getRef() : step.getShortName();
    }
  }

  FailedSteps(RouteLines lines) {
    this.places = new NodePlaces(lines);
  }

  /** What failed before is of no interest any more. */
  void forget() {
    failures.clear();
  }

  /** Where and why it failed; the place is unknown when it was in no step. */
  Rehearsal.Failure of(Throwable failure) {
    List<Throwable> chain = ExceptionUtils.getThrowableList(failure);
    Optional<Failed> failed = // the innermost: steps around it wrap what it threw, and fail as well
        chain.stream().flatMap(cause -> Stream.ofNullable(failures.get(cause))).reduce((a, b) -> b);
    String text = text(chain);
    return new Rehearsal.Failure(
        failed.map(step -> places.where(step.step())),
        failed.map(step -> message(step, chain, text)).orElse(text),
        failed.map(step -> isAlways(step, chain)).orElse(true));
  }

  private static boolean isAlways(Failed failed, List<Throwable> chain) {
    return failed.step() instanceof ProcessDefinition
        || (isOfTheBody(failed, chain) && own(failed.body()).isPresent())
        || chain.stream().anyMatch(SentBody.AstrayException.class::isInstance);
  }

  private static boolean isOfTheBody(Failed failed, List<Throwable> chain) {
    return OF_THE_BODY.contains(failed.name())
        || chain.stream()
            .anyMatch(
                e ->
                    e instanceof NoTypeConversionAvailableException
                        || String.valueOf(e.getMessage()).contains(OWN_TYPES));
  }

  @Override
  public Processor wrapProcessorInInterceptors(
      CamelContext context, NamedNode node, Processor target, Processor next) {
    return new DelegateAsyncProcessor(target) {
      @Override
      public boolean process(Exchange exchange, AsyncCallback callback) {
        return super.process(
            exchange,
            doneSync -> {
              note(node, exchange);
              callback.done(doneSync);
            });
      }
    };
  }

  /** Steps within steps are done first, so that the first to be noted is the innermost. */
  private void note(NamedNode node, Exchange exchange) {
    if (exchange.getException() != null) {
      failures.putIfAbsent(
          exchange.getException(), new Failed(node, exchange.getMessage().getBody()));
    }
  }

  /** The innermost that says something: Camel's own wrap it, and print whole exchanges. */
  private static String text(List<Throwable> chain) {
    String text = String.valueOf(chain.get(0).getMessage());
    for (Throwable cause : chain) {
      if (cause.getMessage() == null) {
        break;
      }
      text = cause.getMessage();
    }
    return text.replaceAll("@[0-9a-f]{4,}\\b", "").replaceAll("Exchange\\[[^]]*]", "Exchange");
  }

  private static String message(Failed failed, List<Throwable> chain, String text) {
    if (!isOfTheBody(failed, chain)) {
      return text;
    }
    String step = "`" + failed.name() + "`";
    if (PREPARE.contains(failed.name())) {
      return step
          + " does not find what it takes; `decode`, `enrich` and `group` come one after the other,"
          + " each once, and nothing before them changes the body";
    }
    return own(failed.body())
        .map(
            own ->
                String.format(
                    "%s can do nothing with the body: it is %s, as it is; remove the step, and give"
                        + " what is to go elsewhere a destination of its own",
                    step, own))
        .orElseGet(
            () ->
                String.format(
                    "%s finds %s: a step before it changed what goes from"
                        + " `direct:prepare` to `to: spool:…` as it is; remove that step",
                    step, kind(failed.body())));
  }

  /** What the router's steps hand on to one another; empty for what another step made of it. */
  private static Optional<String> own(Object body) {
    if (body instanceof Group) {
      return Optional.of("a group of events of one domain, which goes to `to: spool:…`");
    }
    if (body instanceof RawBatch || body instanceof EventBatch || body instanceof EnrichedBatch) {
      return Optional.of("a batch of events, which goes through `decode`, `enrich` and `group`");
    }
    if (body instanceof Slice) {
      return Optional.of("the events of a spool, which go to `archive` or `request`");
    }
    if (body instanceof Outcome) {
      return Optional.of("what became of a spool's events, with which a delivery ends");
    }
    return body instanceof List
        ? Optional.of("a list of groups for the `split` behind `group`, or of dead letters")
        : Optional.empty();
  }

  /** For messages. */
  static String kind(Object body) {
    return body == null ? "no body" : "a body of type " + body.getClass().getSimpleName();
  }
}
