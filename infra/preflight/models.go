package preflight

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/manifest"
)

// Model is a delivered model that a deployment needs.
type Model struct {
	Deployment string
	Name       string
	SHA256     string
}

// Storage asks a container of a storage account what lies in it.
type Storage struct {
	// Container is its address.
	Container string
	Token     string // bearer token for Azure Storage
	HTTP      *http.Client
}

const largestBody = 16 << 20

// storageVersion is of the blob service's API.
const storageVersion = "2023-11-03"

// CheckModels adds what delivered models lack in storage. What can't be asked,
// with Unasked why, is skipped.
func (r *Report) CheckModels(ctx context.Context, models []Model, storage *Storage, unasked string) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for _, m := range models {
		if storage == nil {
			r.skip("files of the model of "+m.Deployment, unasked)
			continue
		}
		problems, err := storage.check(ctx, m)
		if err != nil {
			r.skip("files of the model of "+m.Deployment, err.Error())
		}
		for _, p := range problems {
			r.find("deployments.%s.model.sha256 = %q: %s; deliver the model again", m.Deployment, m.SHA256, p)
		}
	}
}

// check compares a model's folder with its manifest, by the files' sizes and
// recorded hashes.
func (s *Storage) check(ctx context.Context, m Model) (problems []string, err error) {
	folder := manifest.Folder(m.Name, m.SHA256)
	data, status, err := s.get(ctx, "/"+escape(path.Join(folder, manifest.File)))
	switch {
	case err != nil:
		return nil, err
	case status == http.StatusNotFound:
		return []string{"the model isn't in storage, or not all of it"}, nil
	case status == http.StatusForbidden && strings.Contains(string(data), "<Code>AuthorizationFailure<"):
		return nil, errors.New("storage doesn't let this machine in: a private stack's is reached from its network alone, see docs/reference/private.md")
	case status == http.StatusForbidden || status == http.StatusUnauthorized:
		return nil, fmt.Errorf("storage answers %d: whoever is signed in needs Storage Blob Data Reader on the container", status)
	case status != http.StatusOK:
		return nil, fmt.Errorf("storage answers %d %s", status, http.StatusText(status))
	}
	content, err := manifest.Parse(data, m.SHA256)
	if err != nil {
		return []string{"in storage, " + err.Error()}, nil
	}
	there, err := s.list(ctx, folder+"/")
	if err != nil {
		return nil, err
	}
	for _, want := range content.Files {
		switch got, ok := there[want.Path]; {
		case !ok:
			problems = append(problems, want.Path+" isn't in storage")
		case got.size != want.Size:
			problems = append(problems, fmt.Sprintf("%s has %d bytes in storage, want %d", want.Path, got.size, want.Size))
		case got.sum != want.SHA256:
			problems = append(problems, want.Path+" in storage doesn't record the delivered content's SHA-256")
		}
	}
	return problems, nil
}

type blob struct {
	size int64
	sum  string
}

// list finds the blobs below a folder by their path in it.
func (s *Storage) list(ctx context.Context, prefix string) (map[string]blob, error) {
	found := map[string]blob{}
	for marker, pages := "", 0; pages < 100; pages++ {
		query := url.Values{"restype": {"container"}, "comp": {"list"}, "prefix": {prefix}, "include": {"metadata"}}
		if marker != "" {
			query.Set("marker", marker)
		}
		data, status, err := s.get(ctx, "?"+query.Encode())
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("storage answers %d %s", status, http.StatusText(status))
		}
		if err != nil {
			return nil, err
		}
		var page struct {
			Blobs struct {
				Blob []struct {
					Name       string
					Properties struct {
						Size int64 `xml:"Content-Length"`
					}
					Metadata struct {
						All []struct {
							XMLName xml.Name
							Value   string `xml:",chardata"`
						} `xml:",any"`
					}
				}
			}
			NextMarker string
		}
		if err := xml.Unmarshal(data, &page); err != nil {
			return nil, fmt.Errorf("storage answers with something other than a list: %w", err)
		}
		for _, b := range page.Blobs.Blob {
			one := blob{size: b.Properties.Size}
			for _, entry := range b.Metadata.All {
				if strings.EqualFold(entry.XMLName.Local, "sha256") {
					one.sum = entry.Value
				}
			}
			found[strings.TrimPrefix(b.Name, prefix)] = one
		}
		if marker = page.NextMarker; marker == "" {
			return found, nil
		}
	}
	return nil, errors.New("storage lists more than 100 pages of files")
}

// get asks for a path or query below the container's address.
func (s *Storage) get(ctx context.Context, below string) (data []byte, status int, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(s.Container, "/")+below, nil)
	if err != nil {
		return nil, 0, err
	}
	request.Header.Set("Authorization", "Bearer "+s.Token)
	request.Header.Set("x-ms-version", storageVersion)
	response, err := s.HTTP.Do(request)
	if err != nil {
		return nil, 0, fmt.Errorf("storage can't be reached: %w", errors.Unwrap(err))
	}
	defer func() { _ = response.Body.Close() }()
	data, err = io.ReadAll(io.LimitReader(response.Body, largestBody))
	return data, response.StatusCode, err
}

// escape makes a path of an address of a blob's name.
func escape(name string) string {
	parts := slices.Collect(strings.SplitSeq(name, "/"))
	for i, part := range parts {
		parts[i] = url.PathEscape(part)
	}
	return strings.Join(parts, "/")
}
