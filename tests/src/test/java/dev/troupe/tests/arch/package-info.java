/** The layout of the code, stated as tests: what may see what, and what may not be in the tree at all. */
package dev.troupe.tests.arch;
