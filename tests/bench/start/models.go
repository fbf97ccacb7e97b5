package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/gemmashape"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/realsize"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// makeModels makes what is measured, in dir. Exports that are there are taken as they
// are; they are prepared anew, because the scorer may have changed.
func makeModels(ctx context.Context, dir string) ([]*model, error) {
	export, shape := filepath.Join(dir, "model"), filepath.Join(dir, "1b")
	report.Note("making the models")
	if err := realsize.Write(export); err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(shape, "model.onnx")); err != nil {
		if err := gemmashape.Write(shape, filepath.Join(scorerproc.Root(), "tests", "testdata")); err != nil {
			return nil, err
		}
	}
	all := []*model{
		{name: "DistilBERT, fp32", dir: filepath.Join(dir, "start-fp32"), aim: 500},
		{name: "DistilBERT, int8", dir: filepath.Join(dir, "start-int8"), aim: 500},
		{name: "Gemma 3 270M, int4", dir: filepath.Join(dir, "start-270m"), generates: true, aim: 1500},
		{name: "Gemma 3 1B's shape, int4", dir: filepath.Join(dir, "start-1b"), generates: true, aim: 4000},
	}
	small, err := genuine()
	if err != nil {
		return nil, err
	}
	from := []struct{ export, precision string }{{export, "fp32"}, {export, "int8"}, {small, ""}, {shape, ""}}
	var models []*model
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
		models = append(models, m)
	}
	return models, nil
}
