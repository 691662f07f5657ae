/**
 * The routes in a Camel context: {@link io.registryrouter.flow.Steps} is what they can name, {@link
 * io.registryrouter.flow.Edition} what the steps know of {@code config/}.
 */
package io.registryrouter.flow;
