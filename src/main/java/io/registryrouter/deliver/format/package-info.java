/** Bodies of requests, in the formats that log services take: {@code docs/formats/}. */
package io.registryrouter.deliver.format;
