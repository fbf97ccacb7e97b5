package internet_test

import (
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/internet"
)

// TestInternet: curl finds who is there under the names that it asks for, and
// nobody else.
func TestInternet(t *testing.T) {
	n := internet.New(t)
	n.Serve("known.example.com", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("one " + r.URL.Path)) }))
	n.Serve(".many.example.com", internet.Through(transport(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusTeapot, Body: http.NoBody, Header: http.Header{"X-Host": {r.URL.Host}}, Request: r}, nil
	})))
	curl := func(arguments ...string) (string, error) {
		command := exec.CommandContext(t.Context(), "curl", append(arguments, "--silent", "--show-error", "--include", "--max-time", "20")...)
		command.Env = append(os.Environ(), n.Environment()...)
		out, err := command.CombinedOutput()
		return string(out), err
	}
	for address, want := range map[string]string{
		"https://known.example.com/path": "one /path",
		"https://x.many.example.com":     "x.many.example.com",
	} {
		if out, err := curl(address); err != nil || !strings.Contains(out, want) {
			t.Errorf("%s: %v\n%s", address, err, out)
		}
	}
	if out, err := curl("https://nobody.example.com"); err == nil || !slices.Equal(n.Strangers(), []string{"nobody.example.com"}) {
		t.Errorf("a stranger: %v, strangers %v\n%s", err, n.Strangers(), out)
	}
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
