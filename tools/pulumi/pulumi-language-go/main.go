// Command pulumi-language-go is a small language host for Pulumi programs in
// Go: `pulumi preview` and `pulumi up` start it to build and run the program of
// the current directory. It takes the place of the host that Pulumi ships with
// its CLI where only the Go proxy can be reached, which is how this
// repository's tests run. It knows no plugin discovery and no code generation.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/version"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

func main() {
	os.Exit(run())
}

func run() int {
	flags := flag.NewFlagSet("pulumi-language-go", flag.ExitOnError)
	// The CLI passes options of its own host as well, such as -root and
	// -binary; they are accepted and have no effect.
	for _, ignored := range []string{"tracing", "root", "buildTarget", "binary"} {
		flags.String(ignored, "", "accepted, without effect")
	}
	if err := flags.Parse(os.Args[1:]); err != nil || flags.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "pulumi-language-go: want the engine's address as the argument")
		return 2
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	cancel := make(chan bool)
	go func() { <-ctx.Done(); close(cancel) }()

	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancel,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, &host{engine: flags.Arg(0)})
			return nil
		},
		Options: rpcutil.OpenTracingServerInterceptorOptions(nil),
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-language-go:", err)
		return 1
	}
	fmt.Println(handle.Port) // how the engine learns where the host listens
	if err := <-handle.Done; err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-language-go:", err)
		return 1
	}
	return 0
}

type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	engine string // address of the engine's gRPC server
}

func (h *host) Handshake(
	context.Context, *pulumirpc.LanguageHandshakeRequest,
) (*pulumirpc.LanguageHandshakeResponse, error) {
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

func (h *host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: version.Version}, nil
}

// GetRequiredPackages names none: the providers are attached by
// PULUMI_DEBUG_PROVIDERS or installed by hand.
func (h *host) GetRequiredPackages(
	context.Context, *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{}, nil
}

func (h *host) GetRequiredPlugins(
	context.Context, *pulumirpc.GetRequiredPluginsRequest,
) (*pulumirpc.GetRequiredPluginsResponse, error) {
	return &pulumirpc.GetRequiredPluginsResponse{}, nil
}

// Run builds the program and runs it against the engine. What the program
// prints goes to the engine, which shows it to the user.
func (h *host) Run(ctx context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	program, remove, err := build(ctx, req.Info)
	if err != nil {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	defer remove()
	environment, err := h.environment(req)
	if err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, program)
	command.Dir = req.Pwd
	command.Env = append(os.Environ(), environment...)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	err = command.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return &pulumirpc.RunResponse{}, nil
	case errors.As(err, &exit) && exit.ExitCode() > 0:
		// 32 is how the SDK says that the engine has shown the error already.
		if exit.ExitCode() == 32 {
			return &pulumirpc.RunResponse{Bail: true}, nil
		}
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("the program exited with code %d", exit.ExitCode())}, nil
	default:
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("the program did not run: %v", err)}, nil
	}
}

// build builds the program of a folder. It stays in PULUMI_HOME, where go finds
// whether it must be linked again. An update runs what its preview has run: the same
// process of the CLI asks for both.
func build(ctx context.Context, info *pulumirpc.ProgramInfo) (program string, remove func(), err error) {
	remove = func() {}
	folder := os.Getenv("PULUMI_HOME")
	if folder == "" {
		if folder, err = os.MkdirTemp("", "pulumi-program-"); err != nil {
			return "", nil, err
		}
		remove = func() { _ = os.RemoveAll(folder) }
	}
	program = filepath.Join(folder, fmt.Sprintf("program-%x", sha256.Sum256([]byte(info.ProgramDirectory))))
	asker, note := strconv.Itoa(os.Getppid()), program+".asker"
	if before, err := os.Stat(note); err == nil && time.Since(before.ModTime()) < time.Minute {
		if last, err := os.ReadFile(note); err == nil && string(last) == asker {
			return program, remove, nil
		}
	}
	command := exec.CommandContext(ctx, "go", "build", "-ldflags=-s -w", "-o", program, info.EntryPoint) // links sooner
	command.Dir = info.ProgramDirectory
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	if err := command.Run(); err != nil {
		remove()
		return "", nil, fmt.Errorf("go build in %s: %w", command.Dir, err)
	}
	if err := os.WriteFile(note, []byte(asker), 0o600); err != nil {
		remove()
		return "", nil, err
	}
	return program, remove, nil
}

// RunPlugin builds and runs a plugin in Go, as a policy pack, until it ends or the
// engine is done with it. Pulumi's own host does so (RunPlugin in
// sdk/go/pulumi-language-go/main.go of pulumi/pulumi).
func (h *host) RunPlugin(req *pulumirpc.RunPluginRequest, server pulumirpc.LanguageRuntime_RunPluginServer) error {
	program, remove, err := build(server.Context(), req.Info)
	if err != nil {
		return err
	}
	defer remove()
	streams, stdout, stderr, err := rpcutil.MakeRunPluginStreams(server, false)
	if err != nil {
		return err
	}
	defer streams.Close()
	command := exec.CommandContext(server.Context(), program, req.Args...)
	command.Dir, command.Env = req.Pwd, req.Env
	command.Stdout, command.Stderr = stdout, stderr
	var exit *exec.ExitError
	if err := command.Run(); errors.As(err, &exit) {
		return server.Send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Exitcode{Exitcode: int32(exit.ExitCode())}})
	} else if err != nil {
		return err
	}
	return streams.Close()
}

// environment tells the program, in the SDK's variables, what to do and whom
// to register resources with.
func (h *host) environment(req *pulumirpc.RunRequest) ([]string, error) {
	config, err := json.Marshal(req.Config)
	if err != nil {
		return nil, err
	}
	secretKeys, err := json.Marshal(req.ConfigSecretKeys)
	if err != nil {
		return nil, err
	}
	return []string{
		"PULUMI_ORGANIZATION=" + req.Organization,
		"PULUMI_PROJECT=" + req.Project,
		"PULUMI_STACK=" + req.Stack,
		"PULUMI_ROOT_DIRECTORY=" + req.Info.RootDirectory,
		"PULUMI_CONFIG=" + string(config),
		"PULUMI_CONFIG_SECRET_KEYS=" + string(secretKeys),
		"PULUMI_DRY_RUN=" + strconv.FormatBool(req.DryRun),
		"PULUMI_PARALLEL=" + strconv.Itoa(int(req.Parallel)),
		"PULUMI_MONITOR=" + req.MonitorAddress,
		"PULUMI_ENGINE=" + h.engine,
	}, nil
}

// InstallDependencies has nothing to do: `go build` fetches the modules.
func (h *host) InstallDependencies(
	*pulumirpc.InstallDependenciesRequest, grpc.ServerStreamingServer[pulumirpc.InstallDependenciesResponse],
) error {
	return nil
}

func (h *host) RuntimeOptionsPrompts(
	context.Context, *pulumirpc.RuntimeOptionsRequest,
) (*pulumirpc.RuntimeOptionsResponse, error) {
	return &pulumirpc.RuntimeOptionsResponse{}, nil
}

func (h *host) About(context.Context, *pulumirpc.AboutRequest) (*pulumirpc.AboutResponse, error) {
	return &pulumirpc.AboutResponse{Executable: "go"}, nil
}

func (h *host) GetProgramDependencies(
	context.Context, *pulumirpc.GetProgramDependenciesRequest,
) (*pulumirpc.GetProgramDependenciesResponse, error) {
	return &pulumirpc.GetProgramDependenciesResponse{}, nil
}
