package infra

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi-docker-build/sdk/go/dockerbuild"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/buildcontext"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// cacheTag is where the layers of all builds of a repository are kept.
const cacheTag = "buildcache"

// hashBuilds finds the tags of the images to build: hashes of all that goes
// into them. It finds missing files before anything is declared.
func hashBuilds(cfg *stackconfig.Config, stack string) (map[string]string, error) {
	tags := map[string]string{} // by the image's key
	var problems []stackconfig.Problem
	images := cfg.Images()
	for _, key := range slices.Sorted(maps.Keys(images)) {
		b := images[key].Build
		if b == nil {
			continue
		}
		// The program runs in the project's folder, and so does the provider.
		tag, err := b.Tag(".")
		var found *buildcontext.Error
		switch {
		case errors.As(err, &found) && found.Dockerfile:
			problems = append(problems, stackconfig.Problem{Key: key + ".build.dockerfile", Value: strconv.Quote(b.Dockerfile),
				Allowed: found.Error(), Remedy: "write its path from the folder of Pulumi.yaml"})
		case err != nil:
			problems = append(problems, stackconfig.Problem{Key: key + ".build.context", Value: strconv.Quote(b.Context),
				Allowed: err.Error(), Remedy: "name the folder that the Dockerfile copies from"})
		}
		tags[key] = tag
	}
	return tags, stackconfig.Error(stack, problems)
}

// build declares an image, built and pushed to the stack's registry where its
// content, which the tag stands for, isn't there yet, and returns it by digest.
//
// The Pulumi name holds the content's hash. An image that isn't declared any
// more stays in the registry: Azure may pull a running deployment's again, and
// deleting it would need a role that nobody else needs.
func (r run) build(registry registry, password pulumi.StringPtrInput, tag string, image stackconfig.Image) (pulumi.StringOutput, error) {
	b := image.Build
	repository := pulumi.Sprintf("%s/%s", registry.host, image.Repository)
	args := &dockerbuild.ImageArgs{
		Context:        &dockerbuild.BuildContextArgs{Location: pulumi.String(b.Context)},
		Dockerfile:     &dockerbuild.DockerfileArgs{Location: pulumi.String(b.Dockerfile)},
		Platforms:      dockerbuild.PlatformArray{dockerbuild.Platform(stackconfig.BuildPlatform)},
		BuildOnPreview: pulumi.Bool(b.OnPreview),
		Tags:           pulumi.StringArray{pulumi.Sprintf("%s:%s", repository, tag)},
		Push:           pulumi.Bool(true),
		Registries: dockerbuild.RegistryArray{&dockerbuild.RegistryArgs{
			Address: registry.host, Username: pulumi.String(tokenUser), Password: password,
		}},
	}
	if b.Target != "" {
		args.Target = pulumi.String(b.Target)
	}
	if len(b.Arguments) > 0 {
		args.BuildArgs = pulumi.ToStringMap(b.Arguments)
	}
	if b.Cache {
		cache := pulumi.Sprintf("%s:%s", repository, cacheTag)
		args.CacheFrom = dockerbuild.CacheFromArray{&dockerbuild.CacheFromArgs{Registry: &dockerbuild.CacheFromRegistryArgs{Ref: cache}}}
		args.CacheTo = dockerbuild.CacheToArray{&dockerbuild.CacheToArgs{Registry: &dockerbuild.CacheToRegistryArgs{
			Ref: cache, Mode: dockerbuild.CacheModeMax, OciMediaTypes: pulumi.Bool(true),
			// As an image, which every registry takes; an image without cache
			// is better than none.
			ImageManifest: pulumi.Bool(true), IgnoreError: pulumi.Bool(true),
		}}}
	}
	built, err := dockerbuild.NewImage(r.ctx, r.named("image-"+image.Repository+":"+tag), args,
		r.options(pulumi.RetainOnDelete(true), pulumi.AdditionalSecretOutputs([]string{"registries"}),
			pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "90m", Update: "90m"}))...)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	preview := r.ctx.DryRun()
	return pulumi.All(repository, built.Digest).ApplyT(func(v []any) (string, error) {
		if v[1] == "" && !preview {
			return "", fmt.Errorf("the build of %s gave no digest: was it pushed?", v[0])
		}
		return fmt.Sprintf("%s@%s", v...), nil
	}).(pulumi.StringOutput), nil
}
