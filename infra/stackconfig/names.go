package stackconfig

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"
)

// Names are the resources' names in Azure. They are chosen here rather than
// by Pulumi, so that an endpoint keeps its URL whatever is replaced, and that
// the same stack has the same names after it was destroyed.
type Names struct {
	ResourceGroup string // 1-90, unique in the subscription
	KeyVault      string // 3-24, unique in Azure
	Logs          string // 4-63
	Insights      string // 1-260
	Registry      string // 5-50 letters and digits, unique in Azure
	Storage       string // 3-24 lower-case letters and digits, unique in Azure
	Workspace     string // 3-33
	Identity      string // 3-128
	Endpoint      string // 3-32, unique in the region; of a Container App too, 2-32
	AppsHost      string // Container Apps' environment, 2-60
	Network       string // virtual network, 2-64
	Bot           string // Container App, 2-32
	BotIdentity   string // 3-128
	ActionGroup   string // 1-260; its short name has 12 characters at most
	Stem          string // name-stack-suffix, for what needs no prefix
}

// NewNames makes the names of a stack, but for what is there already. They end
// with six characters computed from subscription, project and stack, which makes
// them unique without being written down anywhere: two subscriptions never share
// a name, and one stack always gets the same. suffix replaces these characters,
// for example while a deleted vault still holds the name.
func NewNames(cfg *Config, subscription, project, stack string) Names {
	suffix := cfg.NameSuffix
	if suffix == "" {
		sum := sha256.Sum256([]byte(strings.ToLower(subscription) + "/" + project + "/" + stack))
		suffix = strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:6]
	}
	short := alphanumeric(stack)
	if short == "" {
		short = "stack"
	}
	short = short[:min(len(short), 8)]
	stem := fmt.Sprintf("%s-%s-%s", cfg.Name, short, suffix)
	return Names{
		ResourceGroup: cmp.Or(cfg.ResourceGroup, "rg-"+stem),
		KeyVault:      cmp.Or(cfg.KeyVault.Name, stem),
		Logs:          cmp.Or(cfg.Logs.Name, "log-"+stem),
		Insights:      "appi-" + stem,
		Registry:      cmp.Or(cfg.Registry.Name, cfg.Name+short+suffix),
		Storage:       cfg.Name + short + suffix,
		Workspace:     "mlw-" + stem,
		Identity:      "id-" + stem,
		Endpoint:      stem,
		AppsHost:      "cae-" + stem,
		Network:       "vnet-" + stem,
		Bot:           "bot-" + stem,
		BotIdentity:   "id-bot-" + stem,
		ActionGroup:   "ag-" + stem,
		Stem:          stem,
	}
}

// WorkspaceID is the ARM id of the workspace, known before it is made.
func (n Names) WorkspaceID(subscription string) string {
	return "/subscriptions/" + subscription + "/resourceGroups/" + n.ResourceGroup + "/providers/Microsoft.MachineLearningServices/workspaces/" + n.Workspace
}

// EndpointID is the ARM id of the endpoint.
func (n Names) EndpointID(subscription string) string {
	return n.WorkspaceID(subscription) + "/onlineEndpoints/" + n.Endpoint
}

// AppID is the ARM id of the Container App.
func (n Names) AppID(subscription string) string {
	return "/subscriptions/" + subscription + "/resourceGroups/" + n.ResourceGroup + "/providers/Microsoft.App/containerApps/" + n.Endpoint
}

// IdentityID is the ARM id of the endpoint's identity.
func (n Names) IdentityID(subscription string) string {
	return "/subscriptions/" + subscription + "/resourceGroups/" + n.ResourceGroup + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/" + n.Identity
}

// StorageAccount is the storage account's name, known before it is made: an
// existing one's, or the stack's own.
func (cfg *Config) StorageAccount(n Names) string { return cmp.Or(cfg.Storage.AccountName, n.Storage) }

// OwnTags are the tags that the program sets itself.
var OwnTags = []string{"project", "stack", "managed-by"}

// DeploymentName is a deployment's name in Azure: the configured one and the
// size. Azure can't change the size of a deployment, so that another size is
// another deployment, made before the old one goes.
func DeploymentName(name, instanceType string) string {
	size := alphanumeric(strings.TrimPrefix(instanceType, "Standard_"))
	return name + "-" + size[:min(len(size), 16)]
}

// RevisionSuffix ends the name of a deployment's revision of a Container App.
// It stands for the content: Azure can't change a revision. attempt counts from
// 1; a further one is for a revision that failed.
func RevisionSuffix(name, content string, attempt int) string {
	suffix := name + "-" + ShortHash(content)
	if attempt > 1 {
		suffix += fmt.Sprintf("-%d", attempt)
	}
	return suffix
}

// alphanumeric keeps a text's letters and digits, in lower case.
func alphanumeric(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(s))
}

// ShortHash is eight hexadecimal digits that stand for the parts.
func ShortHash(parts ...string) string { return hash(4, parts...) }

func hash(bytes int, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return fmt.Sprintf("%x", sum[:bytes])
}

// GUID is a version 5 style GUID that stands for the parts: Azure wants GUIDs
// for workbooks and custom roles.
func GUID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	sum[6], sum[8] = sum[6]&0x0f|0x50, sum[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
