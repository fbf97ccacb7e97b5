package rollout_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/rollout"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
)

const (
	apps      = "Microsoft.App/containerApps"
	revisions = apps + "/revisions"
)

// closed is a storage account that lets nobody look: what a stack says of its
// models is believed.
type closed struct{}

func (closed) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusForbidden, Body: io.NopCloser(strings.NewReader("")), Request: r}, nil
}

// openApp is open of a stack that Container Apps host.
func openApp(t *testing.T) *stand {
	t.Helper()
	cloud := azure.New()
	cloud.Token = "token of " + t.Name()
	hosted := func(text string) string {
		text = published(text)
		text = strings.Replace(text, "version: \"1\"\n", "sha256: "+strings.Repeat("d", 64)+"\n", 1)
		text = strings.Replace(text, "instanceType: Standard_F4s_v2\n      instanceCount: 1\n", "vCPUs: 2 # of a replica\n", 1)
		return regexp.MustCompile(`      autoscale:\n(        .*\n)+`).ReplaceAllString(text, "")
	}
	s := openWith(t, cloud, infra.Program{HTTP: &http.Client{Transport: closed{}}}.Deploy, hosted, func(c map[string]any) {
		c[key("hosting")], c[key("alerts")] = "containerApp", map[string]any{"enabled": false}
		c[key("endpoint")] = map[string]any{"clientId": "11111111-2222-4333-8444-555555555555", "callers": []any{cloud.ObjectID}}
	})
	s.HTTP = cloud.AppsClient()
	return s
}

// appOptions are options without copies of requests, which apps don't have.
func appOptions() rollout.Options {
	o := options()
	o.Patience = time.Second
	return o
}

// wantApp compares the traffic of the app by deployment, such as "blue:100", and
// which deployments' revisions run.
func (s *stand) wantApp(traffic string, running ...string) {
	s.t.Helper()
	if got := s.share(s.appBody()); got != traffic {
		s.t.Errorf("traffic is %s, want %s", got, traffic)
	}
	var active []string
	for _, id := range s.cloud.Find(revisions) {
		body, err := s.cloud.Get(id)
		if err != nil {
			s.t.Fatal(err)
		}
		if body["properties"].(map[string]any)["active"] == true {
			_, suffix, _ := strings.Cut(id, "--")
			name, _, _ := strings.Cut(suffix, "-")
			active = append(active, name)
		}
	}
	if slices.Sort(active); !slices.Equal(active, running) {
		s.t.Errorf("revisions of %v run, want those of %v", active, running)
	}
}

func (s *stand) appBody() map[string]any {
	s.t.Helper()
	ids := s.cloud.Find(apps)
	if len(ids) != 1 {
		s.t.Fatalf("apps: %v, want one", ids)
	}
	body, err := s.cloud.Get(ids[0])
	if err != nil {
		s.t.Fatal(err)
	}
	return body
}

// share is an app's traffic by deployment.
func (s *stand) share(body map[string]any) string {
	ingress := body["properties"].(map[string]any)["configuration"].(map[string]any)["ingress"].(map[string]any)
	entries, _ := ingress["traffic"].([]any)
	var out []string
	for _, entry := range entries {
		out = append(out, fmt.Sprintf("%v:%v", entry.(map[string]any)["label"], entry.(map[string]any)["weight"]))
	}
	return strings.Join(out, " ")
}

// shares are the traffic that the app had, one after the other.
func (s *stand) shares() []string {
	var out []string
	for _, request := range s.cloud.Requests() {
		if request.Type != apps {
			continue
		}
		if now := s.share(request.Body); len(out) == 0 || out[len(out)-1] != now {
			out = append(out, now)
		}
	}
	return out
}

// revisionOf is the name of a deployment's latest revision.
func (s *stand) revisionOf(deployment string) string {
	s.t.Helper()
	for _, id := range s.cloud.Find(revisions) {
		if strings.Contains(id, "--"+deployment+"-") {
			return id[strings.LastIndex(id, "/")+1:]
		}
	}
	s.t.Fatalf("no revision of %s", deployment)
	return ""
}

// TestAppRollsOut replaces blue's image by green on Container Apps, step by step.
func TestAppRollsOut(t *testing.T) {
	t.Parallel()
	s := openApp(t)
	before := s.file()
	o := appOptions()
	o.Task = "auto"
	if err := s.Plan(t.Context(), o); err != nil || s.file() != before {
		t.Fatalf("a plan: %v", err)
	}
	s.says("1. deploy green (scorer-cpu@"+digest("b")[:19], "2 vCPUs", "let it answer 50 %", "delete blue")
	if err := s.Run(t.Context(), o); err != nil {
		t.Fatalf("%v\n%s", err, s.out)
	}
	s.wantApp("green:100", "green")
	s.noChanges()
	want := []string{"", "blue:100", "blue:100 green:0", "blue:90 green:10", "blue:50 green:50", "blue:0 green:100", "green:100"}
	if got := s.shares(); !slices.Equal(got, want) {
		t.Errorf("traffic was, one after the other:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if got, want := s.file(), strings.NewReplacer("blue:", "green:", digest("a"), digest("b")).Replace(before); got != want {
		t.Errorf("the file is:\n%s\nwant:\n%s", got, want)
	}
	directed, live, _ := s.cloud.Scored(s.revisionOf("green"))
	if directed == 0 || live == 0 {
		t.Errorf("green was asked directly %d times, by the traffic %d", directed, live)
	}
	s.says("Azure Monitor counted", "done: green answers all requests")
	if strings.Contains(s.out.String(), "copy") || strings.Contains(s.out.String(), s.cloud.Token) {
		t.Errorf("requests were copied, or the token was printed:\n%s", s.out)
	}
	if err := s.Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	s.says("nothing to do: green is live")

	o.Change = rollout.Change{Image: digest("c"), Size: "Standard_F8s_v2"}
	if err := s.Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), "--size") {
		t.Errorf("another size: %v", err)
	}
}

// TestAppRollsBack rolls out what answers badly, and what doesn't start: each ends
// as it began.
func TestAppRollsBack(t *testing.T) {
	t.Parallel()
	s := openApp(t)
	before := s.file()
	broken := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "broken", http.StatusInternalServerError) })
	crash := &azure.Error{Status: 400, Code: "ContainerAppOperationError",
		Message: "Failed to provision revision for container app. Error details: Operation expired."} // microsoft/azure-container-apps#670
	for digits, c := range map[string]struct {
		does  azure.Container
		words []string
	}{
		"b": {azure.Container{Handler: broken}, []string{"doesn't answer as it should"}},
		"c": {azure.Container{Failure: crash, Logs: map[string]string{"StorageInitializer": "scorer: storage answers 404 BlobNotFound for delivery.json\n"},
			Events: [][2]string{{"ContainerTerminated", "exited with code 1"}}}, []string{"couldn't be deployed", "BlobNotFound"}},
	} {
		s.cloud.Publish(digest(digits), c.does)
		o := appOptions()
		o.Change.Image, o.AllowChanges = digest(digits), true
		err := s.Run(t.Context(), o)
		if !errors.Is(err, rollout.ErrRolledBack) {
			t.Fatalf("%v\n%s", err, s.out)
		}
		for _, words := range c.words {
			if !strings.Contains(err.Error(), words) {
				t.Errorf("the error has no %q: %v", words, err)
			}
		}
		s.wantApp("blue:100", "blue")
		if s.file() != before {
			t.Errorf("the file is:\n%s", s.file())
		}
	}
	s.noChanges()
}

// TestAppRollback takes a rollout back that was interrupted, and explains what is
// there.
func TestAppRollback(t *testing.T) {
	t.Parallel()
	s := openApp(t)
	before := s.file()
	o := appOptions()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	s.out.line = func(text string) {
		if strings.Contains(text, "50 % of the requests") {
			interrupt()
		}
	}
	if err := s.Run(ctx, o); !errors.Is(err, rollout.ErrInterrupted) {
		t.Fatalf("%v\n%s", err, s.out)
	}
	if err := s.Explain(t.Context(), "green", time.Hour, 10); err != nil {
		t.Error(err)
	}
	s.says("green is Succeeded, 0 × 2 vCPUs, 10 % of the traffic")
	if err := s.Rollback(t.Context(), o, false); err != nil {
		t.Fatalf("%v\n%s", err, s.out)
	}
	s.wantApp("blue:100", "blue")
	if s.file() != before {
		t.Errorf("the file is:\n%s", s.file())
	}
	s.noChanges()
}

// TestAppTeardown leaves no name taken of a stack on Container Apps.
func TestAppTeardown(t *testing.T) {
	t.Parallel()
	s := openApp(t)
	if err := s.Teardown(t.Context(), "", true); err != nil {
		t.Fatal(err)
	}
	s.says("1. destroy everything but the logs and what they need", "2. delete the logs log-nlp-dev-", "5. check that the names are free")
	if err := s.Teardown(t.Context(), "", false); err != nil {
		t.Fatalf("%v\n%s", err, s.out)
	}
	s.says("all names are free")
	s.empty()
}

// TestAppSleepsAndWakes: an app that sleeps is gone, so that no call wakes it, and
// comes back under the same address.
func TestAppSleepsAndWakes(t *testing.T) {
	t.Parallel()
	s := openApp(t)
	address := s.appBody()["properties"].(map[string]any)["configuration"].(map[string]any)["ingress"].(map[string]any)["fqdn"]
	if err := s.Sleep(t.Context(), false); err != nil {
		t.Fatalf("%v\n%s", err, s.out)
	}
	if ids := s.cloud.Find(apps); len(ids) > 0 {
		t.Errorf("asleep: %v", ids)
	}
	s.noChanges()
	s.says(fmt.Sprintf("asleep: https://%s stays, answers 404", address))

	s.cloud.Publish(digest("a"), azure.Container{Failure: &azure.Error{Status: 400, Code: "ContainerAppOperationError", Message: "Failed to provision revision: ImagePullBackOff"}})
	if err := s.Wake(t.Context(), options(), false); err == nil {
		t.Fatal("woken in spite of an image that isn't available")
	}
	s.says("cause: image pull", "back to sleep")
	if ids := s.cloud.Find(apps); len(ids) > 0 {
		t.Errorf("asleep again: %v", ids)
	}

	s.cloud.Publish(digest("a"), azure.Container{})
	o := options()
	o.Task = "auto"
	if err := s.Wake(t.Context(), o, false); err != nil {
		t.Fatalf("%v\n%s", err, s.out)
	}
	s.wantApp("blue:100", "blue")
	s.noChanges()
	s.says(fmt.Sprintf("awake: https://%s answers", address))
}

// refusedApp signs in to Azure, and not to the app.
type refusedApp struct{ credential }

func (c refusedApp) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := c.credential.GetToken(ctx, o)
	if strings.HasPrefix(o.Scopes[0], "11111111-") {
		token.Token = "another"
	}
	return token, err
}

// TestAppVerify breaks each assumption about an app in turn.
func TestAppVerify(t *testing.T) {
	t.Parallel()
	s := openApp(t)
	good := s.Credential
	unasked := []string{"a stream arrives in pieces", "the host's GPU driver"}
	for _, c := range []struct {
		name      string
		container azure.Container
		login     azcore.TokenCredential
		silent    []string
		before    func()
		failed    []string
		notAsked  []string
	}{
		{name: "an app that is well", notAsked: unasked},
		{name: "caller", login: refusedApp{good.(credential)}, failed: []string{"whoever is signed in may call the app"},
			notAsked: []string{"POST /score", "/v1 through the ingress", "a stream arrives in pieces", "the host's GPU driver"}},
		{name: "scoring", container: broken(api.ScorePath, http.StatusInternalServerError), failed: []string{"POST /score"}, notAsked: unasked},
		{name: "models", container: broken(api.ModelsPath, http.StatusBadGateway), failed: []string{"/v1 through the ingress"}, notAsked: unasked},
		{name: "requests", silent: []string{"Requests"}, failed: []string{"metric Requests"}, notAsked: unasked},
		{name: "console log", silent: []string{"ContainerAppConsoleLogs"}, failed: []string{"console log (ContainerAppConsoleLogs)"}, notAsked: unasked},
		{name: "open to everybody", before: func() {
			if err := s.cloud.Edit(s.cloud.Find(apps + "/authConfigs")[0], func(body map[string]any) {
				body["properties"].(map[string]any)["globalValidation"] = map[string]any{"unauthenticatedClientAction": "AllowAnonymous"}
			}); err != nil {
				t.Fatal(err)
			}
		}, failed: []string{"an anonymous call is refused"}, notAsked: unasked},
	} {
		s.cloud.Publish(digest("a"), c.container)
		s.cloud.Silence(c.silent...)
		if s.Credential = good; c.login != nil {
			s.Credential = c.login
		}
		if c.before != nil {
			c.before()
		}
		out := &output{}
		s.Rollout.Out = out
		err := s.Verify(t.Context(), 50*time.Millisecond, rollout.TaskSentiment)
		said := func(word string) (names []string) {
			for line := range strings.Lines(out.String()) {
				if _, rest, ok := strings.Cut(line, " "+word+": "); ok {
					name, _, _ := strings.Cut(rest, ": ")
					names = append(names, name)
				}
			}
			return names
		}
		if failed, notAsked := said("FAILED"), said("not asked"); !slices.Equal(failed, c.failed) || !slices.Equal(notAsked, c.notAsked) || (err != nil) != (len(c.failed) > 0) {
			t.Errorf("%s: failed %q, not asked %q, %v; want %q, %q\n%s", c.name, failed, notAsked, err, c.failed, c.notAsked, out)
		}
	}
}
