/** The commands of {@code bin/router}. */
package io.registryrouter.cli;
