package delivery

import (
	"os"
	"path"
	"strings"
	"sync"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blockblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/manifest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azurite"
)

// TestDamageIsFound changes blobs in storage: what doesn't record the right
// hash is sent again, what lies about it is found by reading it.
func TestDamageIsFound(t *testing.T) {
	t.Parallel()
	_, client := storage(t)
	f := scan(t, model(t, "a"))
	r, err := (&Uploader{Container: client}).Upload(t.Context(), "m", f)
	if err != nil {
		t.Fatal(err)
	}
	overwrite := func(name string, content []byte, metadata map[string]*string) {
		t.Helper()
		_, err := client.NewBlockBlobClient(path.Join(r.Prefix, name)).Upload(t.Context(), streaming.NopCloser(strings.NewReader(string(content))),
			&blockblob.UploadOptions{Metadata: metadata})
		if err != nil {
			t.Fatal(err)
		}
	}
	overwrite("config.json", weights("other", 5), nil)
	overwrite("onnx/model.onnx", weights("b", 2_000_001), nil)
	overwrite("vocab.txt", weights("b", testBlock), map[string]*string{hashKey: to.Ptr(strings.Repeat("0", 64))})
	if err := Verify(t.Context(), client, "m", f.Sum(), nil); err == nil || strings.Count(err.Error(), "delete the blob") != 3 {
		t.Errorf("Verify: %v", err)
	}
	var notes []string
	r, err = (&Uploader{Container: client, Note: func(n string) { notes = append(notes, n) }}).Upload(t.Context(), "m", f)
	if err != nil || r.Sent != f.Manifest.Size() || len(notes) != 3 {
		t.Errorf("%+v, %v, notes %q", r, err, notes)
	}
	for i, want := range []string{"it has 5 bytes, want 13", "it records no SHA-256", "it records the SHA-256 000000000000…"} {
		if !strings.Contains(notes[i], want) {
			t.Errorf("note %q, want %q", notes[i], want)
		}
	}
	if err := Verify(t.Context(), client, "m", f.Sum(), nil); err != nil {
		t.Error(err)
	}

	lying := map[string]*string{hashKey: to.Ptr(f.Manifest.Files[2].SHA256)}
	overwrite(f.Manifest.Files[2].Path, weights("b", 2_000_001), lying)
	if err := Verify(t.Context(), client, "m", f.Sum(), nil); err == nil || !strings.Contains(err.Error(), "onnx/model.onnx has 2000001 bytes") {
		t.Errorf("Verify: %v", err)
	}
	overwrite(manifest.File, []byte("{}"), nil)
	if err := Verify(t.Context(), client, "m", f.Sum(), nil); err == nil || !strings.Contains(err.Error(), "delivery.json has the SHA-256") {
		t.Errorf("Verify: %v", err)
	}
}

// TestTwoAtOnce deliver the same.
func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	_, client := storage(t)
	f := scan(t, model(t, "a"))
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			if _, err := (&Uploader{Container: client}).Upload(t.Context(), "m", f); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if err := Verify(t.Context(), client, "m", f.Sum(), nil); err != nil {
		t.Error(err)
	}
}

// TestChangedFilesAreRefused: what is sent is what was hashed.
func TestChangedFilesAreRefused(t *testing.T) {
	t.Parallel()
	_, client := storage(t)
	for name, content := range map[string][]byte{
		"config.json": []byte("{}"), "onnx/model.onnx": weights("b", 2_000_001), "vocab.txt": nil,
	} {
		f := scan(t, model(t, name))
		if err := os.WriteFile(f.path(name), content, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := (&Uploader{Container: client}).Upload(t.Context(), "m", f)
		if err == nil || !strings.Contains(err.Error(), name+" changed since it was hashed") {
			t.Errorf("%s: %v", name, err)
		}
		if there, err := list(t.Context(), client, manifest.Folder("m", f.Sum())); err != nil || there[manifest.File].size != 0 {
			t.Errorf("%s: the folder counts as complete: %v, %v", name, there, err)
		}
	}
}

// TestRefusalsSayWhatToDo.
func TestRefusalsSayWhatToDo(t *testing.T) {
	t.Parallel()
	server, client := storage(t)
	if err := Reach(t.Context(), client); err != nil {
		t.Error(err)
	}
	wrong := Login{Environment: func(name string) string { return map[string]string{keyVariable: "QUJD"}[name] }}
	refused, _, err := Open(Place{Account: azurite.Account, Container: "models", Endpoint: server.Endpoint}, wrong)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		client *container.Client
		want   string
	}{
		{open(t, server.Endpoint, "none"), "azure answers 404 ContainerNotFound; pulumi up makes the container"},
		{refused, "azure answers 403 "},
	} {
		err := Reach(t.Context(), c.client)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}
