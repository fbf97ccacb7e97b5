package hub

import (
	"cmp"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// attempts is how often in a row nothing may be gained before Pull gives up.
const attempts = 6

// longestWait is how long Pull waits when the hub asks for patience.
const longestWait = 10 * time.Minute

// permanent is an error that trying again won't mend.
type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// retry calls try until it succeeds. It reports whether it got further; after
// several times without, or an error that stays, the error is returned.
func (c *client) retry(ctx context.Context, try func() (further bool, err error)) error {
	pause := c.Backoff
	for failures := 0; ; {
		further, err := try()
		if err == nil {
			return nil
		}
		var status *StatusError
		var stays permanent
		if errors.As(err, &stays) || errors.As(err, &status) && !status.temporary() {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if further {
			failures, pause = 0, c.Backoff
		}
		if failures++; failures == attempts {
			return fmt.Errorf("after %d attempts: %w", attempts, err)
		}
		wait := pause
		if status != nil && status.RetryAfter > 0 {
			wait = status.RetryAfter
		}
		if wait > longestWait {
			return fmt.Errorf("%w: it says to come again in %v", err, wait)
		}
		c.Note(fmt.Sprintf("%v; trying again in %v", err, wait))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
		pause = min(2*pause, time.Minute)
	}
}

// download fetches the files of a commit into staging.
type download struct {
	*client
	commit, staging string
	progress        *progress
}

// file fetches f, unless it is there, and checks it. A file has its name only
// after the check; before that it ends in .partial.
func (d *download) file(ctx context.Context, f *File) error {
	target := filepath.Join(d.staging, filepath.FromSlash(f.Path))
	if f.check(target) == nil {
		d.progress.add(f.Size)
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	partial := target + ".partial"
	if info, err := os.Stat(partial); err == nil && info.Size() > 0 {
		d.Note(fmt.Sprintf("%s: resuming at %d of %d bytes", f.Path, info.Size(), f.Size))
	}
	mismatches := 0
	return d.retry(ctx, func() (bool, error) {
		further, err := d.fetch(ctx, f, partial)
		if err != nil {
			return further, err
		}
		if err := f.check(partial); err != nil {
			_ = os.Remove(partial)
			if mismatches++; mismatches == 2 {
				return false, permanent{err}
			}
			return false, err
		}
		return true, os.Rename(partial, target)
	})
}

// fetch appends to partial what it lacks.
func (d *download) fetch(ctx context.Context, f *File, partial string) (further bool, err error) {
	out, err := os.OpenFile(partial, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return false, permanent{err}
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	offset, err := out.Seek(0, io.SeekEnd)
	if err != nil {
		return false, permanent{err}
	}
	if offset > f.Size {
		offset = 0
	}
	d.progress.at(offset)
	if offset == f.Size && f.Size > 0 {
		return true, nil
	}
	resp, err := d.get(ctx, fmt.Sprintf("%s/%s/resolve/%s/%s", d.Endpoint, d.Repo, cmp.Or(f.Commit, d.commit), (&url.URL{Path: f.Path}).EscapedPath()), offset)
	var status *StatusError
	if errors.As(err, &status) && status.Status == http.StatusRequestedRangeNotSatisfiable {
		err = permanent{fmt.Errorf("the hub states %d bytes, but has at most the %d that came: they are not used", f.Size, offset)}
		return false, errors.Join(err, os.Remove(partial))
	}
	if err != nil {
		return false, err
	}
	defer func() { _ = resp.Body.Close() }()
	had := offset
	if resp.StatusCode == http.StatusOK { // the server ignored the range
		offset = 0
	}
	if resp.ContentLength >= 0 && resp.ContentLength != f.Size-offset {
		return false, permanent{fmt.Errorf("the hub states %d bytes, but sends %d from byte %d on: the content is not used", f.Size, resp.ContentLength, offset)}
	}
	if err := out.Truncate(offset); err != nil {
		return false, permanent{err}
	}
	d.progress.at(offset)
	got, err := io.Copy(io.NewOffsetWriter(out, offset), io.TeeReader(io.LimitReader(d.patient(resp), f.Size-offset+1), d.progress))
	at := offset + got
	if err != nil {
		var disk *os.PathError
		if errors.As(err, &disk) {
			return false, permanent{err}
		}
		return at > had, fmt.Errorf("the connection broke off at %d of %d bytes: %w", at, f.Size, err)
	}
	if at < f.Size {
		return at > had, fmt.Errorf("the connection ended at %d of %d bytes", at, f.Size)
	}
	d.progress.done(f.Size)
	return true, out.Sync()
}

// check compares the content with the hash that the hub states, and notes its
// SHA-256.
func (f *File) check(path string) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	sum := sha256.New()
	blob := sha1.New() // git's hash of a blob: of a header and the content
	_, _ = fmt.Fprintf(blob, "blob %d\x00", f.Size)
	n, err := io.Copy(io.MultiWriter(sum, blob), in)
	if err != nil {
		return err
	}
	if n != f.Size {
		return fmt.Errorf("it has %d bytes, the hub states %d", n, f.Size)
	}
	if got := hexOf(sum); f.SHA256 != "" && got != f.SHA256 {
		return fmt.Errorf("its SHA-256 is %s, the hub states %s: the content is not used", got, f.SHA256)
	}
	if got := hexOf(blob); f.SHA256 == "" && got != f.Blob {
		return fmt.Errorf("its git hash is %s, the hub states %s: the content is not used", got, f.Blob)
	}
	f.SHA256 = hexOf(sum)
	return nil
}

func hexOf(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// progress adds up the bytes of all files.
type progress struct {
	tell                     func(done, total int64)
	finished, current, total int64
}

func newProgress(tell func(done, total int64), files []File) *progress {
	p := &progress{tell: tell}
	for _, f := range files {
		p.total += f.Size
	}
	if p.tell == nil {
		p.tell = func(int64, int64) {}
	}
	return p
}

func (p *progress) Write(b []byte) (int, error) {
	p.current += int64(len(b))
	p.tell(p.finished+p.current, p.total)
	return len(b), nil
}

// at says how much of the current file is there.
func (p *progress) at(offset int64) { p.current = offset }

// done ends the current file; add counts one that was there.
func (p *progress) done(size int64) {
	p.current = 0
	p.add(size)
}

func (p *progress) add(size int64) {
	p.finished += size
	p.tell(p.finished, p.total)
}
