// Package supply brings a model from its source into a stack's storage, in the
// update that needs it: the scorer fetches and prepares it, delivery uploads
// what isn't there yet. Nothing is fetched that is there already, so a second
// update sends nothing.
package supply

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/delivery"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// Supplier brings models to one container.
type Supplier struct {
	Container *container.Client
	// Scorer is how the scorer is run, which fetches and prepares.
	Scorer Scorer
	// Cache is the folder in which what was fetched stays for the next time.
	Cache string
	// Token is asked for the hub's token, by the secret's name or "" for none.
	Token func(ctx context.Context, secret string) (string, error)
	// Grant gives whoever runs this the right to write to the container.
	Grant func(ctx context.Context) error
	// Pause is the longest between two tries while a right that was just granted
	// doesn't hold yet, Patience for how long.
	Pause, Patience time.Duration
	// Say is told what a person wants to know, Progress what passes quickly.
	Say, Progress func(text string)
}

// Supply makes the files of a model with a source lie in its folder.
func (s *Supplier) Supply(ctx context.Context, m stackconfig.Model) error {
	complete, err := s.reach(ctx, m.Folder())
	if err != nil || complete {
		return err
	}
	token, err := s.Token(ctx, m.TokenSecret)
	if err != nil {
		return err
	}
	repository, commit := m.Repository()
	dir := filepath.Join(s.Cache, strings.ReplaceAll(repository, "/", "--")+"-"+commit[:12]+"-"+m.Version)
	s.Say(fmt.Sprintf("model %s: fetching %s and preparing it in %s", m.Name, m.Source, dir))
	if err := s.Scorer.pull(ctx, m, dir, token, &lines{say: s.Progress}); err != nil {
		return err
	}
	model, err := modelstore.Find(dir, modelstore.Options{GraphFile: m.File})
	if err != nil {
		return err
	}
	folder, err := delivery.Scan(ctx, model.Dir, 0, s.percent(m.Name, "hashing"))
	if err != nil {
		return err
	}
	if model.Dir != dir { // where it came from lies beside what was made of it
		folder.AddRecord(filepath.Join(filepath.Dir(model.Dir), "pull.json"))
	}
	if got := folder.Manifest.SizeMiB(); got > m.SizeMiB {
		return fmt.Errorf("model %s has %d MiB, more than model.sizeMiB says (%d): preflight goes by that; correct it and run pulumi up again, which fetches nothing anew",
			m.Name, got, m.SizeMiB)
	}
	up := delivery.Uploader{Container: s.Container, Progress: s.percent(m.Name, "uploading"), Note: s.Say}
	result, err := up.UploadTo(ctx, m.Folder(), folder)
	if err != nil {
		return fmt.Errorf("model %s: %w", m.Name, err)
	}
	s.Say(fmt.Sprintf("model %s: %d MB in %s, %d MB of them sent now", m.Name, folder.Manifest.Size()/1e6, m.Folder(), result.Sent/1e6))
	return nil
}

// reach looks whether the folder is complete. On a container that was made a
// moment ago nobody has rights: then they are granted, once, and waited for.
func (s *Supplier) reach(ctx context.Context, folder string) (complete bool, err error) {
	var deadline time.Time
	for pause := min(time.Second, s.Pause); ; pause = min(2*pause, s.Pause) {
		complete, _, err = delivery.Complete(ctx, s.Container, folder)
		if !notAllowed(err) {
			return complete, err
		}
		if deadline.IsZero() {
			s.Say("storage: whoever runs this gets the role Storage Blob Data Contributor on the models' container, and it is waited for until it holds")
			if err := s.Grant(ctx); err != nil {
				return false, err
			}
			deadline = time.Now().Add(s.Patience)
		}
		if time.Now().After(deadline) {
			return false, fmt.Errorf("%w; it was granted %v ago and doesn't hold yet: run pulumi up again later", err, s.Patience)
		}
		s.Progress("storage: " + err.Error())
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-time.After(pause):
		}
	}
}

// notAllowed reports whether Azure Storage misses a role, as it does until a new
// one holds.
func notAllowed(err error) bool {
	var answer *azcore.ResponseError
	return errors.As(err, &answer) && answer.StatusCode == http.StatusForbidden && answer.ErrorCode == "AuthorizationPermissionMismatch"
}

// percent tells every tenth of what is done.
func (s *Supplier) percent(model, what string) func(done, total int64) {
	tenth := int64(-1)
	return func(done, total int64) {
		if total == 0 || done*10/total == tenth {
			return
		}
		tenth = done * 10 / total
		s.Progress(fmt.Sprintf("model %s: %s, %d %% of %d MB", model, what, tenth*10, total/1e6))
	}
}

// lines hands over what is written to it line by line.
type lines struct {
	say  func(string)
	rest string
}

var _ io.Writer = (*lines)(nil)

func (l *lines) Write(p []byte) (int, error) {
	l.rest += string(p)
	for {
		line, rest, ok := strings.Cut(l.rest, "\n")
		if !ok {
			return len(p), nil
		}
		l.rest = rest
		if line = strings.TrimSpace(line); line != "" {
			l.say(line)
		}
	}
}
