/**
 * {@code spool:<destination>}: the spool as routes see it, and what takes it forward: from a slice
 * to a request or an archive, and from the reply to what happens next.
 *
 * <pre>
 *   as routes see it            SpoolComponent, SpoolEndpoint, SpoolConsumer
 *   one slice after the other   DeliveryLoop, BodyLimit, Setbacks, Refusals, SpooledEvents
 *   a slice to a request        Requests, SentBody, and how it is written: package format
 *   request and reply           HttpClients, DestinationTls, BoundedExchange, ReplyGuard
 *   what a reply means          Replies, Reply, LineStatuses; no reply: Failure; all: Outcome
 *   a slice to an archive       SliceSink: Archives, Archive, ArchivePart
 *   how a destination gets on   DestinationHealth, Ages
 * </pre>
 */
package io.registryrouter.deliver;
