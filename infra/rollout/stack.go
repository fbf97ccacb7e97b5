package rollout

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// Stack is a Pulumi stack and the file that configures it.
type Stack struct {
	Pulumi  auto.Stack
	Project *stackconfig.Project
	Name    string
	// Output gets what the CLI prints; nil drops it.
	Output io.Writer
	// Kill interrupts a running command of Pulumi. Without it, commands run to
	// their end whatever becomes of the context: one that is cut off leaves
	// the stack locked, and resources that its state doesn't know.
	Kill context.Context
}

// File is the path of Pulumi.NAME.yaml.
func (s *Stack) File() string { return s.Project.StackFile(s.Name) }

// read returns the file and what it says.
func (s *Stack) read() (text []byte, cfg *stackconfig.Config, err error) {
	if text, err = os.ReadFile(s.File()); err != nil {
		return nil, nil, fmt.Errorf("the file of stack %s: %w", s.Name, err)
	}
	if cfg, err = s.Project.Parse(text, s.Name, true); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", s.File(), err)
	}
	return text, cfg, nil
}

// edit changes the file, unless what comes of it can't be deployed.
func (s *Stack) edit(change func(*stackconfig.File) error) error {
	text, edited, err := s.edited(change)
	if err != nil || bytes.Equal(text, edited) {
		return err
	}
	return stackconfig.WriteFile(s.File(), edited)
}

// edited is what edit would write, checked.
func (s *Stack) edited(change func(*stackconfig.File) error) (before, after []byte, err error) {
	file, err := s.Project.Open(s.Name, "")
	if err != nil {
		return nil, nil, err
	}
	before = file.Text()
	if err := change(file); err != nil {
		return nil, nil, err
	}
	_, err = file.Config(false)
	return before, file.Text(), err
}

// UpError is a run of Pulumi that failed.
type UpError struct {
	Messages []string // the engine's, without colours
	err      error
}

func (e *UpError) Error() string {
	if len(e.Messages) == 0 {
		return "pulumi: " + e.err.Error()
	}
	return "pulumi: " + strings.Join(e.Messages, "\n")
}

func (e *UpError) Unwrap() error { return e.err }

// up makes Azure what the file says.
func (s *Stack) up(ctx context.Context) error {
	log := newEngineLog()
	_, err := s.Pulumi.Up(s.context(ctx), optup.EventStreams(log.events), optup.ProgressStreams(s.output()), optup.ErrorProgressStreams(s.output()))
	return log.failure(err)
}

// changes lists what an up would change.
func (s *Stack) changes(ctx context.Context) ([]string, error) {
	log := newEngineLog()
	_, err := s.Pulumi.Preview(s.context(ctx), optpreview.EventStreams(log.events), optpreview.ProgressStreams(s.output()), optpreview.ErrorProgressStreams(s.output()))
	if err := log.failure(err); err != nil {
		return nil, err
	}
	log.mu.Lock()
	defer log.mu.Unlock()
	return log.steps, nil
}

// destroy deletes all resources but those with the URNs, and what these need.
func (s *Stack) destroy(ctx context.Context, except ...string) error {
	log := newEngineLog()
	options := []optdestroy.Option{optdestroy.EventStreams(log.events), optdestroy.ProgressStreams(s.output()), optdestroy.ErrorProgressStreams(s.output())}
	if len(except) > 0 {
		options = append(options, optdestroy.Exclude(except))
	}
	_, err := s.Pulumi.Destroy(s.context(ctx), options...)
	return log.failure(err)
}

func (s *Stack) output() io.Writer {
	if s.Output == nil {
		return io.Discard
	}
	return s.Output
}

// context is for a command of Pulumi: it outlives an interruption.
func (s *Stack) context(ctx context.Context) context.Context {
	if s.Kill != nil {
		return s.Kill
	}
	return context.WithoutCancel(ctx)
}

// engineLog gathers what the engine reports of a run.
type engineLog struct {
	events chan events.EngineEvent
	ended  chan struct{}

	mu       sync.Mutex
	steps    []string
	messages []string
}

func newEngineLog() *engineLog {
	l := &engineLog{events: make(chan events.EngineEvent), ended: make(chan struct{})}
	go func() {
		defer close(l.ended)
		for event := range l.events {
			l.add(event)
		}
	}()
	return l
}

// wait waits for the last event. The Automation API closes the channel after
// it, but not where the CLI has failed before the engine began, as on a locked
// stack.
func (l *engineLog) wait() {
	select {
	case <-l.ended:
	case <-time.After(5 * time.Second):
	}
}

func (l *engineLog) add(event events.EngineEvent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if d := event.DiagnosticEvent; d != nil && d.Severity == "error" {
		text := strings.TrimSpace(colors.Never.Colorize(d.Prefix + d.Message))
		if text != "" && !slices.Contains(l.messages, text) {
			l.messages = append(l.messages, text)
		}
	}
	if step := event.ResourcePreEvent; step != nil {
		m := step.Metadata
		if m.Op != apitype.OpSame && m.Op != apitype.OpRead && m.Op != apitype.OpRefresh && !strings.HasPrefix(m.Type, "pulumi:") {
			l.steps = append(l.steps, fmt.Sprintf("%s %s", m.Op, m.URN[strings.LastIndex(m.URN, "::")+2:]))
		}
	}
}

// failure is a run's error with what the engine said.
func (l *engineLog) failure(err error) error {
	if auto.IsConcurrentUpdateError(err) {
		return ErrLocked
	}
	l.wait()
	if err == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return &UpError{Messages: slices.Clone(l.messages), err: err}
}

// state is what Pulumi knows of the stack's resources.
type state struct {
	Resources []struct {
		URN  string `json:"urn"`
		Type string `json:"type"`
		ID   string `json:"id"`
		// External is what the stack only refers to.
		External bool `json:"external"`
	} `json:"resources"`
	Pending []struct {
		Resource struct {
			URN string `json:"urn"`
		} `json:"resource"`
		Type string `json:"type"`
	} `json:"pending_operations"`
}

func (s *Stack) state(ctx context.Context) (*state, error) {
	exported, err := s.Pulumi.Export(s.context(ctx))
	if err != nil {
		return nil, fmt.Errorf("read the stack's state: %w", err)
	}
	var out state
	if len(exported.Deployment) > 0 {
		if err := json.Unmarshal(exported.Deployment, &out); err != nil {
			return nil, fmt.Errorf("read the stack's state: %w", err)
		}
	}
	return &out, nil
}

// find returns the URN and id of the first resource of a type, whatever its API
// version.
func (s *state) find(module, name string) (urn, id string) {
	for _, r := range s.Resources {
		if strings.HasPrefix(r.Type, "azure-native:"+module) && strings.HasSuffix(r.Type, ":"+name) {
			return r.URN, r.ID
		}
	}
	return "", ""
}

// made returns the URN of the first resource of a type that the stack has made.
func (s *state) made(module, name string) (urn string) {
	for _, r := range s.Resources {
		if !r.External && strings.HasPrefix(r.Type, "azure-native:"+module) && strings.HasSuffix(r.Type, ":"+name) {
			return r.URN
		}
	}
	return ""
}

// has reports whether a resource with an ARM id is in the state.
func (s *state) has(id string) bool {
	for _, r := range s.Resources {
		if strings.EqualFold(r.ID, id) {
			return true
		}
	}
	return false
}

// dropPending takes operations out of the state that were cut off, so that the
// next run doesn't stumble over them. What they made in Azure is the caller's to
// remove.
func (s *Stack) dropPending(ctx context.Context) error {
	exported, err := s.Pulumi.Export(s.context(ctx))
	if err != nil {
		return err
	}
	// An import leaves the operations out.
	return s.Pulumi.Import(s.context(ctx), exported)
}

// endpoint is the id of the endpoint, "" if the stack has none.
func (s *state) endpoint() string {
	_, id := s.find("machinelearningservices", "OnlineEndpoint")
	return id
}

// app is the id of the Container App that serves, "" if the stack has none. The
// bot is another.
func (s *state) app() string {
	for _, r := range s.Resources {
		if strings.HasSuffix(r.Type, ":ContainerApp") && strings.HasSuffix(r.URN, "::app") {
			return r.ID
		}
	}
	return ""
}

// output of a stack that is text, "" where there is none.
func output(outputs auto.OutputMap, name string) string {
	text, _ := outputs[name].Value.(string)
	return text
}
