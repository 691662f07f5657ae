/** What cannot go on, kept with the reason and enough of the original to replay it. */
package io.registryrouter.deadletter;
