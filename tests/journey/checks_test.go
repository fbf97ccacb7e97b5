package journey

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
)

const (
	deployments = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments"
	// The statuses of a rollout that was taken back, and of one that was interrupted.
	rolledBack  = 3
	interrupted = 130
)

// deploymentsOf are the ids of a stack's deployments.
func (p *traveller) deploymentsOf(stack string) []string {
	return slices.DeleteFunc(p.cloud.Find(deployments), func(id string) bool { return !strings.Contains(id, "-"+stack+"-") })
}

// instance is the deployment of the stack dev.
func (p *traveller) instance() azure.Instance {
	p.t.Helper()
	ids := p.deploymentsOf("dev")
	if len(ids) != 1 {
		p.t.Fatalf("the stack dev has the deployments %v, want one", ids)
	}
	instance, err := p.cloud.Instance(ids[0])
	if err != nil {
		p.t.Fatal(err)
	}
	return instance
}

// deployed wants one deployment of the stack dev, with all of the traffic.
func (p *traveller) deployed(name string) {
	p.t.Helper()
	if got := p.instance().Name; got != name {
		p.t.Fatalf("%s is deployed, want %s", got, name)
	}
	endpoint, err := p.cloud.Get(path.Dir(path.Dir(p.deploymentsOf("dev")[0])))
	if err != nil {
		p.t.Fatal(err)
	}
	traffic, _ := endpoint["properties"].(map[string]any)["traffic"].(map[string]any)
	if len(traffic) != 1 || traffic[name] != 100.0 {
		p.t.Errorf("the traffic is %v, want all for %s", traffic, name)
	}
}

// scores follows the page that scores two texts, and wants what the model gives.
func (p *traveller) scores() {
	p.t.Helper()
	p.says(p.follow("docs/live.md#score-a-text/1"), `"label":"POSITIVE"`, `"label":"NEGATIVE"`)
}

// followWithPython follows a block where there is Python for it.
func (p *traveller) followWithPython(name string) (followed bool) {
	p.t.Helper()
	if p.python == "" {
		b := p.block(name)
		p.t.Logf("%s:%d is skipped: Python 3.11 to 3.13 isn't here", b.page, b.line)
		return false
	}
	p.follow(name)
	return true
}

// chats runs OpenAI's client, which fails unless it gets what it wants. What the toy
// says isn't judged.
func (p *traveller) chats() {
	p.t.Helper()
	deployment := path.Base(p.deploymentsOf("gpu")[0])
	_, before, _ := p.cloud.Scored(deployment)
	if !p.followWithPython("docs/live.md#chat-with-openais-client/3") {
		return
	}
	// An answer is counted when it has been sent, so the client may be done first.
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		_, after, _ := p.cloud.Scored(deployment)
		if after == before+2 {
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("%s answered %d requests, want 2: the models, a chat", deployment, after-before)
		}
	}
}

func (p *traveller) stackFile() string {
	p.t.Helper()
	text, err := os.ReadFile(filepath.Join(p.clone, "Pulumi.dev.yaml"))
	if err != nil {
		p.t.Fatal(err)
	}
	return string(text)
}
