package hub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// client speaks the hub's protocol.
type client struct {
	Options
	http *http.Client
}

func newClient(o Options) *client {
	c := &client{Options: o}
	c.http = &http.Client{
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			ResponseHeaderTimeout: 30 * time.Second,
		},
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			if len(via) >= 10 {
				return permanent{errors.New("the hub redirects in circles")}
			}
			if req.URL.Scheme != "http" && req.URL.Scheme != "https" {
				return permanent{fmt.Errorf("the hub redirects to an address of the scheme %.20q: only http and https are asked", req.URL.Scheme)}
			}
			// net/http keeps the header for subdomains and other ports; large
			// files lie with third parties, who are not to get the token.
			if !c.isEndpoint(req.URL) {
				req.Header.Del("Authorization")
			}
			return nil
		},
	}
	return c
}

// isEndpoint reports whether an address has the endpoint's scheme, host and port.
func (c *client) isEndpoint(u *url.URL) bool {
	own, err := url.Parse(c.Endpoint)
	return err == nil && own.Scheme == u.Scheme && own.Hostname() == u.Hostname() && port(own) == port(u)
}

// port is an address's port, or its scheme's own.
func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return map[string]string{"http": "80", "https": "443"}[u.Scheme]
}

// get sends a request for an address, and returns an answer that is a success.
// offset is where the content is to begin. The endpoint alone is sent the token.
func (c *client) get(ctx context.Context, address string, offset int64) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "azure-nlp-endpoint")
	if c.Token != "" && c.isEndpoint(req.URL) {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	if offset > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", offset))
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, withoutQuery(err)
	}
	if resp.StatusCode == http.StatusOK || resp.StatusCode == http.StatusPartialContent {
		return resp, nil
	}
	_ = resp.Body.Close()
	return nil, c.statusError(resp)
}

// withoutQuery leaves the query out of an error's address: storage hosts put
// signatures there.
func withoutQuery(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		if u, parse := url.Parse(e.URL); parse == nil {
			u.RawQuery = ""
			return fmt.Errorf("%s: %w", u, e.Err)
		}
	}
	return err
}

func (c *client) statusError(resp *http.Response) error {
	u := *resp.Request.URL
	u.RawQuery = ""
	e := &StatusError{Status: resp.StatusCode, URL: u.String()}
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds >= 0 {
		e.RetryAfter = time.Duration(seconds) * time.Second
	}
	switch {
	case (resp.StatusCode == 401 || resp.StatusCode == 403) && c.Token == "":
		e.Remedy = fmt.Sprintf("the repository is private or gated (or isn't there); accept its licence at %s/%s and set HF_TOKEN", c.Endpoint, c.Repo)
	case resp.StatusCode == 401 || resp.StatusCode == 403:
		e.Remedy = fmt.Sprintf("the token in HF_TOKEN may not read %s; accept the licence at %s/%s with the token's account", c.Repo, c.Endpoint, c.Repo)
	case resp.StatusCode == 404:
		e.Remedy = fmt.Sprintf("check the names of the repository %s and the revision %s", c.Repo, c.Revision)
	}
	return e
}

// json reads an answer into v, and returns the address of the next page, if
// there is one. It tries again what may be temporary.
func (c *client) json(ctx context.Context, address string, v any) (next string, err error) {
	err = c.retry(ctx, func() (bool, error) {
		resp, err := c.get(ctx, address, 0)
		if err != nil {
			return false, err
		}
		defer func() { _ = resp.Body.Close() }()
		if !c.isEndpoint(resp.Request.URL) {
			return false, permanent{fmt.Errorf("the hub sends to %s for what it has of the repository: only %s itself is asked", resp.Request.URL.Host, c.Endpoint)}
		}
		body, err := io.ReadAll(io.LimitReader(c.patient(resp), maxAnswer))
		if err != nil {
			return false, err
		}
		if len(body) == maxAnswer {
			return false, permanent{fmt.Errorf("%s is not a hub: its answer has over %d MiB", c.Endpoint, maxAnswer>>20)}
		}
		if err := json.Unmarshal(body, v); err != nil {
			return false, permanent{fmt.Errorf("%s is not a hub: its answer is not what the hub's API gives (%v)", c.Endpoint, err)}
		}
		if next = nextPage(resp); next != "" {
			if u, err := url.Parse(next); err != nil || !c.isEndpoint(u) {
				return false, permanent{fmt.Errorf("the hub says that its list goes on elsewhere: only %s itself is asked", c.Endpoint)}
			}
		}
		return true, nil
	})
	return next, err
}

// maxAnswer is how much of an answer's JSON is read: a page of the hub's list has some
// 300 KB.
const maxAnswer = 4 << 20

// patient reads an answer's body as long as something of it comes.
func (c *client) patient(resp *http.Response) io.Reader {
	return &patientReader{body: resp.Body, patience: c.Patience}
}

type patientReader struct {
	body     io.ReadCloser
	patience time.Duration
}

func (r *patientReader) Read(p []byte) (int, error) {
	timer := time.AfterFunc(r.patience, func() { _ = r.body.Close() })
	n, err := r.body.Read(p)
	if !timer.Stop() && err != nil {
		err = fmt.Errorf("nothing came for %v", r.patience)
	}
	return n, err
}

// nextPage is the address in a Link header of rel="next".
func nextPage(resp *http.Response) string {
	for _, link := range strings.Split(resp.Header.Get("Link"), ",") {
		address, rel, ok := strings.Cut(link, ";")
		if ok && strings.Contains(rel, `rel="next"`) {
			if u, err := resp.Request.URL.Parse(strings.Trim(strings.TrimSpace(address), "<>")); err == nil {
				return u.String()
			}
		}
	}
	return ""
}

// commit resolves the revision.
func (c *client) commit(ctx context.Context) (string, error) {
	var info struct {
		SHA string `json:"sha"`
	}
	_, err := c.json(ctx, fmt.Sprintf("%s/api/models/%s/revision/%s", c.Endpoint, c.Repo, url.PathEscape(c.Revision)), &info)
	if err != nil {
		return "", err
	}
	if !commitPattern.MatchString(info.SHA) {
		return "", fmt.Errorf("%s is not a hub: what it names is no commit", c.Endpoint)
	}
	if commitPattern.MatchString(c.Revision) && info.SHA != c.Revision {
		return "", fmt.Errorf("the hub has the commit %s for the pinned %s: it is not used", info.SHA, c.Revision)
	}
	return info.SHA, nil
}

// tree lists the files of a commit.
func (c *client) tree(ctx context.Context, commit string) ([]File, error) {
	var files []File
	seen := map[string]bool{}
	next := fmt.Sprintf("%s/api/models/%s/tree/%s?recursive=true", c.Endpoint, c.Repo, commit)
	for pages := 0; next != "" && pages < 100; pages++ {
		var entries []struct {
			Type string `json:"type"`
			Path string `json:"path"`
			Size int64  `json:"size"`
			OID  string `json:"oid"`
			LFS  *struct {
				OID  string `json:"oid"`
				Size int64  `json:"size"`
			} `json:"lfs"`
		}
		var err error
		if next, err = c.json(ctx, next, &entries); err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.Type != "file" {
				continue
			}
			if seen[e.Path] {
				return nil, fmt.Errorf("the hub lists %.100q, which it has listed before: nothing is fetched", e.Path)
			}
			seen[e.Path] = true
			f := File{Path: e.Path, Size: e.Size, Blob: e.OID}
			if e.LFS != nil {
				f.Size, f.SHA256, f.Blob = e.LFS.Size, e.LFS.OID, ""
			}
			files = append(files, f)
		}
		if len(files) > maxFiles {
			return nil, fmt.Errorf("%s has over %d files: it is not a model's repository", c.Repo, maxFiles)
		}
	}
	return files, nil
}
