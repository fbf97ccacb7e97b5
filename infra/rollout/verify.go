package rollout

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/online"
)

// assumption is something about Azure that no test offline can prove.
type assumption struct {
	name  string
	means string // what it means if it doesn't hold, and what to do
	ask   func(context.Context) (seen string, err error)
}

// notAsked is why an assumption couldn't be asked: it is neither kept nor
// broken.
type notAsked struct{ error }

func unasked(format string, arguments ...any) error {
	return notAsked{fmt.Errorf(format, arguments...)}
}

// verification asks one live endpoint.
type verification struct {
	client   host
	scorer   *scorer
	endpoint *online.Endpoint
	live     online.Deployment // with most of the traffic
	logs     string            // ARM id of the Log Analytics workspace
	began    time.Time
	deadline time.Time     // for what Azure gathers late
	pause    time.Duration // between two tries of that
	scored   error         // why requests aren't answered
}

// Verify asks the live endpoint what could not be proven offline, and says which
// assumption doesn't hold, what that means and what to do. Metrics and logs come
// late: they are waited for until patience is over.
func (r *Rollout) Verify(ctx context.Context, patience time.Duration, task string) error {
	v, err := r.verification(ctx, patience, task)
	if err != nil {
		return err
	}
	var failed, open int
	all := v.assumptions()
	for _, a := range all {
		seen, err := a.ask(ctx)
		var skipped notAsked
		switch {
		case ctx.Err() != nil:
			return fmt.Errorf("%w: %s wasn't asked", ErrInterrupted, a.name)
		case err == nil:
			r.say("holds: %s: %s", a.name, seen)
		case errors.As(err, &skipped):
			open++
			r.say("not asked: %s: %v", a.name, err)
		default:
			failed++
			r.say("FAILED: %s: %v", a.name, err)
			_, _ = fmt.Fprintf(r.Out, "    %s\n", a.means)
		}
	}
	summary := fmt.Sprintf("%d of %d assumptions hold, %d failed, %d could not be asked", len(all)-failed-open, len(all), failed, open)
	if failed > 0 {
		return errors.New(summary)
	}
	r.say("%s", summary)
	return nil
}

func (r *Rollout) verification(ctx context.Context, patience time.Duration, task string) (*verification, error) {
	s, err := r.Stack.state(ctx)
	if err != nil {
		return nil, err
	}
	_, cfg, err := r.Stack.read()
	if err != nil {
		return nil, err
	}
	client, err := r.host(cfg, s)
	if err != nil {
		return nil, err
	}
	endpoint, err := client.Get(ctx)
	if err != nil {
		return nil, err
	}
	v := &verification{client: client, endpoint: endpoint, began: time.Now().Add(-time.Minute), deadline: time.Now().Add(patience), pause: r.Wait}
	for _, d := range endpoint.Deployments {
		if endpoint.Traffic[d.Name] > endpoint.Traffic[v.live.Name] {
			v.live = d
		}
	}
	if v.live.Name == "" {
		return nil, fmt.Errorf("no deployment of %s has traffic: wake the stack with `wake`, or run pulumi up", endpoint.URL)
	}
	_, v.logs = s.find("operationalinsights", "Workspace")
	v.scorer = newScorer(endpoint, client, r, cfg.Private, 3*time.Minute)
	if task != TaskChat && task != TaskSentiment {
		v.scored = v.scorer.choose(ctx, v.live.Name)
	} else {
		v.scorer.task = task
		v.scored = v.scorer.request(ctx, v.live.Name)
	}
	return v, nil
}

// assumptions are in the order in which one rests on another.
func (v *verification) assumptions() []assumption {
	if v.endpoint.Direct != nil {
		return v.ofApp()
	}
	return []assumption{
		{"roles of the endpoint's identity", "the identity can't pull the image or read the model: `explain` says which, and docs/internals/infrastructure.md has its roles", v.identity},
		{"whoever is signed in may call the endpoint", "score/action isn't enough, or isn't granted: give the caller AzureML Data Scientist on the endpoint, wait some minutes and run verify again", v.caller},
		{"POST /score", "the gateway doesn't forward the scoring path to the container: look at `explain`, and at scoringRoute in the environment's version", v.scoring},
		{"POST /", "the gateway sends the scoring URI somewhere other than /: Studio's test tab won't work; clients can post to /score", v.root},
		{"/v1 through the gateway", "the gateway doesn't pass on paths below the scoring route: OpenAI's clients can't be used on this endpoint; post to /score instead", v.openAI},
		{"a stream arrives in pieces", "the gateway holds the answer back until its end: streams work, but nobody sees text earlier; set requests.timeoutSeconds to the longest whole answer", v.stream},
		{"metric RequestsPerMinute", "Azure Monitor doesn't count this endpoint's requests: alerts on errors can't fire, and a rollout judges by its own requests alone", v.requests},
		{"series of healthy instances (DeploymentCapacity)", "the alert for no healthy instance has no series to watch: watch the endpoint from outside until it has", v.capacity},
		{"console log (AmlOnlineEndpointConsoleLog)", "the container's log doesn't come to Log Analytics: look at the endpoint's diagnostic setting; `explain` reads the log directly", v.table("AmlOnlineEndpointConsoleLog")},
		{"traffic log (AmlOnlineEndpointTrafficLog)", "requests don't come to Log Analytics: look at the endpoint's diagnostic setting; the alert on failed requests depends on it", v.table("AmlOnlineEndpointTrafficLog")},
		{"the host's GPU driver", "the driver is too old for the image's CUDA: build the image for CUDA 12 (no CUDA in image.build.arguments), or take a size whose hosts have a newer driver", v.driver},
	}
}

func (v *verification) identity(context.Context) (string, error) {
	if v.live.State != "Succeeded" {
		return "", fmt.Errorf("%s is %s", v.live.Name, v.live.State)
	}
	return fmt.Sprintf("%s has pulled its image and fetched its model", v.live.Name), nil
}

func (v *verification) caller(context.Context) (string, error) {
	switch {
	case refused(v.scored):
		return "", v.scored
	case v.endpoint.UsesKeys:
		return "", unasked("the endpoint takes keys, not roles")
	case status(v.scored) == 0 && v.scored != nil:
		return "", unasked("no answer came: %v", v.scored)
	}
	return "the token was accepted", nil
}

func (v *verification) scoring(context.Context) (string, error) {
	if err := v.reached(); err != nil {
		return "", err
	}
	if v.scored != nil {
		return "", v.scored
	}
	return "a " + v.scorer.task + " request was answered", nil
}

// reached says that requests past the sign-in can't be asked.
func (v *verification) reached() error {
	if refused(v.scored) {
		return unasked("whoever is signed in may not call the endpoint")
	}
	return nil
}

func (v *verification) requests(ctx context.Context) (seen string, err error) {
	return v.late(ctx, func() (string, error) {
		m, err := v.client.Metrics(ctx, v.live.Name, v.began, time.Now())
		if err != nil || m.Requests == 0 {
			return "", err
		}
		return fmt.Sprintf("%d requests of %s", m.Requests, v.live.Name), nil
	})
}

func (v *verification) capacity(ctx context.Context) (string, error) {
	return v.late(ctx, func() (string, error) {
		managed, ok := v.client.(*online.Client)
		if !ok {
			return "", unasked("a Container App has no such series")
		}
		there, err := managed.HealthySeries(ctx, v.live.Name, v.began.Add(-15*time.Minute), time.Now())
		if err != nil || !there {
			return "", err
		}
		return "it is there", nil
	})
}

func (v *verification) table(name string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		if v.logs == "" {
			return "", unasked("the stack has no Log Analytics workspace")
		}
		return v.late(ctx, func() (string, error) {
			n, err := v.client.LogLines(ctx, v.logs, name, v.live.Name, v.began.Add(-24*time.Hour))
			if err != nil || n == 0 {
				return "", err
			}
			return fmt.Sprintf("%d lines in a day", n), nil
		})
	}
}

// late asks for what Azure gathers late until it is there or time is up. What
// can't be read isn't broken.
func (v *verification) late(ctx context.Context, ask func() (string, error)) (string, error) {
	for {
		seen, err := ask()
		switch {
		case err != nil:
			return "", notAsked{err}
		case seen != "":
			return seen, nil
		case time.Now().After(v.deadline):
			return "", fmt.Errorf("nothing came within %s", v.deadline.Sub(v.began.Add(time.Minute)).Round(time.Second))
		}
		if err := sleep(ctx, v.pause); err != nil {
			return "", err
		}
	}
}

// driver looks for the driver in what the scorer logged when it began.
func (v *verification) driver(ctx context.Context) (string, error) {
	if !gpuSize(v.live.Size) {
		return "", unasked("%s has no GPU", v.live.Size)
	}
	log, err := v.client.Logs(ctx, v.live.Name, online.InferenceServer, 5000)
	if err != nil {
		return "", notAsked{err}
	}
	return driverIn(log)
}

// oneLine is a line of a log as a message has it.
func oneLine(line []byte) string { return string(bytes.TrimSpace(line[:min(len(line), 300)])) }
