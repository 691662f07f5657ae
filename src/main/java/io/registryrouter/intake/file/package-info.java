/** Files of the inbox in, from where an earlier reading stopped. */
package io.registryrouter.intake.file;
