package infra

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"azure-nlp-endpoint/inference/api"
	"azure-nlp-endpoint/infra/machinelearning"
)

// deploymentNames are the configured deployments, in order.
func (cfg *Config) deploymentNames() []string { return slices.Sorted(maps.Keys(cfg.Deployments)) }

// declareModels registers the models. A version's Pulumi name holds its
// version: other files are another resource, made before the deployment moves
// to it and removed after, because Azure may pull a running deployment's
// model again at any time.
func (s *stack) declareModels() error {
	s.models = map[string]*machinelearning.ModelVersion{}
	containers := map[string]*machinelearning.ModelContainer{}
	for _, name := range s.cfg.deploymentNames() {
		model := s.cfg.Deployments[name].Model
		key := model.Name + ":" + model.Version
		if s.models[key] != nil {
			continue
		}
		container := containers[model.Name]
		if container == nil {
			var err error
			container, err = machinelearning.NewModelContainer(s.ctx, "model-"+model.Name, &machinelearning.ModelContainerArgs{
				ResourceGroupName: s.group.Name,
				WorkspaceName:     s.workspace.Name,
				Name:              pulumi.String(model.Name),
				ModelContainerProperties: &machinelearning.ModelContainerTypeArgs{
					Description: pulumi.String("The files of " + model.Name),
					Tags:        s.tags,
				},
			})
			if err != nil {
				return err
			}
			containers[model.Name] = container
		}
		version, err := machinelearning.NewModelVersion(s.ctx, "model-"+key, &machinelearning.ModelVersionArgs{
			ResourceGroupName: s.group.Name,
			WorkspaceName:     s.workspace.Name,
			Name:              container.Name,
			Version:           pulumi.String(model.Version),
			ModelVersionProperties: &machinelearning.ModelVersionTypeArgs{
				ModelType: pulumi.String("custom_model"),
				ModelUri:  s.datastoreURI(model.folder()),
				Tags:      s.tags,
			},
		})
		if err != nil {
			return err
		}
		s.models[key] = version
	}
	return nil
}

// declareEnvironments registers the images: an environment by repository, a
// version by digest and routes. Azure can't change a version's image, so its
// Pulumi name holds the version, as a model's does.
func (s *stack) declareEnvironments() error {
	s.environments = map[string]*machinelearning.EnvironmentVersion{}
	containers := map[string]*machinelearning.EnvironmentContainer{}
	versions := map[string]*machinelearning.EnvironmentVersion{}
	for _, name := range s.cfg.deploymentNames() {
		image := s.cfg.Deployments[name].Image
		asset := environmentName(image)
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
		version := EnvironmentVersion(image)
		if versions[asset+version] == nil {
			environment, err := machinelearning.NewEnvironmentVersion(s.ctx, "environment-"+asset+":"+version, &machinelearning.EnvironmentVersionArgs{
				ResourceGroupName: s.group.Name,
				WorkspaceName:     s.workspace.Name,
				Name:              container.Name,
				Version:           pulumi.String(version),
				EnvironmentVersionProperties: &machinelearning.EnvironmentVersionTypeArgs{
					Image:  s.imageReference(image),
					OsType: pulumi.String("Linux"),
					InferenceConfig: &machinelearning.InferenceContainerPropertiesArgs{
						LivenessRoute:  route(api.LivePath),
						ReadinessRoute: route(api.ReadyPath),
						ScoringRoute:   route(api.ScorePath),
					},
					Tags: s.tags,
				},
			})
			if err != nil {
				return err
			}
			versions[asset+version] = environment
		}
		s.environments[name] = versions[asset+version]
	}
	return nil
}

// environmentName is the environment of an image. A name can't hold the
// slashes of a repository.
func environmentName(image ImageConfig) string {
	var out []rune
	for _, r := range image.Repository {
		if r == '/' {
			r = '-'
		}
		out = append(out, r)
	}
	return string(out)
}

// EnvironmentVersion names an image's environment version in Azure. It stands for all that Azure can't change in a version.
func EnvironmentVersion(image ImageConfig) string {
	return shortHash(image.Registry, image.Repository, image.Digest, api.LivePath, api.ReadyPath, api.ScorePath)
}

func route(path string) *machinelearning.RouteArgs {
	return &machinelearning.RouteArgs{Path: pulumi.String(path), Port: pulumi.Int(api.Port)}
}

// imageReference is the image by digest. In a preview without digest it is
// not known yet.
func (s *stack) imageReference(image ImageConfig) pulumi.StringInput {
	if image.Digest == "" {
		return pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) string { return "" }).(pulumi.StringOutput)
	}
	host := pulumi.StringInput(s.registry.LoginServer)
	if image.Registry != "" {
		host = pulumi.String(image.Registry)
	}
	return pulumi.Sprintf("%s/%s@%s", host, image.Repository, image.Digest)
}
