package infra

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/machinelearning"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// environments registers the images: an environment by repository, a
// version by content and routes. Azure can't change a version's image, so its
// Pulumi name holds the version, as a model's does, and it stays likewise.
func (r run) environments(w workspace) (map[string]*machinelearning.EnvironmentVersion, error) {
	all := map[string]*machinelearning.EnvironmentVersion{} // by deployment
	password := r.registryPassword(w.registry)
	containers := map[string]*machinelearning.EnvironmentContainer{}
	versions := map[string]*machinelearning.EnvironmentVersion{}
	for _, name := range r.cfg.DeploymentNames() {
		image := r.cfg.Deployments[name].Image
		asset := image.EnvironmentName()
		container := containers[asset]
		if container == nil {
			kept, err := r.adopted(r.workspaceID()+"/environments/"+asset, "environmentContainerProperties", nil)
			if err != nil {
				return nil, err
			}
			container, err = machinelearning.NewEnvironmentContainer(r.ctx, r.named("environment-"+asset), &machinelearning.EnvironmentContainerArgs{
				ResourceGroupName: w.name,
				WorkspaceName:     w.workspaceName,
				Name:              pulumi.String(asset),
				EnvironmentContainerProperties: &machinelearning.EnvironmentContainerTypeArgs{
					Description: pulumi.String("The scorer's image " + image.Repository),
					Tags:        r.tags,
				},
			}, kept...)
			if err != nil {
				return nil, err
			}
			containers[asset] = container
		}
		version := image.EnvironmentVersion(r.builds[stackconfig.ImageKey(name)])
		if versions[asset+version] == nil {
			reference, options, err := r.imageReference(w.registry, password, r.builds[stackconfig.ImageKey(name)], image)
			if err != nil {
				return nil, err
			}
			kept, err := r.adopted(r.workspaceID()+"/environments/"+asset+"/versions/"+version, "environmentVersionProperties", nil) // its version stands for all of it
			if err != nil {
				return nil, err
			}
			environment, err := machinelearning.NewEnvironmentVersion(r.ctx, r.named("environment-"+asset+":"+version), &machinelearning.EnvironmentVersionArgs{
				ResourceGroupName: w.name,
				WorkspaceName:     w.workspaceName,
				Name:              known(container, asset),
				Version:           pulumi.String(version),
				EnvironmentVersionProperties: &machinelearning.EnvironmentVersionTypeArgs{
					Image:  reference,
					OsType: pulumi.String("Linux"),
					InferenceConfig: &machinelearning.InferenceContainerPropertiesArgs{
						LivenessRoute:  route(api.LivePath),
						ReadinessRoute: route(api.ReadyPath),
						ScoringRoute:   route(api.ScoringRoute),
					},
					Tags: r.tags,
				},
			}, append(kept, options...)...)
			if err != nil {
				return nil, err
			}
			versions[asset+version] = environment
		}
		all[name] = versions[asset+version]
	}
	return all, nil
}

func route(path string) *machinelearning.RouteArgs {
	return &machinelearning.RouteArgs{Path: pulumi.String(path), Port: pulumi.Int(api.Port)}
}

// imageReference is the image by digest, and what its environment version
// needs besides. In a preview without digest it is not known yet.
func (r run) imageReference(registry registry, password func(onPreview bool) pulumi.StringPtrInput, tag string, image stackconfig.Image) (
	pulumi.StringInput, []pulumi.ResourceOption, error) {
	if image.Build != nil {
		built, err := r.build(registry, password(image.Build.OnPreview), tag, image)
		// The same content may be built again, when the image got lost or the
		// cache moved, and then have another digest. What runs stays.
		return built, []pulumi.ResourceOption{pulumi.IgnoreChanges([]string{"environmentVersionProperties.image"})}, err
	}
	if image.Digest == "" {
		return pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) string { return "" }).(pulumi.StringOutput), nil, nil
	}
	host := registry.host
	if image.Registry != "" {
		host = pulumi.String(image.Registry)
	}
	return pulumi.Sprintf("%s/%s@%s", host, image.Repository, image.Digest), nil, nil
}
