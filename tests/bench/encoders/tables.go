package main

import (
	"fmt"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
)

const about = "The texts have 3 to 50 tokens, 2 % of them 80 to 400. " +
	"Each server has its defaults and all processors, which it shares with the load generator; they took turns, and figures are medians of the turns. " +
	"Every answer was compared with transformers' own; a wrong one would have ended the run.\n"

// table is one in Markdown.
type table struct{ strings.Builder }

func (t *table) row(cells ...string) {
	t.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

func (t *table) head(title, text string, cells ...string) {
	fmt.Fprintf(t, "\n### %s\n\n%s\n\n", title, text)
	t.row(cells...)
	t.WriteString(strings.Repeat("|---", len(cells)) + "|\n")
}

// figure is a median in three digits or so, "-" if there is none.
func (b *bench) figure(m measured) string {
	v, ok := b.figures.median(m)
	if !ok {
		return "-"
	}
	return report.Short(v)
}

func (b *bench) tables() string {
	var t table
	t.head("Served by", "Without the model, Python, Node, and what PyTorch brings for GPUs.", "", "what", "MB to install")
	for _, c := range b.contenders {
		t.row(c.name, c.what, report.Short(float64(c.bytes)/1e6))
	}
	if b.open {
		t.WriteString("\nText Embeddings Inference isn't among them: it isn't on crates, from which alone it could be built.\n")
	}
	b.closedTables(&t)
	if b.open {
		b.openTable(&t)
	}
	b.costs(&t)
	b.aims(&t)
	return t.String()
}

func (b *bench) closedTables(t *table) {
	cells := []string{""}
	for _, n := range b.clients {
		cells = append(cells, fmt.Sprintf("%d", n))
	}
	chart := ""
	if b.open {
		chart = "\n\n![Throughput](" + throughputChart + ")"
	}
	t.head("Throughput", fmt.Sprintf("Texts a second by how many clients send, each its next text when it has its answer; %d turns of %s.%s", b.turns, b.length, chart), cells...)
	for _, c := range b.contenders {
		cells := []string{c.name}
		for _, n := range b.clients {
			cells = append(cells, b.figure(measured{c.key, rate, n}))
		}
		t.row(cells...)
	}
	for _, c := range b.contenders {
		if b.ideal[c.key] != nil {
			cells := make([]string, len(b.clients)-1)
			t.row(append([]string{c.name + ": ideal batches, driven directly", b.figure(measured{c.key, idealRate, 0})}, cells...)...)
		}
	}
	t.head("Latency in closed loop", "p50 and p99 in ms, by clients.", cells...)
	for _, c := range b.contenders {
		cells := []string{c.name}
		for _, n := range b.clients {
			cells = append(cells, b.figure(measured{c.key, p50, n})+", "+b.figure(measured{c.key, p99, n}))
		}
		t.row(cells...)
	}
}

func (b *bench) openTable(t *table) {
	cells := []string{""}
	for i, r := range b.rates {
		cells = append(cells, fmt.Sprintf("%s (%d %%)", report.Short(r), shares[i]))
	}
	t.head("Latency in open loop", fmt.Sprintf("p50 and p99 in ms of all turns together, where so many texts a second arrive at random times (Poisson): shares of what %s reached with %s clients. "+
		"%d turns of %s. Overload: texts piled up, or one took over 5 s.\n\n![p99](%s)", b.reference().name, b.bestClients(), b.turns, b.openLength(), p99Chart), cells...)
	for _, c := range b.contenders {
		cells := []string{c.name}
		for i := range b.rates {
			o := c.at(i)
			if o.overloaded() {
				cells = append(cells, "overload")
				continue
			}
			cells = append(cells, report.Short(ms(o.latencies.Quantile(.5)))+", "+report.Short(ms(o.latencies.Quantile(.99))))
		}
		t.row(cells...)
	}
}

func (b *bench) bestClients() string {
	n, _ := b.figures.best(b.reference().key)
	return fmt.Sprint(n)
}

func (b *bench) costs(t *table) {
	t.head("Costs", "Processor seconds a thousand texts, of the server alone, by clients; memory is what each of its processes had resident at most, together; the first answer is counted from the start of the process, its files in the page cache.",
		"", "processor s, 1 client", "32 clients", "memory MB", "ms to first answer")
	for _, c := range b.contenders {
		t.row(c.name, b.figure(measured{c.key, cpu, 1}), b.figure(measured{c.key, cpu, 32}), report.Short(c.peak/1e6), b.figure(measured{c.key, firstAfter, 0}))
	}
	t.head("Answers", "Under all of that load, against transformers on PyTorch.", append([]string{""}, b.task.columns...)...)
	for _, c := range b.contenders {
		t.row(append([]string{c.name}, c.answers.row()...)...)
	}
}
