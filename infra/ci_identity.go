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

// declareCIIdentities makes two applications without any secret: one that
// pull requests preview with, which reads, and one that the named
// environments deploy with. They are two because a pull request runs code
// that nobody has reviewed.
func (s *stack) declareCIIdentities() error {
	if s.cfg.CI.Repository == "" {
		return nil
	}
	quota, err := s.customRole("quota-reader", "Machine learning quota reader",
		"Reads quota and sizes of Azure Machine Learning, for preflight", pulumi.String(s.subscriptionID()),
		"Microsoft.MachineLearningServices/locations/usages/read",
		"Microsoft.MachineLearningServices/locations/vmsizes/read")
	if err != nil {
		return err
	}
	subscription := pulumi.String(s.subscriptionID())
	group := s.group.ID().ToStringOutput()
	registry := s.registry.ID().ToStringOutput()
	account := s.account.ID().ToStringOutput()
	repository := "repo:" + s.cfg.CI.Repository

	preview, err := s.declareApplication("ci-preview", "Previews pull requests and compares on a schedule for "+s.cfg.CI.Repository,
		map[string]string{"pull-request": repository + ":pull_request", "drift": repository + ":environment:" + driftEnvironment},
		grant{name: "ci-preview-reads", role: s.builtin(roleReader), scope: group, why: "Pull requests read the resources"},
		grant{name: "ci-preview-reads-quota", role: quota.ID().ToStringOutput(), scope: subscription, why: "Pull requests check the quota"},
	)
	if err != nil {
		return err
	}
	subjects := map[string]string{}
	for _, environment := range s.cfg.CI.Environments {
		subjects["environment-"+environment] = repository + ":environment:" + environment
	}
	deploy, err := s.declareApplication("ci-deploy", "Deploys "+s.cfg.CI.Repository, subjects,
		grant{name: "ci-deploy-contributes", role: s.builtin(roleContributor), scope: group, why: "Deployments change the resources"},
		grant{name: "ci-deploy-grants", role: s.builtin(roleAccessControlAdministrator), scope: group,
			condition: onlyRoles(roleAcrPull, roleBlobDataReader), why: "Deployments grant the endpoint its two roles and no others"},
		grant{name: "ci-deploy-pushes-images", role: s.builtin(roleAcrPush), scope: registry, why: "Deployments push images"},
		grant{name: "ci-deploy-uploads-models", role: s.builtin(roleBlobDataContributor),
			scope: s.containerScope(account), why: "Deployments upload models"},
		grant{name: "ci-deploy-reads-quota", role: quota.ID().ToStringOutput(), scope: subscription, why: "Deployments check the quota"},
	)
	if err != nil {
		return err
	}
	s.ci = &ciIdentities{preview: preview, deploy: deploy}
	return nil
}

// containerScope is the models' container alone, as a scope.
func (s *stack) containerScope(account pulumi.StringOutput) pulumi.StringInput {
	return pulumi.Sprintf("%s/blobServices/default/containers/%s", account, s.container.Name)
}

// declareApplication makes an application that signs in by federated
// credentials, by name and subject, and grants it roles. It returns the
// client id.
func (s *stack) declareApplication(name, why string, subjects map[string]string, grants ...grant) (pulumi.StringOutput, error) {
	var none pulumi.StringOutput
	application, err := azuread.NewApplication(s.ctx, name, &azuread.ApplicationArgs{
		DisplayName: pulumi.String(s.names.Stem + "-" + name),
		Description: pulumi.String(why),
		Tags:        entraTags(s),
	})
	if err != nil {
		return none, err
	}
	principal, err := azuread.NewServicePrincipal(s.ctx, name, &azuread.ServicePrincipalArgs{
		ClientId:    application.ClientId,
		Description: pulumi.String(why),
		Tags:        entraTags(s),
	})
	if err != nil {
		return none, err
	}
	for _, credential := range sorted(subjects) {
		_, err := azuread.NewApplicationFederatedIdentityCredential(s.ctx, name+"-"+credential, &azuread.ApplicationFederatedIdentityCredentialArgs{
			ApplicationId: application.ID().ToStringOutput(),
			DisplayName:   pulumi.String(credential),
			Description:   pulumi.String("GitHub: " + subjects[credential]),
			Issuer:        pulumi.String(githubIssuer),
			Audiences:     pulumi.StringArray{pulumi.String(githubAudience)},
			Subject:       pulumi.String(subjects[credential]),
		})
		if err != nil {
			return none, err
		}
	}
	for _, g := range grants {
		g.principal, g.principalType = principal.ObjectId, principalService
		assignment, err := s.assign(g)
		if err != nil {
			return none, err
		}
		s.onData = append(s.onData, assignment)
	}
	return application.ClientId, nil
}

// entraTags are the tags in the form that Entra's objects have: a list.
func entraTags(s *stack) pulumi.StringArray {
	tags := pulumi.StringArray{}
	for _, key := range sorted(s.tags) {
		tags = append(tags, pulumi.Sprintf("%s:%s", key, s.tags[key]))
	}
	return tags
}
