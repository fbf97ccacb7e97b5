//go:build !unix

package pulumicli

// lock does nothing where flock is absent: two builds at the same time waste
// work there, but each is moved into its place whole.
func lock(string) (unlock func(), err error) {
	return func() {}, nil
}
