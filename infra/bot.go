package infra

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-azure-native-sdk/authorization/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/containerapps"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/managedidentity"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

const (
	roleSecretsUser = "4633458b-17de-408a-b874-0445c86b69e6" // Key Vault Secrets User
	scoreAction     = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/score/action"
	mlScope         = "https://ml.azure.com/.default"
	botPort         = 8080
	botReplica      = 1  // Telegram gives the messages to one process at a time
	botStops        = 30 // seconds, more than the bot's own grace
	secretVersion   = "2023-07-01"
	botSecretToken  = "telegram-token"
	botSecretKey    = "scorer-key"
)

// bot is who the Telegram bot is, which its rights are granted to before it is made.
type bot struct {
	identity *managedidentity.UserAssignedIdentity
	grants   []pulumi.Resource
}

// newBot makes the bot's identity and lets it pull its image and read the secrets
// that it is to have. It returns nil where the stack has no bot, or its token isn't
// in the vault: Azure would give up on a revision that can't read it.
func (r run) newBot(base platform) (*bot, error) {
	if !r.cfg.Bot.Enabled {
		return nil, nil
	}
	secrets := []string{r.cfg.Bot.TokenSecret}
	if r.cfg.Bot.KeySecret != "" {
		secrets = append(secrets, r.cfg.Bot.KeySecret)
	}
	missing := false
	for _, name := range secrets {
		there, err := r.secretThere(name)
		if err != nil {
			return nil, err
		}
		if !there {
			missing = true
			if err := r.ctx.Log.Warn(fmt.Sprintf("the bot isn't made yet, because the vault %s has no secret %s: put it there with "+
				"az keyvault secret set --vault-name %[1]s --name %[2]s --file FILE, and run pulumi up again", r.names.KeyVault, name), nil); err != nil {
				return nil, err
			}
		}
	}
	if missing {
		return nil, nil
	}
	b := bot{grants: slices.Clone(base.resolved())}
	var err error
	b.identity, err = managedidentity.NewUserAssignedIdentity(r.ctx, r.named("bot-identity"), &managedidentity.UserAssignedIdentityArgs{
		ResourceGroupName: base.name,
		ResourceName:      pulumi.String(r.names.BotIdentity),
		Location:          r.location(),
		Tags:              r.tags,
	}, r.options()...)
	if err != nil {
		return nil, err
	}
	err = b.grant(r, grant{name: "bot-pulls-image", role: r.builtin(roleAcrPull), scope: base.registry.ID().ToStringOutput(), why: "The bot pulls its image"})
	for _, name := range secrets {
		if err == nil {
			scope := pulumi.Sprintf("%s/secrets/%s", base.vault.ID(), name)
			err = b.grant(r, grant{name: "bot-reads-" + name, role: r.builtin(roleSecretsUser), scope: scope, why: "The bot reads its secret"})
		}
	}
	return &b, err
}

func (b *bot) grant(r run, g grant) error {
	g.principal = b.identity.PrincipalId
	made, err := r.assign(g)
	if err == nil {
		r.retries.after(made)
		b.grants = append(b.grants, made)
	}
	return err
}

// secretThere asks ARM, which knows a vault's secrets by name, without the right
// to read them. A bot that is there already stays: what it needs is its own matter.
func (r run) secretThere(name string) (bool, error) {
	if r.ctx.DryRun() && r.login().check(r.ctx.Context()) != nil {
		return true, nil // nobody to ask: a preview shows the whole
	}
	for _, of := range []struct{ id, version string }{
		{r.vaultID() + "/secrets/" + name, secretVersion},
		{r.id("Microsoft.App/containerApps", r.names.Bot), containerapps.APIVersion},
	} {
		if found, err := r.get(of.id, of.version, &struct{}{}); found || err != nil {
			return found, err
		}
	}
	return false, nil
}

// mayScore lets the bot score at a managed endpoint, and nothing else: the smallest
// built-in role that may, may do much more.
func (b *bot) mayScore(r run, endpoint *managedEndpoint) error {
	if r.cfg.Endpoint.AuthMode == authModeKey {
		return nil
	}
	scope := r.groupID(r.names.ResourceGroup)
	role, err := authorization.NewRoleDefinition(r.ctx, r.named("bot-role"), &authorization.RoleDefinitionArgs{
		RoleDefinitionId: pulumi.String(stackconfig.GUID(scope, r.names.Bot)),
		RoleName:         pulumi.String("Scores at " + r.names.Endpoint),
		RoleType:         pulumi.String("CustomRole"),
		Description:      pulumi.String("Calls the online endpoint, and nothing else"),
		Scope:            pulumi.String(scope),
		AssignableScopes: pulumi.StringArray{pulumi.String(scope)},
		Permissions:      authorization.PermissionArray{&authorization.PermissionArgs{Actions: pulumi.StringArray{pulumi.String(scoreAction)}}},
	}, r.options()...)
	if err != nil {
		return err
	}
	return b.grant(r, grant{name: "bot-scores", role: role.ID().ToStringOutput(), scope: endpoint.ID, why: "The bot calls the endpoint"})
}

// app declares the bot itself: no ingress, one replica, one revision at a time. The
// new one starts before the old one ends, and both know how to share the handover.
func (b *bot) app(r run, base platform, host *containerapps.ManagedEnvironment, scorer pulumi.StringInput, audience string) error {
	image, _, err := r.imageReference(base.registry, r.registryPassword(base.registry), r.builds[stackconfig.BotImageKey], r.cfg.Bot.Image)
	if err != nil {
		return err
	}
	id := b.identity.ID().ToStringOutput()
	variables := maps.Clone(r.cfg.Bot.Environment)
	if variables == nil {
		variables = map[string]string{}
	}
	variables["BOT_PORT"] = strconv.Itoa(botPort)
	if len(r.cfg.Bot.Allow) > 0 {
		variables["BOT_ALLOW"] = strings.Trim(strings.ReplaceAll(fmt.Sprint(r.cfg.Bot.Allow), " ", ","), "[]")
	}
	env := pulumi.Array{
		pulumi.Map{"name": pulumi.String("TELEGRAM_BOT_TOKEN"), "secretRef": pulumi.String(botSecretToken)},
		pulumi.Map{"name": pulumi.String("BOT_SCORER_URL"), "value": scorer},
	}
	secret := func(name, of string) pulumi.Map {
		return pulumi.Map{"name": pulumi.String(name), "identity": id, "keyVaultUrl": pulumi.String(vaultAddress(r.names.KeyVault) + "/secrets/" + of)}
	}
	secrets := pulumi.Array{secret(botSecretToken, r.cfg.Bot.TokenSecret)}
	if r.cfg.Endpoint.AuthMode == authModeKey {
		secrets = append(secrets, secret(botSecretKey, r.cfg.Bot.KeySecret))
		env = append(env, pulumi.Map{"name": pulumi.String("BOT_SCORER_KEY"), "secretRef": pulumi.String(botSecretKey)})
	} else {
		variables["BOT_SCORER_SCOPE"] = audience
		env = append(env, pulumi.Map{"name": pulumi.String("AZURE_CLIENT_ID"), "value": b.identity.ClientId})
	}
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		env = append(env, pulumi.Map{"name": pulumi.String(name), "value": pulumi.String(variables[name])})
	}
	probe := func(kind, path string) pulumi.Map {
		return pulumi.Map{
			"type": pulumi.String(kind), "httpGet": pulumi.Map{"path": pulumi.String(path), "port": pulumi.Int(botPort)},
			"initialDelaySeconds": pulumi.Int(5), "periodSeconds": pulumi.Int(10), "timeoutSeconds": pulumi.Int(5), "failureThreshold": pulumi.Int(failures),
		}
	}
	_, err = containerapps.NewContainerApp(r.ctx, r.named("bot"), pulumi.Map{
		"resourceGroupName":   base.name,
		"containerAppName":    pulumi.String(r.names.Bot),
		"location":            r.location(),
		"identity":            pulumi.Map{"type": pulumi.String("UserAssigned"), "userAssignedIdentities": pulumi.Array{id}},
		"environmentId":       host.ID(),
		"workloadProfileName": pulumi.String(consumptionProfile),
		"configuration": pulumi.Map{
			"activeRevisionsMode": pulumi.String("Single"),
			"registries":          pulumi.Array{pulumi.Map{"server": base.registry.host, "identity": id}},
			"secrets":             secrets,
		},
		"template": pulumi.Map{
			"terminationGracePeriodSeconds": pulumi.Int(botStops),
			"containers": pulumi.Array{pulumi.Map{
				"name": pulumi.String("bot"), "image": image, "env": env,
				"resources": pulumi.Map{"cpu": pulumi.Float64(0.25), "memory": pulumi.String("0.5Gi")},
				"probes":    pulumi.Array{probe("Liveness", api.LivePath), probe("Readiness", api.ReadyPath)},
			}},
			"scale": pulumi.Map{"minReplicas": pulumi.Int(botReplica), "maxReplicas": pulumi.Int(botReplica)},
		},
		"tags": r.tags,
	}, r.options(pulumi.DependsOn(b.grants), r.retries.of(r.named("bot"), target{r.id("Microsoft.App/containerApps", r.names.Bot), containerapps.APIVersion}), pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "30m", Update: "30m"}))...)
	return err
}

// endpointBot declares the bot of a managed endpoint, with an environment of its own.
func (r run) endpointBot(base platform, endpoint *managedEndpoint) error {
	r, err := r.in("bot")
	if err != nil {
		return err
	}
	b, err := r.newBot(base)
	if b == nil || err != nil {
		return err
	}
	if err := b.mayScore(r, endpoint); err != nil {
		return err
	}
	host, _, err := newEnvironment(r.ctx, environmentArgs{
		Logical: r.logical, Name: r.names.AppsHost, Location: r.cfg.Location, ResourceGroup: base.name, Logs: base.logs.ID().ToStringOutput(), Subnet: base.appSubnet(), Tags: r.tags,
	}, r.options()...)
	if err != nil {
		return err
	}
	return b.app(r, base, host, endpoint.ScoringURI, mlScope)
}
