/**
 * What passes from stage to stage: events in batches, raw and decoded, where they came from, and
 * what became a dead letter and why.
 */
package io.registryrouter.event;
