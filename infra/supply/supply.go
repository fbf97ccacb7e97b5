// Package supply brings a model from its source, the hub or a folder, into a
// stack's storage, in the update that needs it: the scorer fetches and prepares it,
// delivery uploads what isn't there yet. Nothing is fetched that is there already, so a second
// update sends nothing.
package supply

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
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
	// Cache is the folder in which what was fetched or made stays for the next time.
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
	bring := s.fetch
	if m.SourceFolder() != "" {
		bring = s.prepare
	}
	dir, served, err := bring(ctx, m)
	if err != nil {
		return err
	}
	folder, err := Scan(ctx, dir, served, s.percent(m.Name, "hashing"))
	if err != nil {
		return err
	}
	if got := folder.Manifest.SizeMiB(); got > m.SizeMiB {
		return fmt.Errorf("model %s has %d MiB, more than model.sizeMiB says (%d): preflight goes by that; correct it and run pulumi up again, which fetches nothing again",
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

// fetch lets the scorer fetch a model from the hub and prepare it, and returns its
// folder and the one to serve.
func (s *Supplier) fetch(ctx context.Context, m stackconfig.Model) (dir, served string, err error) {
	token, err := s.Token(ctx, m.TokenSecret)
	if err != nil {
		return "", "", err
	}
	repository, commit := m.Repository()
	dir = filepath.Join(s.Cache, strings.ReplaceAll(repository, "/", "--")+"-"+commit[:12]+"-"+m.Version)
	s.Say(fmt.Sprintf("model %s: fetching %s and preparing it in %s", m.Name, m.Source, dir))
	if err := s.Scorer.pull(ctx, m, dir, token, &lines{say: s.Progress}); err != nil {
		return "", "", err
	}
	served, err = Served(dir, m.File, s.Say)
	return dir, served, err
}

// prepare lets the scorer prepare the model in a folder, if nobody has, and returns
// its folder and the one to serve. Nothing is written into the model's own.
func (s *Supplier) prepare(ctx context.Context, m stackconfig.Model) (dir, served string, err error) {
	dir = filepath.Join(s.Scorer.Dir, m.SourceFolder())
	model, err := modelstore.Find(dir, modelstore.Options{GraphFile: m.File})
	if err != nil {
		return "", "", err
	}
	fits := func(r *modelstore.Record) bool {
		return r != nil && (model.Config.Task == modelstore.TextGeneration || r.Precision == m.Precision)
	}
	if fits(model.Record) {
		return dir, model.Dir, nil
	}
	export, err := modelstore.Find(dir, modelstore.Options{GraphFile: m.File, Plain: true})
	if err != nil {
		return "", "", err
	}
	if export.Record != nil {
		return "", "", fmt.Errorf("%s has a model that is prepared in %s, and model.precision is %s: name the folder of its export, or set model.precision", dir, export.Record.Precision, m.Precision)
	}
	made := filepath.Join(s.Cache, m.Name+"-"+m.Version)
	if found, err := modelstore.Find(made, modelstore.Options{}); err == nil && fits(found.Record) {
		return made, made, nil
	}
	s.Say(fmt.Sprintf("model %s: preparing %s in %s", m.Name, m.Source, made))
	if err := s.Scorer.optimize(ctx, m, dir, made, &lines{say: s.Progress}); err != nil {
		return "", "", err
	}
	if _, err := os.Stat(made); errors.Is(err, fs.ErrNotExist) {
		return dir, export.Dir, nil // is served as it is
	}
	return made, made, nil
}

// Served is the folder that the scorer would serve of a model's: the optimized one
// alone, if there is one that fits. note is told why one isn't taken. Where graph is a chat
// model's weights, it is the graph that scorer pull made of them.
func Served(dir, graph string, note func(text string)) (string, error) {
	if modelstore.IsWeights(graph) {
		config, err := modelstore.ReadConfig(filepath.Join(dir, modelstore.ConfigFile))
		if err != nil {
			return "", err
		}
		if config.Task == modelstore.TextGeneration {
			graph = ""
		}
	}
	model, err := modelstore.Find(dir, modelstore.Options{GraphFile: graph})
	if err != nil {
		return "", err
	}
	if model.Remark != "" {
		note(model.Remark)
	}
	return model.Dir, nil
}

// Scan hashes what is served of a model's folder. Where it came from, which lies
// beside what was made of it, goes along.
func Scan(ctx context.Context, dir, served string, progress func(done, total int64)) (*delivery.Folder, error) {
	folder, err := delivery.Scan(ctx, served, 0, progress)
	if err == nil && served != dir {
		folder.AddRecord(filepath.Join(filepath.Dir(served), "pull.json"))
	}
	return folder, err
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
			s.Say("storage: granting the role Storage Blob Data Contributor on the models' container to whoever runs this, and waiting until it is in effect")
			if err := s.Grant(ctx); err != nil {
				return false, err
			}
			deadline = time.Now().Add(s.Patience)
		}
		if time.Now().After(deadline) {
			return false, fmt.Errorf("%w; it was granted %v ago and isn't in effect yet: run pulumi up again later", err, s.Patience)
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
