package infra

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/machinelearning"
)

// declareModels registers the models. A version's Pulumi name holds its
// version: other files are another resource, made before the deployment moves
// to it and removed after, because Azure may pull a running deployment's
// model again at any time.
func (s *stack) declareModels() error {
	s.models = map[string]*machinelearning.ModelVersion{}
	containers := map[string]*machinelearning.ModelContainer{}
	for _, name := range s.cfg.DeploymentNames() {
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
				ModelUri:  s.datastoreURI(model.Folder()),
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
