package rollout

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
)

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
