package engine

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/pulumicli"
)

// Plain runs the CLI as a user does, in the project's directory, where it
// builds and runs the program itself. The stack's file and its state are a copy
// in a temporary folder, so that the repository stays as it is.
type Plain struct {
	cli, project, stack, folder string
	variables                   map[string]string
	server                      *azure.Server
	out                         io.Writer
}

// OpenPlain makes the stack; what the CLI prints goes to out.
func OpenPlain(ctx context.Context, cloud *azure.Cloud, project, stack, folder string, out io.Writer) (*Plain, error) {
	root, err := pulumicli.Root(ctx)
	if err != nil {
		return nil, err
	}
	if err := copyFiles(project, stack, folder); err != nil {
		return nil, err
	}
	server, err := azure.Serve(cloud)
	if err != nil {
		return nil, err
	}
	p := &Plain{
		cli: filepath.Join(root, "bin", "pulumi"), project: project, stack: stack, folder: folder, server: server, out: io.Discard,
	}
	// The CLI writes the wrapped key of the stack's secrets into its file: the copy.
	if p.variables, err = environment(folder, server); err == nil {
		err = p.run(ctx, folder, "stack", "init", stack, "--secrets-provider", secretsProvider)
	}
	if err != nil {
		server.Close()
		return nil, err
	}
	p.out = out
	return p, nil
}

// Run runs `pulumi COMMAND` for the stack in the project's directory. command
// is one that takes the stack's configuration, such as preview, up or destroy.
func (p *Plain) Run(ctx context.Context, command string, arguments ...string) error {
	file := filepath.Join(p.folder, "Pulumi."+p.stack+".yaml")
	arguments = append([]string{command, "--stack", p.stack, "--config-file", file}, arguments...)
	return p.run(ctx, p.project, arguments...)
}

// Environment is what a command needs that runs Pulumi itself: the CLI first in
// PATH, the offline providers, the state's place.
func (p *Plain) Environment() []string {
	environment := os.Environ()
	for name, value := range p.variables {
		environment = append(environment, name+"="+value)
	}
	// The CLI takes its language host from beside itself only if PATH has none.
	return append(environment, "PATH="+filepath.Dir(p.cli)+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// Configure edits the copy of the stack's configuration.
func (p *Plain) Configure(edit func(config map[string]any)) error {
	return configure(p.folder, p.stack, edit)
}

// Main makes the temporary folder a project whose program is the repository's, so
// that commands can be typed in the folder.
func (p *Plain) Main() error {
	file := filepath.Join(p.folder, "Pulumi.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("engine: %w", err)
	}
	return os.WriteFile(file, append([]byte("main: "+p.project+"\n"), text...), 0o600)
}

// Close stops the stack's providers.
func (p *Plain) Close() {
	p.server.Close()
}

func (p *Plain) run(ctx context.Context, folder string, arguments ...string) error {
	command := exec.CommandContext(ctx, p.cli, append(arguments, "--non-interactive")...)
	command.Dir = folder
	command.Env = p.Environment()
	var errors strings.Builder
	command.Stdout, command.Stderr = p.out, io.MultiWriter(p.out, &errors)
	if err := command.Run(); err != nil {
		return fmt.Errorf("pulumi %s: %w\n%s", strings.Join(arguments, " "), err, errors.String())
	}
	return nil
}
