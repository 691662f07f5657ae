/** What an event's action means, which registry it is of, which path it takes. */
package io.registryrouter.enrich;
