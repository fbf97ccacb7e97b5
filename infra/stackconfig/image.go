package stackconfig

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/buildcontext"
)

// BuildPlatform is the only one that managed online endpoints run.
const BuildPlatform = "linux/amd64"

// Tag is a hash of all that goes into the image. folder is the project's. An
// error is a *buildcontext.Error where one of the two paths is wrong.
func (b *Build) Tag(folder string) (string, error) {
	sum, err := buildcontext.Hash(filepath.Join(folder, filepath.FromSlash(b.Context)), filepath.Join(folder, filepath.FromSlash(b.Dockerfile)))
	parts := []string{sum, b.Target, BuildPlatform}
	for _, argument := range slices.Sorted(maps.Keys(b.Arguments)) {
		parts = append(parts, argument+"="+b.Arguments[argument])
	}
	return hash(8, parts...), err
}

// EnvironmentName is the environment of an image in Azure. A name can't hold
// the slashes of a repository.
func (i Image) EnvironmentName() string { return strings.ReplaceAll(i.Repository, "/", "-") }

// EnvironmentVersion stands for all that Azure can't change in a version of an
// environment. tag is Build's, of an image that is built: its digest isn't
// known yet.
func (i Image) EnvironmentVersion(tag string) string {
	content := i.Digest
	if i.Build != nil {
		content = "build " + tag
	}
	return ShortHash(i.Registry, i.Repository, content, api.LivePath, api.ReadyPath, api.ScoringRoute)
}
