package preflight

import (
	"fmt"
	"math"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// What DistilBERT was measured to answer in a second on two processors, to 32 clients
// with a text each (docs/benchmarks.md).
const (
	measuredVCPUs = 2
	textsFP32     = 179
	textsINT8     = 377
)

// noteMillions says what a million texts cost while a deployment is busy: whatever it
// answers in a second, and for two processors what was measured.
func (r *Report) noteMillions(in Input) {
	for _, c := range r.Costs {
		d := in.Config.Deployments[c.Deployment]
		million := c.Hour / 3600 * 1e6
		if d.Model.GPU {
			r.Beside = append(r.Beside, fmt.Sprintf("%s, a million requests: %s %.0f divided by the requests that an instance or replica answers in a second", c.Deployment, c.Currency, million))
			continue
		}
		vCPUs := d.ReplicaVCPUs()
		if in.Config.Hosting != stackconfig.ContainerApp {
			vCPUs = float64(knownSizes[strings.ToLower(c.Size)].VCPUs)
		}
		note := fmt.Sprintf("%s, a million texts: %s %.0f divided by the texts that an instance or replica answers in a second", c.Deployment, c.Currency, million)
		if vCPUs == measuredVCPUs {
			note += fmt.Sprintf("; for DistilBERT, as measured, %.2f in fp32 and %.2f in int8", million/textsFP32, million/textsINT8)
		}
		r.Beside = append(r.Beside, note)
	}
}

// besideApp notes what a deployment of a managed endpoint costs as a Container App, with
// as many vCPUs as its size, where it fits on a replica.
func (r *Report) besideApp(name string, d stackconfig.Deployment) {
	s, ok := knownSizes[strings.ToLower(d.InstanceType)]
	switch {
	case !ok:
		return
	case d.Model.GPU:
		r.Beside = append(r.Beside, fmt.Sprintf("beside it, %s on Container Apps: 0 while nobody calls; no list names the price of a serverless T4, which its replica has", name))
		return
	}
	d.VCPUs = math.Min(float64(s.VCPUs), stackconfig.MaxVCPUs)
	if float64(d.Model.MemoryMiB+appHeadroomMiB) > d.ReplicaMemoryGiB()*1024 {
		return
	}
	d.Replicas = stackconfig.Replicas{Maximum: 1}
	for _, c := range replicaCost(name, d) {
		r.Beside = append(r.Beside, fmt.Sprintf("beside it, by %s, %s on Container Apps: 0 while nobody calls; %s", c.Listed, name, price(c.Currency, c.Hour, c.Hour, 1, 1, c.Size)))
	}
}

// Sizes of the bot's one replica.
const (
	botVCPUs = 0.25
	botGiB   = 0.5
)

// noteBot says what the bot costs: it runs always, and costs less while it is idle.
func (r *Report) noteBot(in Input) {
	if !in.Config.Bot.Enabled {
		return
	}
	hour := 3600 * (botVCPUs*vCPUSecond + botGiB*gibSecond)
	r.Beside = append(r.Beside, fmt.Sprintf("estimated cost, by %s, of the bot, at most: %s", appListedWhere, price("USD", hour, hour, 1, 1, fmt.Sprintf("%g vCPUs and %g GiB", botVCPUs, botGiB))))
}
