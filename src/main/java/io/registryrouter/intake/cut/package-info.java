/** What is taken in, cut into batches of events without a look into them. */
package io.registryrouter.intake.cut;
