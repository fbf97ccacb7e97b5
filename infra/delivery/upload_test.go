package delivery

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azurite"
)

const testBlock = 64 << 10

// weights are bytes without a pattern.
func weights(seed string, n int) []byte {
	out := make([]byte, 0, n+sha256.Size)
	for sum := sha256.Sum256([]byte(seed)); len(out) < n; sum = sha256.Sum256(sum[:]) {
		out = append(out, sum[:]...)
	}
	return out[:n]
}

// model writes a folder with a file of 2 MB, small ones and an empty one.
func model(t *testing.T, seed string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string][]byte{
		"config.json": []byte(`{"seed": "` + seed + `"}`), "onnx/model.onnx": weights(seed, 2_000_001), "vocab.txt": weights("vocab", testBlock),
		"empty": nil, "optimized.json": []byte(`{"made": "` + time.Now().String() + `"}`), ".cache/lock": []byte("x"),
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func scan(t *testing.T, dir string) *Folder {
	t.Helper()
	f, err := Scan(t.Context(), dir, testBlock, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func noVariables(string) string { return "" }

func withKey(name string) string { return map[string]string{keyVariable: azurite.Key}[name] }

// open signs in to an endpoint of Azurite's with the key.
func open(t *testing.T, endpoint, name string) *container.Client {
	t.Helper()
	client, how, err := Open(Place{Account: azurite.Account, Container: name, Endpoint: endpoint},
		Login{Environment: withKey, RetryDelay: time.Millisecond})
	if err != nil || !strings.Contains(how, keyVariable) {
		t.Fatalf("signed in with %s: %v", how, err)
	}
	return client
}

// storage starts Azurite with a container.
func storage(t *testing.T) (*azurite.Server, *container.Client) {
	t.Helper()
	server := azurite.Start(t, false)
	if _, err := server.NewContainer(t.Context(), "models"); err != nil {
		t.Fatal(err)
	}
	return server, open(t, server.Endpoint, "models")
}

type staticToken string

func (s staticToken) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if len(o.Scopes) != 1 || o.Scopes[0] != "https://storage.azure.com/.default" {
		return azcore.AccessToken{}, fmt.Errorf("scopes %v", o.Scopes)
	}
	return azcore.AccessToken{Token: string(s), ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// TestUploadByEveryLogin delivers by token, key and connection string: each
// gets the same folder, complete, and finds nothing to do after the other.
func TestUploadByEveryLogin(t *testing.T) {
	t.Parallel()
	server := azurite.Start(t, true)
	if _, err := server.NewContainer(t.Context(), "models"); err != nil {
		t.Fatal(err)
	}
	f := scan(t, model(t, "a"))
	connection := fmt.Sprintf("DefaultEndpointsProtocol=https;AccountName=%s;AccountKey=%s;BlobEndpoint=%s;", azurite.Account, azurite.Key, server.Endpoint)
	for i, c := range []struct {
		how   string
		login Login
	}{
		{"Microsoft Entra", Login{Environment: noVariables, Credential: staticToken(azurite.Token()), Transport: server.HTTP}},
		{"the key", Login{Environment: withKey, Transport: server.HTTP}},
		{"the connection string", Login{Environment: func(name string) string {
			return map[string]string{connectionVariable: connection}[name]
		}, Transport: server.HTTP}},
	} {
		client, how, err := Open(Place{Account: azurite.Account, Container: "models", Endpoint: server.Endpoint}, c.login)
		if err != nil || !strings.HasPrefix(how, c.how) {
			t.Fatalf("%s: signed in with %s: %v", c.how, how, err)
		}
		if err := Reach(t.Context(), client); err != nil {
			t.Fatalf("%s: %v", c.how, err)
		}
		var done, total int64
		up := Uploader{Container: client, Progress: func(d, t int64) { done, total = d, t }}
		r, err := up.Upload(t.Context(), "sentiment", f)
		if err != nil {
			t.Fatalf("%s: %v", c.how, err)
		}
		if first := i == 0; first != (r.Sent > 0) || first != (r.Present == 0) {
			t.Errorf("%s: %+v", c.how, r)
		}
		if done != f.Manifest.Size() || total != done {
			t.Errorf("%s: progress ended at %d of %d, want %d", c.how, done, total, f.Manifest.Size())
		}
		if err := Verify(t.Context(), client, "sentiment", f.Sum(), nil); err != nil {
			t.Errorf("%s: %v", c.how, err)
		}
	}
}

// TestOtherContentIsAnotherFolder: times in records don't matter, content does.
func TestOtherContentIsAnotherFolder(t *testing.T) {
	t.Parallel()
	_, client := storage(t)
	a, again, other := scan(t, model(t, "a")), scan(t, model(t, "a")), scan(t, model(t, "b"))
	if a.Sum() != again.Sum() || a.Sum() == other.Sum() {
		t.Fatalf("sums %s %s %s", a.Sum(), again.Sum(), other.Sum())
	}
	first, err := (&Uploader{Container: client}).Upload(t.Context(), "m", a)
	if err != nil {
		t.Fatal(err)
	}
	second, err := (&Uploader{Container: client}).Upload(t.Context(), "m", other)
	if err != nil {
		t.Fatal(err)
	}
	if first.Prefix == second.Prefix || second.Present != 0 || second.Sent < other.Manifest.Size() {
		t.Errorf("first %+v, second %+v", first, second)
	}
	third, err := (&Uploader{Container: client}).Upload(t.Context(), "m", again)
	if err != nil || third.Sent != 0 || third.Prefix != first.Prefix {
		t.Errorf("the same again: %+v, %v", third, err)
	}
	there, err := list(t.Context(), client, first.Prefix)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := there["optimized.json"]; !ok || len(there) != 6 || there["empty"].size != 0 {
		t.Errorf("in storage: %v", there)
	}
}

// TestUploadGoesOnWhereItBroke cuts the cable for good in the middle of the
// large file; another upload sends what is missing and nothing else.
func TestUploadGoesOnWhereItBroke(t *testing.T) {
	t.Parallel()
	server, direct := storage(t)
	proxy := azurite.NewProxy(t, server.Endpoint)
	f := scan(t, model(t, "a"))
	proxy.CutAfter(1_200_000)
	_, err := (&Uploader{Container: open(t, proxy.Endpoint, "models"), Parallel: 2}).Upload(t.Context(), "m", f)
	if !errors.Is(err, ErrInterrupted) {
		t.Fatalf("with the cable cut: %v", err)
	}
	if err := Verify(t.Context(), direct, "m", f.Sum(), nil); err == nil || !strings.Contains(err.Error(), "not complete") {
		t.Errorf("half a model passes: %v", err)
	}
	proxy.CutAfter(-1)
	before := proxy.Sent()
	var notes []string
	up := Uploader{Container: open(t, proxy.Endpoint, "models"), Note: func(n string) { notes = append(notes, n) }}
	r, err := up.Upload(t.Context(), "m", f)
	if err != nil {
		t.Fatal(err)
	}
	over := proxy.Sent() - before
	t.Logf("second upload: %+v, %d bytes over the network, notes %q", r, over, notes)
	if r.Reused < 5*testBlock || r.Present != testBlock+int64(len(`{"seed": "a"}`)) || r.Sent >= 1_500_000 {
		t.Errorf("the second upload: %+v", r)
	}
	if over > r.Sent+64<<10 {
		t.Errorf("%d bytes went over the network for %d", over, r.Sent)
	}
	if len(notes) != 1 || !strings.Contains(notes[0], "by an upload that broke off") {
		t.Errorf("notes %q", notes)
	}
	if err := Verify(t.Context(), direct, "m", f.Sum(), nil); err != nil {
		t.Error(err)
	}
}

// TestShortBreakIsMended: one upload survives a connection that breaks.
func TestShortBreakIsMended(t *testing.T) {
	t.Parallel()
	server, direct := storage(t)
	proxy := azurite.NewProxy(t, server.Endpoint)
	f := scan(t, model(t, "a"))
	proxy.CutAfter(700_000)
	mended := make(chan struct{})
	go func() {
		defer close(mended)
		for until := time.Now().Add(10 * time.Second); proxy.Sent() < 700_000 && time.Now().Before(until); {
			time.Sleep(time.Millisecond)
		}
		proxy.CutAfter(-1)
	}()
	client, _, err := Open(Place{Account: azurite.Account, Container: "models", Endpoint: proxy.Endpoint},
		Login{Environment: withKey, RetryDelay: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (&Uploader{Container: client}).Upload(t.Context(), "m", f); err != nil {
		t.Fatal(err)
	}
	<-mended
	if err := Verify(t.Context(), direct, "m", f.Sum(), nil); err != nil {
		t.Error(err)
	}
}
