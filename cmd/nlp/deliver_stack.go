package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/manifest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// readStack finds, before anything is fetched, the model's name and the
// deployments that are to use it.
func (d *deliver) readStack() (deployments []string, err error) {
	project, err := stackconfig.ReadProject(".")
	if err != nil {
		return nil, err
	}
	if d.file, err = project.Open(d.Stack, d.StackFile); err != nil {
		return nil, err
	}
	path, all := d.file.Path(), d.file.Deployments()
	names := map[string]bool{}
	for name, deployment := range all {
		if len(d.Deployment) == 0 || slices.Contains(d.Deployment, name) {
			names[deployment.Model.Name] = true
		}
	}
	for _, name := range d.Deployment {
		if _, ok := all[name]; !ok {
			return nil, fmt.Errorf("--deployment is %q: %s has no such deployment", name, path)
		}
	}
	if d.Model == "" {
		if len(names) != 1 {
			return nil, fmt.Errorf("the deployments in %s have %d models: name the one to deliver with --model", path, len(names))
		}
		for d.Model = range names {
		}
	}
	if !modelPattern.MatchString(d.Model) {
		return nil, fmt.Errorf("the model's name is %q: must be letters, digits, dots, hyphens and underscores", d.Model)
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if all[name].Model.Name == d.Model && (len(d.Deployment) == 0 || slices.Contains(d.Deployment, name)) {
			deployments = append(deployments, name)
		}
	}
	if !d.Write {
		return deployments, nil
	}
	if len(deployments) == 0 {
		return nil, fmt.Errorf("no deployment in %s has the model %q: add one, or deliver with --no-write", path, d.Model)
	}
	// What would be refused after hours of fetching and sending is refused now.
	trial := slices.Clone(deployments)
	for name, deployment := range all {
		if deployment.Model.Version == "" && !slices.Contains(trial, name) {
			trial = append(trial, name) // the next one to deliver
		}
	}
	return deployments, d.trial(project, trial)
}

// trial writes some model into a copy of the stack's file, and checks it.
func (d *deliver) trial(project *stackconfig.Project, deployments []string) error {
	file, err := project.Open(d.Stack, d.StackFile)
	if err != nil {
		return err
	}
	some := manifest.Manifest{Files: []manifest.Entry{{Path: "model.onnx", Size: 1}}}
	if _, err := use(file, deployments, some); err != nil {
		return err
	}
	_, err = file.Config(true)
	return err
}

// use makes deployments use a delivered model. notes say what was dropped.
func use(file *stackconfig.File, deployments []string, m manifest.Manifest) (notes []string, err error) {
	for _, name := range deployments {
		more, err := file.SetModel(name, stackconfig.Model{SHA256: m.Sum(), SizeMiB: max(1, m.SizeMiB())})
		if err != nil {
			return nil, err
		}
		notes = append(notes, more...)
	}
	return notes, nil
}

// record writes the result into the stack's file, or says it.
func (d *deliver) record(deployments []string, m manifest.Manifest) error {
	if !d.Write {
		_, err := fmt.Fprintf(d.out, "sha256: %q, sizeMiB: %d\n", m.Sum(), m.SizeMiB())
		return err
	}
	before := d.file.Text()
	notes, err := use(d.file, deployments, m)
	if err != nil {
		return err
	}
	for _, note := range notes {
		d.note(note)
	}
	state := "uses it already"
	if !bytes.Equal(before, d.file.Text()) {
		if err := d.file.Write(); err != nil {
			return fmt.Errorf("the model is in storage, but %w: make room, or make the file writable, and run the same command again; or write sha256: %q, sizeMiB: %d into it yourself", err, m.Sum(), m.SizeMiB())
		}
		state = "uses it now; pulumi up -s " + d.Stack + " deploys it"
	}
	_, err = fmt.Fprintf(d.out, "deployment %s %s\n", strings.Join(deployments, ", "), state)
	return err
}
