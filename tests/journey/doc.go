// Package journey goes the way that README and the pages in docs describe, by the
// commands that stand there: it takes the blocks of shell commands out of the
// pages, and runs them with bash in a clean clone, through the real Pulumi CLI,
// against the offline Azure.
//
// A block that is neither run nor listed in leftOut fails the test, as does a
// command that fails.
package journey
