/** Growing log files in, line by line, over rotation and restarts. */
package io.registryrouter.intake.tail;
