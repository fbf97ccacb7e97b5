package rollout

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/apps"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/online"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// host is what runs the deployments, as it is in Azure: a managed endpoint, or a
// Container App.
type host interface {
	Get(ctx context.Context) (*online.Endpoint, error)
	Key(ctx context.Context) (string, error)
	Delete(ctx context.Context, deployment string) error
	Metrics(ctx context.Context, deployment string, since, until time.Time) (online.Metrics, error)
	Operations(ctx context.Context, deployment string, since time.Time) ([]online.Event, error)
	ContainerEvents(ctx context.Context, logAnalyticsID, deployment string, since time.Time) ([]online.Event, error)
	LogLines(ctx context.Context, logAnalyticsID, table, deployment string, since time.Time) (int, error)
	Logs(ctx context.Context, deployment string, kind online.LogKind, lines int) (string, error)
}

// errNoApp says that the stack's state has no app.
var errNoApp = errors.New("the stack has no app: run pulumi up first, or wake it")

// host is a client for what the stack's state has.
func (r *Rollout) host(cfg *stackconfig.Config, s *state) (host, error) {
	if cfg.Hosting != stackconfig.ContainerApp {
		return r.online(s)
	}
	id := s.app()
	if id == "" {
		return nil, errNoApp
	}
	_, logs := s.find("operationalinsights", "Workspace")
	return apps.New(id, logs, r.Credential, r.Azure)
}

// onApps reports whether the stack's deployments are revisions of a Container App.
func (at *situation) onApps() bool { return at.cfg.Hosting == stackconfig.ContainerApp }

// azureName is what Azure calls a deployment; a revision goes by its label.
func azureName(cfg *stackconfig.Config, name string, d stackconfig.Deployment) string {
	if cfg.Hosting == stackconfig.ContainerApp {
		return name
	}
	return stackconfig.DeploymentName(name, d.InstanceType)
}

// options are those that the host can do: Container Apps copy no requests.
func (at *situation) options(o Options) Options {
	if at.onApps() {
		o.Mirror = 0
	}
	return o
}

// size is what a deployment runs on, in words.
func size(d stackconfig.Deployment) string {
	if d.InstanceType != "" {
		return d.InstanceType
	}
	return fmt.Sprintf("%g vCPUs", d.ReplicaVCPUs())
}
