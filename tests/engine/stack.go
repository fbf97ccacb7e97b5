// Package engine runs the Pulumi program with the real CLI and engine against
// the offline Azure of tests/azure.
package engine

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/pulumicli"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optrefresh"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Stack is a stack of its own in a temporary folder, with a copy of the
// project's and the stack's files.
type Stack struct {
	auto.Stack
	Cloud  *azure.Cloud
	folder string
	name   string
	server *azure.Server
}

// Open makes a stack from Pulumi.yaml and Pulumi.NAME.yaml of the project's
// folder; the program runs in this process. Close stops the providers.
func Open(ctx context.Context, cloud *azure.Cloud, project, name, folder string, program pulumi.RunFunc) (*Stack, error) {
	if err := copyFiles(project, name, folder); err != nil {
		return nil, err
	}
	command, err := cli()
	if err != nil {
		return nil, err
	}
	server, err := azure.Serve(cloud)
	if err != nil {
		return nil, err
	}
	variables, err := environment(folder, server)
	if err != nil {
		server.Close()
		return nil, err
	}
	opened := &Stack{Cloud: cloud, folder: folder, name: name, server: server}
	opened.Stack, err = auto.NewStackInlineSource(ctx, name, "", program,
		auto.Pulumi(queries{command, opened.State}), auto.WorkDir(folder), auto.EnvVars(variables), auto.SecretsProvider(secretsProvider))
	if err != nil {
		server.Close()
		return nil, fmt.Errorf("engine: %w", err)
	}
	return opened, nil
}

// cli is the CLI, which is asked for its version once.
var cli = sync.OnceValues(func() (auto.PulumiCommand, error) {
	root, err := pulumicli.Root(context.Background())
	if err != nil {
		return nil, err
	}
	command, err := auto.NewPulumiCommand(&auto.PulumiCommandOptions{Root: root, SkipVersionCheck: true})
	if err != nil {
		return nil, fmt.Errorf("engine: %w", err)
	}
	return command, nil
})

// Close stops the stack's providers.
func (s *Stack) Close() {
	s.server.Close()
}

// Configure edits the stack's configuration, as a user edits the file.
func (s *Stack) Configure(edit func(config map[string]any)) error {
	return configure(s.folder, s.name, edit)
}

// File is the path of the stack's file.
func (s *Stack) File() string {
	return filepath.Join(s.folder, "Pulumi."+s.name+".yaml")
}

// State returns the stack's state as it lies in the backend, secrets encrypted.
func (s *Stack) State() ([]byte, error) {
	files, err := filepath.Glob(filepath.Join(s.folder, ".pulumi", "stacks", "*", s.name+".json"))
	if err != nil {
		return nil, fmt.Errorf("engine: %w", err)
	}
	if len(files) != 1 {
		return nil, fmt.Errorf("engine: the state of stack %s lies in %d files, not in one", s.name, len(files))
	}
	return os.ReadFile(files[0])
}

// Steps are what the engine did, or in a preview would do: the logical names
// of resources by operation, such as create, update, replace, delete, each in
// order. What changes nothing on Azure is left out.
type Steps map[string][]string

func (s Steps) String() string {
	if len(s) == 0 {
		return "no changes"
	}
	var out bytes.Buffer
	for _, op := range slices.Sorted(maps.Keys(s)) {
		fmt.Fprintf(&out, "%s %v; ", op, s[op])
	}
	return out.String()
}

// Run is the outcome of one command.
type Run struct {
	Steps  Steps
	Output string // what the CLI printed
}

// collector gathers the engine's events.
type collector struct {
	channel chan events.EngineEvent
	done    sync.WaitGroup
	steps   Steps
	output  bytes.Buffer
}

func collect() *collector {
	c := &collector{channel: make(chan events.EngineEvent), steps: Steps{}}
	c.done.Go(func() {
		for event := range c.channel {
			if pre := event.ResourcePreEvent; pre != nil && !isQuiet(pre.Metadata) {
				op, name := string(pre.Metadata.Op), urnName(pre.Metadata.URN)
				if !slices.Contains(c.steps[op], name) {
					c.steps[op] = append(c.steps[op], name)
				}
			}
		}
		for _, names := range c.steps {
			slices.Sort(names)
		}
	})
	return c
}

// isQuiet says that a step changes nothing on Azure: readings, resources that
// stay the same, and the engine's own records of providers.
func isQuiet(step apitype.StepEventMetadata) bool {
	switch step.Op {
	case apitype.OpSame, apitype.OpRefresh, apitype.OpRead:
		return true
	default:
		return strings.HasPrefix(step.Type, "pulumi:providers:")
	}
}

// run waits for the events, which the Automation API closes the channel after.
func (c *collector) run() Run {
	c.done.Wait()
	return Run{Steps: c.steps, Output: c.output.String()}
}

// urnName returns the logical name at the end of a URN.
func urnName(urn string) string {
	return urn[strings.LastIndex(urn, "::")+len("::"):]
}

// PreviewRun previews.
func (s *Stack) PreviewRun(ctx context.Context) (Run, error) {
	c := collect()
	_, err := s.Preview(ctx, optpreview.EventStreams(c.channel), optpreview.ProgressStreams(&c.output))
	return c.run(), err
}

// UpRun updates.
func (s *Stack) UpRun(ctx context.Context) (Run, auto.OutputMap, error) {
	c := collect()
	result, err := s.Up(ctx, optup.EventStreams(c.channel), optup.ProgressStreams(&c.output))
	return c.run(), result.Outputs, err
}

// RefreshRun refreshes the state from the cloud.
func (s *Stack) RefreshRun(ctx context.Context) (Run, error) {
	c := collect()
	_, err := s.Refresh(ctx, optrefresh.EventStreams(c.channel), optrefresh.ProgressStreams(&c.output))
	return c.run(), err
}

// DestroyRun deletes everything.
func (s *Stack) DestroyRun(ctx context.Context) (Run, error) {
	c := collect()
	_, err := s.Destroy(ctx, optdestroy.EventStreams(c.channel), optdestroy.ProgressStreams(&c.output))
	return c.run(), err
}
