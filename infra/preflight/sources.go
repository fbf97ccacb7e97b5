package preflight

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/manifest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore/hub"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// offlineVariable is the hub's own, of all its clients: it isn't to be asked.
const offlineVariable = "HF_HUB_OFFLINE"

// hubTime is how long the hub is waited for.
const hubTime = 5 * time.Second

// checkSources says what an update will fetch, and finds out before anything is
// made that it can't be had.
func (r *Report) checkSources(ctx context.Context, in Input) {
	seen := map[string]bool{}
	for _, name := range in.Config.DeploymentNames() {
		m := in.Config.Deployments[name].Model
		if m.Source == "" || seen[m.Folder()] {
			continue
		}
		seen[m.Folder()] = true
		line, err := in.source(ctx, m)
		if err != nil {
			err = fmt.Errorf("deployments.%s.model.source is %q: %w", name, m.Source, err)
			if in.Update {
				r.find("%v", err)
				continue
			}
			line = "an update would stop: " + err.Error()
		}
		r.Notes = append(r.Notes, "model "+m.Name+": "+line)
	}
}

// source says what an update does for a model with a source.
func (in Input) source(ctx context.Context, m stackconfig.Model) (line string, err error) {
	if in.Client != nil {
		there, err := in.Client.get(ctx, in.Names.WorkspaceID(in.Client.Subscription)+"/models/"+m.Name+"/versions/"+m.Version, apiVersion, nil)
		if err != nil || there {
			return "version " + m.Version + " is in Azure", err
		}
	}
	if dir := m.SourceFolder(); dir != "" {
		files, err := manifest.Of(filepath.Join(in.Folder, dir))
		return fmt.Sprintf("an update prepares %s, %d files with %d MB, and uploads what it makes of them", m.Source, len(files.Files), files.Size()/1e6), err
	}
	if os.Getenv(offlineVariable) != "" {
		return fmt.Sprintf("an update fetches %s, up to %d MiB by model.sizeMiB; the hub wasn't asked (%s)", m.Source, m.SizeMiB, offlineVariable), nil
	}
	ctx, cancel := context.WithTimeout(ctx, hubTime)
	defer cancel()
	token := os.Getenv("HF_TOKEN")
	if token == "" && m.TokenSecret != "" && in.Update {
		if token, err = in.HubToken(ctx, m.TokenSecret); err != nil {
			return "", fmt.Errorf("%w; a vault that this update makes has no secret yet: set HF_TOKEN for it", err)
		}
	}
	repository, commit := m.Repository()
	_, files, err := hub.List(ctx, hub.Options{Repo: repository, Revision: commit, ModelFile: m.File, Token: token})
	if errors.Is(err, context.DeadlineExceeded) {
		return "", fmt.Errorf("the hub can't be reached within %v", hubTime)
	}
	if err != nil {
		return "", err
	}
	var size int64
	for _, f := range files {
		size += f.Size
	}
	return fmt.Sprintf("an update fetches %s, %d files with %d MB, and uploads what it makes of them", m.Source, len(files), size/1e6), nil
}
