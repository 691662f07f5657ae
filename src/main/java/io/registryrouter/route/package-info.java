/**
 * What the content-based router in {@code routes/40-route.camel.yaml} decides on: groups of events.
 */
package io.registryrouter.route;
