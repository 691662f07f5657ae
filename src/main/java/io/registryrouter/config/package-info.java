/**
 * What {@code config/} and {@code routes/} say, as immutable records that have been checked, and
 * where things lie under the data directory.
 */
package io.registryrouter.config;
