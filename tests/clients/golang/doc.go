// Package golang calls a running scorer by the Go clients of other people, as
// they are. It is a module of its own so that what they need stays out of the
// product's.
package golang
