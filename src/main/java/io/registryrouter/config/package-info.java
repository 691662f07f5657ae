/** What {@code config/} says, as immutable records that have been checked. */
package io.registryrouter.config;
