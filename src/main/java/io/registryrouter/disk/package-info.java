/** The means to bring files to disk, and to tell whether one was changed. */
package io.registryrouter.disk;
