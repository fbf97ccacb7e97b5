// Package rollout_test rolls out, puts to sleep and tears down with the real
// Pulumi CLI and engine against the offline Azure, whose deployments answer real
// requests.
package rollout_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/rollout"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig/stackconfigtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/engine"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/pulumicli"
)

const (
	workspaces        = "Microsoft.MachineLearningServices/workspaces"
	endpoints         = workspaces + "/onlineEndpoints"
	onlineDeployments = endpoints + "/deployments"
)

// gateway is Azure Resource Manager and the scoring of all clouds.
var (
	gateway       azure.Gateway
	gatewayServer *httptest.Server
)

func TestMain(m *testing.M) {
	gatewayServer = httptest.NewServer(&gateway)
	os.Setenv(arm.EndpointVariable, gatewayServer.URL)
	code := m.Run()
	gatewayServer.Close()
	os.Exit(code)
}

// stand is a stack that is deployed, and a rollout that acts on it.
type stand struct {
	*rollout.Rollout
	t     *testing.T
	stack *engine.Stack
	cloud *azure.Cloud
	out   *output
}

// output is what the rollout prints. It is safe for concurrent use.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
	line func(text string) // called with each
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.line != nil {
		o.line(string(p))
	}
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// credential signs in to one cloud.
type credential struct{ token string }

func (c credential) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: c.token, ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// key is a key of the configuration as the stack's file has it.
func key(name string) string { return stackconfigtest.Project().Name + ":" + name }

// open makes stack dev of the committed file, with a published image and a model
// that is there, and deploys it.
func open(t *testing.T, edit func(config map[string]any)) *stand {
	t.Helper()
	cloud := azure.New()
	cloud.Token = "token of " + t.Name()
	return openWith(t, cloud, infra.Deploy, published, edit)
}

// published is the file with an image and a model that are there.
func published(text string) string {
	text = strings.Replace(text, "repository: scorer-cpu\n", "repository: scorer-cpu\n        digest: "+digest("a")+" # of the first image\n", 1)
	text = strings.Replace(text, "        build:\n          target: scorer-cpu\n", "", 1)
	return regexp.MustCompile(`source: .*\n`).ReplaceAllString(text, "version: \"1\"\n")
}

// openWith makes stack dev of the committed file in a cloud, with its text changed as
// a person does it, so that it keeps its comments, and deploys it.
func openWith(t *testing.T, cloud *azure.Cloud, program pulumi.RunFunc, write func(text string) string, edit func(config map[string]any)) *stand {
	t.Helper()
	project, err := pulumicli.Repository()
	if err != nil {
		t.Fatal(err)
	}
	cloud.Scoring = gateway.ScoringAddress(gatewayServer.URL, cloud)
	gateway.Add(cloud)
	stack, err := engine.Open(t.Context(), cloud, project, "dev", t.TempDir(), program)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stack.Close)
	settings, err := stackconfig.ReadProject(filepath.Dir(stack.File()))
	if err != nil {
		t.Fatal(err)
	}
	options, err := arm.Options(gatewayServer.URL)
	if err != nil {
		t.Fatal(err)
	}
	options.Retry.MaxRetries = -1
	out := &output{}
	s := &stand{
		Rollout: &rollout.Rollout{
			Stack:      rollout.Stack{Pulumi: stack.Stack, Project: settings, Name: "dev"},
			Credential: credential{cloud.Token}, Azure: options, Out: out, Frequency: time.Second, Wait: 10 * time.Millisecond,
		},
		t: t, stack: stack, cloud: cloud, out: out,
	}
	s.write(write(s.file()))
	if edit != nil {
		if err := stack.Configure(edit); err != nil {
			t.Fatal(err)
		}
	}
	if run, _, err := stack.UpRun(t.Context()); err != nil {
		t.Fatalf("up: %v\n%s", err, run.Output)
	}
	return s
}

// digest repeats a hexadecimal digit.
func digest(digit string) string { return "sha256:" + strings.Repeat(digit, 64) }

// options are short and strict enough for a test.
func options() rollout.Options {
	o := rollout.Defaults()
	o.Change.Image = digest("b")
	o.Task = rollout.TaskSentiment
	o.Mirror, o.MirrorFor = 20, 100*time.Millisecond
	o.Observe, o.ObserveMost = 100*time.Millisecond, 20*time.Second
	o.ProbeRate = 300
	o.Limits.MinRequests, o.Limits.MaxErrorRate = 30, 0.1
	// The machine that runs the tests is busy: latency is judged in tests of
	// its own.
	o.Limits.MaxP95, o.Limits.P95Ratio = 5*time.Second, 0
	return o
}

func (s *stand) file() string {
	s.t.Helper()
	text, err := os.ReadFile(s.stack.File())
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

func (s *stand) write(text string) {
	s.t.Helper()
	if err := os.WriteFile(s.stack.File(), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// endpoint is what ARM says of the endpoint's properties.
func (s *stand) endpoint() map[string]any {
	s.t.Helper()
	ids := s.cloud.Find(endpoints)
	if len(ids) != 1 {
		s.t.Fatalf("endpoints: %v, want one", ids)
	}
	body, err := s.cloud.Get(ids[0])
	if err != nil {
		s.t.Fatal(err)
	}
	return body["properties"].(map[string]any)
}

// want compares the deployments and their traffic, such as "blue-f4sv2:100".
func (s *stand) want(want ...string) {
	s.t.Helper()
	var got []string
	traffic, _ := s.endpoint()["traffic"].(map[string]any)
	for _, id := range s.cloud.Find(onlineDeployments) {
		name := id[strings.LastIndex(id, "/")+1:]
		share, _ := traffic[name].(float64)
		got = append(got, fmt.Sprintf("%s:%v", name, share))
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		s.t.Errorf("deployments and traffic are %v, want %v", got, want)
	}
	if mirror, _ := s.endpoint()["mirrorTraffic"].(map[string]any); len(mirror) > 0 && len(want) == 1 {
		s.t.Errorf("requests are still copied: %v", mirror)
	}
}

// noChanges wants file, state and Azure to agree.
func (s *stand) noChanges() {
	s.t.Helper()
	run, err := s.stack.PreviewRun(s.t.Context())
	if err != nil || len(run.Steps) > 0 {
		s.t.Errorf("the next preview: %v, %v", run.Steps, err)
	}
}

// splits are the traffic that the endpoint had, one after the other.
func (s *stand) splits() []string {
	s.t.Helper()
	var out []string
	for _, request := range s.cloud.Requests() {
		if request.Type != endpoints || !request.Update {
			continue
		}
		p, _ := request.Body["properties"].(map[string]any)
		if now := fmt.Sprintf("%v mirror %v", p["traffic"], p["mirrorTraffic"]); len(out) == 0 || out[len(out)-1] != now {
			out = append(out, now)
		}
	}
	return out
}

// says wants the rollout to have printed words.
func (s *stand) says(words ...string) {
	s.t.Helper()
	for _, w := range words {
		if !strings.Contains(s.out.String(), w) {
			s.t.Errorf("nothing says %q:\n%s", w, s.out)
		}
	}
}
