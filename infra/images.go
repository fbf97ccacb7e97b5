package infra

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/machinelearning"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// declareEnvironments registers the images: an environment by repository, a
// version by content and routes. Azure can't change a version's image, so its
// Pulumi name holds the version, as a model's does.
func (s *stack) declareEnvironments() error {
	s.environments = map[string]*machinelearning.EnvironmentVersion{}
	containers := map[string]*machinelearning.EnvironmentContainer{}
	versions := map[string]*machinelearning.EnvironmentVersion{}
	for _, name := range s.cfg.DeploymentNames() {
		image := s.cfg.Deployments[name].Image
		asset := image.EnvironmentName()
		container := containers[asset]
		if container == nil {
			var err error
			container, err = machinelearning.NewEnvironmentContainer(s.ctx, "environment-"+asset, &machinelearning.EnvironmentContainerArgs{
				ResourceGroupName: s.group.Name,
				WorkspaceName:     s.workspace.Name,
				Name:              pulumi.String(asset),
				EnvironmentContainerProperties: &machinelearning.EnvironmentContainerTypeArgs{
					Description: pulumi.String("The scorer's image " + image.Repository),
					Tags:        s.tags,
				},
			})
			if err != nil {
				return err
			}
			containers[asset] = container
		}
		version := image.EnvironmentVersion(s.builds[name])
		if versions[asset+version] == nil {
			reference, options, err := s.imageReference(name, image)
			if err != nil {
				return err
			}
			environment, err := machinelearning.NewEnvironmentVersion(s.ctx, "environment-"+asset+":"+version, &machinelearning.EnvironmentVersionArgs{
				ResourceGroupName: s.group.Name,
				WorkspaceName:     s.workspace.Name,
				Name:              container.Name,
				Version:           pulumi.String(version),
				EnvironmentVersionProperties: &machinelearning.EnvironmentVersionTypeArgs{
					Image:  reference,
					OsType: pulumi.String("Linux"),
					InferenceConfig: &machinelearning.InferenceContainerPropertiesArgs{
						LivenessRoute:  route(api.LivePath),
						ReadinessRoute: route(api.ReadyPath),
						ScoringRoute:   route(api.ScoringRoute),
					},
					Tags: s.tags,
				},
			}, options...)
			if err != nil {
				return err
			}
			versions[asset+version] = environment
		}
		s.environments[name] = versions[asset+version]
	}
	return nil
}

func route(path string) *machinelearning.RouteArgs {
	return &machinelearning.RouteArgs{Path: pulumi.String(path), Port: pulumi.Int(api.Port)}
}

// imageReference is the image by digest, and what its environment version
// needs besides. In a preview without digest it is not known yet.
func (s *stack) imageReference(deployment string, image stackconfig.Image) (pulumi.StringInput, []pulumi.ResourceOption, error) {
	if image.Build != nil {
		built, err := s.build(deployment, image)
		// The same content may be built again, when the image got lost or the
		// cache moved, and then have another digest. What runs stays.
		return built, []pulumi.ResourceOption{pulumi.IgnoreChanges([]string{"environmentVersionProperties.image"})}, err
	}
	if image.Digest == "" {
		return pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) string { return "" }).(pulumi.StringOutput), nil, nil
	}
	host := pulumi.StringInput(s.registry.LoginServer)
	if image.Registry != "" {
		host = pulumi.String(image.Registry)
	}
	return pulumi.Sprintf("%s/%s@%s", host, image.Repository, image.Digest), nil, nil
}
