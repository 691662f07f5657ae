/** Counters and health: what the router says about itself. */
package io.registryrouter.observe;
