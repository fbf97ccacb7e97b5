package infra

import (
	"github.com/pulumi/pulumi-azuread/sdk/v5/go/azuread"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ciIdentities are the applications that GitHub's workflows sign in as.
type ciIdentities struct {
	preview, deploy pulumi.StringOutput // client ids
}

// GitHub's token service, whose tokens Microsoft Entra exchanges.
const (
	githubIssuer   = "https://token.actions.githubusercontent.com"
	githubAudience = "api://AzureADTokenExchange"

	// driftEnvironment is the GitHub environment of .github/workflows/drift.yml,
	// which compares on a schedule, so for no pull request.
	driftEnvironment = "drift"
)

// ciIdentities makes two applications without any secret: one that
// pull requests preview with, which reads, and one that the named
// environments deploy with. They are two because a pull request runs code
// that nobody has reviewed.
func (r run) ciIdentities(base platform) (*ciIdentities, []pulumi.Resource, error) {
	if r.cfg.CI.Repository == "" {
		return nil, nil, nil
	}
	quota, err := r.customRole("quota-reader", "Machine learning quota reader",
		"Reads quota and sizes of Azure Machine Learning, for preflight", pulumi.String(r.subscriptionID()),
		"Microsoft.MachineLearningServices/locations/usages/read",
		"Microsoft.MachineLearningServices/locations/vmsizes/read")
	if err != nil {
		return nil, nil, err
	}
	subscription := pulumi.String(r.subscriptionID())
	group := base.group.ID().ToStringOutput()
	registry := base.registry.ID().ToStringOutput()
	repository := "repo:" + r.cfg.CI.Repository

	preview, reads, err := r.declareApplication("ci-preview", "Previews pull requests and compares on a schedule for "+r.cfg.CI.Repository,
		map[string]string{"pull-request": repository + ":pull_request", "drift": repository + ":environment:" + driftEnvironment},
		grant{name: "ci-preview-reads", role: r.builtin(roleReader), scope: group, why: "Pull requests read the resources"},
		grant{name: "ci-preview-reads-quota", role: quota.ID().ToStringOutput(), scope: subscription, why: "Pull requests check the quota"},
	)
	if err != nil {
		return nil, nil, err
	}
	subjects := map[string]string{}
	for _, environment := range r.cfg.CI.Environments {
		subjects["environment-"+environment] = repository + ":environment:" + environment
	}
	deploy, changes, err := r.declareApplication("ci-deploy", "Deploys "+r.cfg.CI.Repository, subjects,
		grant{name: "ci-deploy-contributes", role: r.builtin(roleContributor), scope: group, why: "Deployments change the resources"},
		grant{name: "ci-deploy-grants", role: r.builtin(roleAccessControlAdministrator), scope: group,
			condition: onlyRoles(roleAcrPull, roleBlobDataReader, roleMetricsWriter), why: "Deployments grant the endpoint its three roles and no others"},
		grant{name: "ci-deploy-pushes-images", role: r.builtin(roleAcrPush), scope: registry, why: "Deployments push images"},
		grant{name: "ci-deploy-uploads-models", role: r.builtin(roleBlobDataContributor),
			scope: containerScope(base.store), why: "Deployments upload models"},
		grant{name: "ci-deploy-reads-quota", role: quota.ID().ToStringOutput(), scope: subscription, why: "Deployments check the quota"},
	)
	if err != nil {
		return nil, nil, err
	}
	return &ciIdentities{preview: preview, deploy: deploy}, append(reads, changes...), nil
}

// containerScope is the models' container alone, as a scope.
func containerScope(store store) pulumi.StringInput {
	return pulumi.Sprintf("%s/blobServices/default/containers/%s", store.account.ID(), store.containerName)
}

// declareApplication makes an application that signs in by federated
// credentials, by name and subject, and grants it roles. It returns the
// client id, and the role assignments.
func (r run) declareApplication(name, why string, subjects map[string]string, grants ...grant) (pulumi.StringOutput, []pulumi.Resource, error) {
	var none pulumi.StringOutput
	var assigned []pulumi.Resource
	application, err := azuread.NewApplication(r.ctx, name, &azuread.ApplicationArgs{
		DisplayName: pulumi.String(r.names.Stem + "-" + name),
		Description: pulumi.String(why),
		Tags:        entraTags(r.tags),
	}, r.options()...)
	if err != nil {
		return none, nil, err
	}
	principal, err := azuread.NewServicePrincipal(r.ctx, name, &azuread.ServicePrincipalArgs{
		ClientId:    application.ClientId,
		Description: pulumi.String(why),
		Tags:        entraTags(r.tags),
	}, r.options()...)
	if err != nil {
		return none, nil, err
	}
	for _, credential := range sorted(subjects) {
		_, err := azuread.NewApplicationFederatedIdentityCredential(r.ctx, name+"-"+credential, &azuread.ApplicationFederatedIdentityCredentialArgs{
			ApplicationId: application.ID().ToStringOutput(),
			DisplayName:   pulumi.String(credential),
			Description:   pulumi.String("GitHub: " + subjects[credential]),
			Issuer:        pulumi.String(githubIssuer),
			Audiences:     pulumi.StringArray{pulumi.String(githubAudience)},
			Subject:       pulumi.String(subjects[credential]),
		}, r.options()...)
		if err != nil {
			return none, nil, err
		}
	}
	for _, g := range grants {
		g.principal, g.principalType = principal.ObjectId, principalService
		assignment, err := r.assign(g)
		if err != nil {
			return none, nil, err
		}
		assigned = append(assigned, assignment)
	}
	return application.ClientId, assigned, nil
}

// entraTags are the tags in the form that Entra's objects have: a list.
func entraTags(tags pulumi.StringMap) pulumi.StringArray {
	list := pulumi.StringArray{}
	for _, key := range sorted(tags) {
		list = append(list, pulumi.Sprintf("%s:%s", key, tags[key]))
	}
	return list
}
