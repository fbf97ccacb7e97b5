package preflight

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/manifest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/delivery"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azurite"
)

// deliver uploads a model to Azurite.
func deliver(t *testing.T) (*container.Client, *Storage, *delivery.Folder) {
	t.Helper()
	server := azurite.Start(t, true)
	client, err := server.NewContainer(t.Context(), "models")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"config.json", "model.onnx", "name with spaces & more.txt"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("content of "+name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	folder, err := delivery.Scan(t.Context(), dir, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (&delivery.Uploader{Container: client}).Upload(t.Context(), "m", folder); err != nil {
		t.Fatal(err)
	}
	return client, &Storage{Container: server.Endpoint + "/models", Token: azurite.Token(), HTTP: server.HTTP}, folder
}

// TestModelsInStorage: what deliver brings passes, what becomes of it later is
// found.
func TestModelsInStorage(t *testing.T) {
	t.Parallel()
	client, storage, folder := deliver(t)
	check := func() Report {
		var r Report
		r.CheckModels(t.Context(), []Model{{"blue", "m", folder.Sum()}}, storage, "")
		return r
	}
	find := func(want ...string) {
		t.Helper()
		r := check()
		if len(r.Findings) != len(want) || len(r.Skipped) > 0 {
			t.Fatalf("%+v, want %q", r, want)
		}
		for i, w := range want {
			if !strings.Contains(r.Findings[i], "deployments.blue.model.sha256") || !strings.Contains(r.Findings[i], w) {
				t.Errorf("finding %q, want %q", r.Findings[i], w)
			}
		}
	}
	overwrite := func(name, content string) {
		t.Helper()
		blob := client.NewBlockBlobClient(manifest.Folder("m", folder.Sum()) + "/" + name)
		if _, err := blob.Upload(t.Context(), streaming.NopCloser(strings.NewReader(content)), nil); err != nil {
			t.Fatal(err)
		}
	}
	remove := func(name string) {
		t.Helper()
		if _, err := client.NewBlobClient(manifest.Folder("m", folder.Sum())+"/"+name).Delete(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	find()
	overwrite("config.json", "content of config.json")
	overwrite("model.onnx", "cut")
	remove("name with spaces & more.txt")
	find("config.json in storage doesn't record", "model.onnx has 3 bytes in storage, want 21", "name with spaces & more.txt isn't in storage")
	overwrite(manifest.File, "{}")
	find("delivery.json has the SHA-256")
	remove(manifest.File)
	find("isn't in storage, or not all of it")
}

// TestUnaskedModelsAreSkipped: no answer is no finding.
func TestUnaskedModelsAreSkipped(t *testing.T) {
	t.Parallel()
	models := []Model{{"blue", "m", strings.Repeat("a", 64)}}
	for want, storage := range map[string]*Storage{
		"nobody asked":             nil,
		"Storage Blob Data Reader": {Container: "https://x/models", HTTP: answering(http.StatusForbidden)},
		"is reached from its network alone": {Container: "https://x/models", HTTP: &http.Client{Transport: answers(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusForbidden, Body: io.NopCloser(strings.NewReader(`<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthorizationFailure</Code><Message>This request is not authorized to perform this operation.</Message></Error>`))}, nil
		})}},
		"storage answers 503":       {Container: "https://x/models", HTTP: answering(http.StatusServiceUnavailable)},
		"storage can't be reached:": {Container: "https://127.0.0.1:1/models", HTTP: http.DefaultClient},
	} {
		var r Report
		r.CheckModels(t.Context(), models, storage, "nobody asked")
		if len(r.Findings) > 0 || len(r.Skipped) != 1 || !strings.Contains(r.Skipped[0], "files of the model of blue: not checked: ") || !strings.Contains(r.Skipped[0], want) {
			t.Errorf("%+v, want %q", r, want)
		}
	}
}

type answers func(*http.Request) (*http.Response, error)

func (f answers) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func answering(status int) *http.Client {
	return &http.Client{Transport: answers(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Body: http.NoBody}, nil
	})}
}
