/** The router together with programs of other makers; each test is skipped without its program. */
package io.registryrouter.counterparts;
