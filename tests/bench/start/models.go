package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/models"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// makeModels makes what is measured, in dir. Exports that are there are taken as they
// are; they are prepared anew, because the scorer may have changed.
func makeModels(ctx context.Context, dir string) ([]*model, error) {
	export, err := models.DistilBERT(dir)
	if err != nil {
		return nil, err
	}
	shape, err := models.Gemma1B(dir)
	if err != nil {
		return nil, err
	}
	all := []*model{
		{name: "DistilBERT, fp32", dir: filepath.Join(dir, "start-fp32"), aim: 500},
		{name: "DistilBERT, int8", dir: filepath.Join(dir, "start-int8"), aim: 500},
		{name: "Gemma 3 270M, int4", dir: filepath.Join(dir, "start-270m"), generates: true, aim: 1500},
		{name: "Gemma 3 1B's shape, int4", dir: filepath.Join(dir, "start-1b"), generates: true, aim: 4000},
	}
	genuine, err := models.Genuine()
	if err != nil {
		return nil, err
	}
	from := []struct{ export, precision string }{{export, "fp32"}, {export, "int8"}, {filepath.Join(genuine, "int4"), ""}, {shape, ""}}
	var made []*model
	for i, m := range all {
		if _, err := os.Stat(from[i].export); err != nil {
			report.Note("%s isn't there, so %s isn't measured: make genuine converts it", from[i].export, m.name)
			continue
		}
		report.Note("preparing %s", m.dir)
		var precision []string
		if from[i].precision != "" {
			precision = []string{"--precision", from[i].precision}
		}
		if err := scorerproc.Prepare(ctx, from[i].export, m.dir, precision...); err != nil {
			return nil, err
		}
		made = append(made, m)
	}
	return made, nil
}
