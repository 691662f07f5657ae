/**
 * Durable queues on disk, a log for each destination: what {@code to: spool:<destination>} appends
 * to and {@code from: spool:<destination>} takes forward. Also the means to bring files to disk,
 * which dead letters, archives and positions use too.
 */
package io.registryrouter.spool;
