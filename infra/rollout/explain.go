package rollout

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/diagnosis"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/online"
)

// Explanation is why a deployment failed, and all that was said about it.
type Explanation struct {
	Deployment string
	Evidence   []diagnosis.Evidence
	Missing    []string // what couldn't be asked
	Finding    diagnosis.Finding
}

// evidence gathers what Azure has on a deployment. failure is what made someone
// ask, nil if nothing.
func (r *Rollout) evidence(ctx context.Context, client host, s *state, deployment string, since time.Time, failure error, lines int) Explanation {
	out := Explanation{Deployment: deployment}
	add := func(source, text string, err error) {
		switch {
		case err != nil:
			out.Missing = append(out.Missing, source+": "+err.Error())
		case strings.TrimSpace(text) != "":
			out.Evidence = append(out.Evidence, diagnosis.Evidence{Source: source, Text: text})
		}
	}
	if up := (*UpError)(nil); errors.As(failure, &up) {
		add("Azure", strings.Join(up.Messages, "\n"), nil)
	} else if failure != nil {
		add("Azure", failure.Error(), nil)
	}
	operations, err := client.Operations(ctx, deployment, since)
	add("activity log", joined(operations), err)
	if _, logs := s.find("operationalinsights", "Workspace"); logs != "" {
		happened, err := client.ContainerEvents(ctx, logs, deployment, since)
		add("event log", joined(happened), err)
	}
	for _, log := range []struct {
		source string
		kind   online.LogKind
	}{{"storage initializer", online.StorageInitializer}, {"container", online.InferenceServer}} {
		text, err := client.Logs(ctx, deployment, log.kind, lines)
		add(log.source, text, err)
	}
	out.Finding = diagnosis.Find(out.Evidence)
	return out
}

func joined(events []online.Event) string {
	var lines []string
	for _, e := range events {
		lines = append(lines, e.String())
	}
	return strings.Join(lines, "\n")
}

// print shows an explanation, the cause last, where a reader looks first.
func (r *Rollout) print(e Explanation) {
	for _, said := range e.Evidence {
		r.say("%s, %s:", e.Deployment, said.Source)
		for line := range strings.Lines(strings.TrimRight(said.Text, "\n")) {
			_, _ = fmt.Fprintf(r.Out, "    %s\n", strings.TrimRight(line, "\r\n"))
		}
	}
	for _, missing := range e.Missing {
		r.say("not told: %s", missing)
	}
	r.say("cause: %s (%s: %s)", e.Finding.Cause, e.Finding.Source, e.Finding.Quote)
	r.say("remedy: %s", e.Finding.Remedy)
}

// Explain explains a deployment, by its configured name or its name in Azure;
// "" explains those that aren't as they should be.
func (r *Rollout) Explain(ctx context.Context, name string, since time.Duration, lines int) error {
	s, err := r.Stack.state(ctx)
	if err != nil {
		return err
	}
	_, cfg, err := r.Stack.read()
	if err != nil {
		return err
	}
	client, err := r.host(cfg, s)
	if err != nil {
		return err
	}
	endpoint, err := client.Get(ctx)
	if err != nil {
		return err
	}
	explained := 0
	var known []string
	for _, d := range endpoint.Deployments {
		known = append(known, d.Name)
		configured, _, _ := strings.Cut(d.Name, "-")
		if name == "" && d.State == "Succeeded" || name != "" && name != d.Name && name != configured {
			continue
		}
		explained++
		r.say("%s is %s, %d × %s, %d %% of the traffic", d.Name, d.State, d.Instances, d.Size, endpoint.Traffic[d.Name])
		r.print(r.evidence(ctx, client, s, d.Name, time.Now().Add(-since), nil, lines))
	}
	switch {
	case explained > 0:
		return nil
	case name != "":
		return fmt.Errorf("there is no deployment %s; there are: %s", name, strings.Join(known, ", "))
	}
	r.say("nothing to explain: %d deployments, all succeeded", len(known))
	return nil
}
