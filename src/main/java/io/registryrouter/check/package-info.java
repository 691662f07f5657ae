/**
 * Whether an edit of {@code config/} and {@code routes/} would run, and what it would do: the same
 * routes with sending taken out.
 *
 * <pre>
 *   within a step or a choice                StepLint, ConditionLint, NeverReached
 *   between routes                           RouteLint
 *   sources, and inboxes among them          SourceLint, InboxLint
 *   deliveries, requests, outcomes           DeliveryLint, RequestLint, OutcomeLint
 *   what Camel says of files, item by item   RouteTrial, CamelFailures, CamelSchema
 *   what comes of events, by a Rehearsal
 *     of each registry                       Coverage
 *     at each door and tail                  SourceRun
 *     in each delivery                       DeliveryRun
 *     of config/routing-tests.yaml           RoutingTestRun
 * </pre>
 */
package io.registryrouter.check;
