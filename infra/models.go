package infra

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/machinelearning"
)

// models registers the models. A version's Pulumi name holds its
// version: other files are another resource, made before the deployment moves
// to it, because Azure may pull a running deployment's model again at any time.
//
// Versions and their containers stay when they leave the program: Azure's own
// clients fail to delete them (azure-powershell#24018, azure-cli#21957), and an
// older version costs nothing.
func (r run) models(w workspace) (map[string]*machinelearning.ModelVersion, error) {
	versions := map[string]*machinelearning.ModelVersion{}
	containers := map[string]*machinelearning.ModelContainer{}
	for _, name := range r.cfg.DeploymentNames() {
		model := r.cfg.Deployments[name].Model
		key := model.Name + ":" + model.Version
		if versions[key] != nil {
			continue
		}
		container := containers[model.Name]
		if container == nil {
			kept, err := r.adopted(r.workspaceID()+"/models/"+model.Name, "modelContainerProperties", nil)
			if err != nil {
				return nil, err
			}
			container, err = machinelearning.NewModelContainer(r.ctx, r.named("model-"+model.Name), &machinelearning.ModelContainerArgs{
				ResourceGroupName: w.name,
				WorkspaceName:     w.workspaceName,
				Name:              pulumi.String(model.Name),
				ModelContainerProperties: &machinelearning.ModelContainerTypeArgs{
					Description: pulumi.String("The files of " + model.Name),
					Tags:        r.tags,
				},
			}, kept...)
			if err != nil {
				return nil, err
			}
			containers[model.Name] = container
		}
		kept, err := r.adopted(r.workspaceID()+"/models/"+model.Name+"/versions/"+model.Version, "modelVersionProperties", func(there map[string]any) error {
			if uri, _ := there["modelUri"].(string); !strings.HasSuffix(strings.TrimSuffix(uri, "/"), "/paths/"+model.Folder()) {
				return fmt.Errorf("deployments.%s.model.version is %q: in Azure that version of %s has the files in %s, not those in %s; other files need another version",
					name, model.Version, model.Name, uri[strings.LastIndex(uri, "/paths/")+1:], model.Folder())
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		version, err := machinelearning.NewModelVersion(r.ctx, r.named("model-"+key), &machinelearning.ModelVersionArgs{
			ResourceGroupName: w.name,
			WorkspaceName:     w.workspaceName,
			Name:              known(container, model.Name),
			Version:           pulumi.String(model.Version),
			ModelVersionProperties: &machinelearning.ModelVersionTypeArgs{
				ModelType: pulumi.String("custom_model"),
				ModelUri:  r.supplied(w.store, r.folder(w, model.Folder()), model),
				Tags:      r.tags,
			},
		}, kept...)
		if err != nil {
			return nil, err
		}
		versions[key] = version
	}
	return versions, nil
}
