package io.registryrouter.enrich;

import io.registryrouter.event.EventBatch;
import java.util.List;

/**
 * A batch whose events know where they belong.
 *
 * @param batch bytes and dead letters; its events are those of {@code events} and those that became
 *     dead letters
 */
public record EnrichedBatch(EventBatch batch, List<EnrichedEvent> events) {}
