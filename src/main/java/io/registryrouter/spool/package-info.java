/**
 * Durable queues on disk, a log for each destination: what {@code to: spool:<destination>} appends
 * to and {@code from: spool:<destination>} takes forward.
 */
package io.registryrouter.spool;
