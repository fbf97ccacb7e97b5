package journey

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// host runs what deployments run: the real scorer, with the model that lies in
// storage where the deployment says, and with the deployment's variables.
type host struct {
	t       *testing.T
	storage *container.Client

	mu      sync.Mutex
	running map[string]http.Handler
}

func newHost(t *testing.T, storage *container.Client) *host {
	return &host{t: t, storage: storage, running: map[string]http.Handler{}}
}

// instance is azure.Cloud's Host.
func (h *host) instance(of azure.Instance) http.Handler {
	h.mu.Lock()
	defer h.mu.Unlock()
	id := fmt.Sprint(of.ModelURI, of.Variables)
	if h.running[id] == nil {
		address, err := h.start(of)
		if err != nil {
			h.t.Errorf("the instance of %s: %v", of.Name, err)
			return http.NotFoundHandler()
		}
		h.running[id] = &httputil.ReverseProxy{FlushInterval: -1, Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(address) }}
	}
	return h.running[id]
}

func (h *host) start(of azure.Instance) (*url.URL, error) {
	ctx := h.t.Context()
	folder, err := h.mount(ctx, of.ModelURI)
	if err != nil {
		return nil, err
	}
	var options []string
	for _, name := range slices.Sorted(maps.Keys(of.Variables)) {
		option, ours := strings.CutPrefix(name, "SCORER_")
		if !ours || option == "EXECUTION_PROVIDER" || option == "MODEL_DIR" { // there is no GPU, and the folder is another
			continue
		}
		// Each option is a flag and a variable of one name.
		options = append(options, "--"+strings.ToLower(strings.ReplaceAll(option, "_", "-"))+"="+of.Variables[name])
	}
	process, err := scorerproc.Start(ctx, folder, options...)
	if err != nil {
		return nil, err
	}
	h.t.Cleanup(process.Kill)
	return url.Parse(process.URL)
}

// mount fetches a model's files, as Azure does before a container starts.
func (h *host) mount(ctx context.Context, modelURI string) (folder string, err error) {
	_, path, found := strings.Cut(modelURI, "/paths/")
	if !found { // a Container App names the blobs themselves
		_, path, found = strings.Cut(modelURI, ".blob.core.windows.net/"+filepath.Base(h.storage.URL())+"/")
	}
	if !found {
		return "", fmt.Errorf("the model lies at %q", modelURI)
	}
	folder = h.t.TempDir()
	files := 0
	for pages := h.storage.NewListBlobsFlatPager(&container.ListBlobsFlatOptions{Prefix: &path}); pages.More(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return "", err
		}
		for _, item := range page.Segment.BlobItems {
			name := filepath.Join(folder, filepath.FromSlash(strings.TrimPrefix(*item.Name, filepath.Dir(path))))
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				return "", err
			}
			file, err := os.Create(name)
			if err != nil {
				return "", err
			}
			_, err = h.storage.NewBlobClient(*item.Name).DownloadFile(ctx, file, nil)
			if closed := file.Close(); err == nil {
				err = closed
			}
			if err != nil {
				return "", err
			}
			files++
		}
	}
	if files == 0 {
		return "", fmt.Errorf("storage has nothing in %s", path)
	}
	return folder, nil
}
