/** HTTP requests in: what may come, how it is read, how it is answered. */
package io.registryrouter.intake.http;
