// Package diagnosis names why a deployment of an online endpoint failed, from
// what Azure and the container said, and what to do about it.
package diagnosis

import (
	"regexp"
	"strings"
	"time"
)

// Cause is a reason to fail.
type Cause string

// The causes. Unknown is what no rule knows.
const (
	Quota        Cause = "quota"
	Capacity     Cause = "capacity"
	ImagePull    Cause = "image pull"
	Disk         Cause = "disk"
	Memory       Cause = "memory"
	Model        Cause = "model"
	Role         Cause = "role"
	Crash        Cause = "crash"
	Probe        Cause = "probe"
	Conflict     Cause = "conflict"
	Network      Cause = "managed network"
	Closed       Cause = "private network"
	Restricted   Cause = "restricted size"
	NameHeld     Cause = "held name"
	Login        Cause = "login"
	Driver       Cause = "GPU driver"
	Release      Cause = "ONNX Runtime's release"
	Unauthorized Cause = "permission"
	Unknown      Cause = "unknown"
)

// Evidence is what was said, each by who said it. Text may be long.
type Evidence struct {
	Source string // Azure, activity log, event log, storage initializer, container, ...
	Text   string
}

// Finding is a cause, the words that show it, and what to do.
type Finding struct {
	Cause  Cause
	Source string
	Quote  string // one line
	Remedy string
	// Passes is how long the same request is worth trying again: the cause goes
	// away by itself within it. 0 is one that stays.
	Passes time.Duration
}

// rule finds a cause by words. The first rule that fits wins, so what is
// specific comes before what follows from it: a full disk also looks like a
// model that can't be read, and that like a container that doesn't start.
type rule struct {
	cause   Cause
	passes  time.Duration
	pattern *regexp.Regexp
	remedy  string
}

// How long what passes by itself takes. A role: Azure names minutes, with
// caches of an hour at worst (role-based access control's troubleshooting page
// says 10 minutes). An operation on an endpoint takes up to 20 minutes, and
// provisioning a managed network about as long.
const (
	roleHolds     = 20 * time.Minute
	operationEnds = 30 * time.Minute
	networkIsMade = 45 * time.Minute
)

// The words are those of Azure's page on troubleshooting online endpoints, of
// its AmlOnlineEndpointEventLog, of container runtimes and of the scorer; and as
// people met them: pull permission (MicrosoftDocs/azure-docs#107890), a secret
// (microsoft/azure-container-apps#1174), "Updating
// provisioning state" (azure-sdk-for-net#36961), closed doors (container-registry-
// troubleshoot-access, Key Vault's and Storage's own answers, azure-docs#90426), the soft-deleted workspace
// (Azure/ResourceModules#3596), AADSTS700024 (Azure/login#180), the managed
// network (terraform-provider-azurerm#28650), the restricted size
// (Microsoft.Compute/skus).
var rules = []rule{
	{Disk, 0, words(`no space left on device`, `disk quota`, `not enough (disk )?space`, `insufficient disk`, `ephemeral-storage`),
		"the image, its compressed layers and the model don't fit on the size's disk: take a size with more disk, or a smaller image or model; see uncompressedMiB and sizeMiB in the stack's file, which preflight goes by"},
	{Memory, 0, words(`insufficient memory`, `OOMKilled`, `out of memory`, `cannot allocate memory`, `memory quota`, `CUDA_ERROR_OUT_OF_MEMORY`, `failed to allocate memory`),
		"the model needs more memory than the size has: take a larger size, a smaller or quantized model, or lower requests.maxConcurrent; correct memoryMiB in the stack's file"},
	{Restricted, 0, words(`NotAvailableForSubscription`),
		"this subscription may not use the size in this region, whatever its quota: take another region or size (nlp preflight names regions without the restriction), or ask Azure's support to lift it"},
	{Login, 0, words(`AADSTS700024`, `client assertion is not within its valid time range`, `AADSTS70021\b`),
		"the login is older than the assertion that it came from: sign in again and run the same command, which goes on from there; in GitHub Actions leave ACTIONS_ID_TOKEN_REQUEST_URL to the command, so that it fetches new ones"},
	{NameHeld, 0, words(`soft-deleted workspace exists`, `aka\.ms/wsoftdelete`),
		"a deleted workspace holds the name for 14 days: purge it (nlp teardown does), or set nameSuffix"},
	{Network, networkIsMade, words(`WorkspaceManagedNetworkNotReady`, `managed network .*(not ready|not provisioned|is being provisioned)`),
		"the workspace's managed network isn't provisioned yet: the next pulumi up waits for it"},
	{Driver, 0, words(`CUDA driver version is insufficient`, `driver \S+ is older than`, `CUDA failure 35\b`, `cudaErrorInsufficientDriver`),
		"the host's GPU driver is older than the image's CUDA needs: build the image for CUDA 12 (no CUDA in image.build.arguments), which driver 525 runs, or take a size whose hosts have a newer driver"},
	{Release, 0, words(`the last release for CUDA 12, knows less`),
		"the image's ONNX Runtime doesn't know the model's export: take an export made for it, or build the image with CUDA: \"13\" in image.build.arguments, if the hosts have driver 580"},
	{Capacity, 0, words(`OutOfCapacity`, `region-wide`, `no capacity`, `VM size .* is not available`, `AllocationFailed`, `SkuNotAvailable`),
		"the region has no free machines of this size at the moment: try again later, or take another size or region"},
	{Quota, 0, words(`OutOfQuota`, `not enough quota`, `quota (exceeded|limit)`, `exceed(s|ing)? .*quota`, `vCPU.*quota`),
		"ask for machine learning quota of the size's family, for both deployments at once (1.2 times the cores, rounded up to whole instances), or take a smaller size; nlp preflight -s STACK counts it"},
	{Closed, 0, words(`is not allowed access`, `ForbiddenByConnection`, `public network access is disabled`, `based on workspace private link configuration`, `\bAuthorizationFailure\b`, `this request is not authorized to perform this operation\.`),
		"registry, storage, vault or workspace are closed to the internet, and what asked isn't in their network: set private for all of the stack, or run the command in its network; see docs/reference/private.md"},
	{Role, roleHolds, words(`does not have pull permission`, `AuthorizationPermissionMismatch`, `has no AcrPull`, `has no Storage Blob Data Reader`, `authorization error`, `unauthorized: authentication required`, `incorrect role assignments`, `403 .*(blob|storage)`, `this request is not authorized`, `\bdenied: requested access`, `unable to get value using managed identity`),
		"the endpoint's identity may not read the image or the model: it needs AcrPull on the registry and Storage Blob Data Reader on the storage account, and the bot's identity Key Vault Secrets User on its secrets; a new role takes minutes to take effect; run the rollout again, and see docs/internals/infrastructure.md"},
	{Unauthorized, 0, words(`AuthorizationFailed`, `does not have authorization to perform action`),
		"whoever is signed in may not do this: sign in as the identity that deploys (Contributor on the resource group)"},
	{ImagePull, 0, words(`unable to download user container image`, `ErrImagePull`, `ImagePullBackOff`, `ImagePullFailed`, `manifest unknown`, `manifest .*not found`, `failed to (pull|resolve) (image|reference)`, `repository does not exist`, `no match for platform`, `exec format error`),
		"the image isn't available: check that image.digest is one that was pushed to image.repository of that registry, for linux/amd64, and that nobody deleted it"},
	{Model, 0, words(`unable to download user model`, `ModelDownloadFailed`, `model .*(not found|does not exist)`, `BlobNotFound`, `ContainerNotFound`, `The specified (blob|container|path) does not exist`, `no model in `, `there is no \S+ in or below`, `model folder: `, `is not a model.s configuration`, `Load model from .* failed`, `onnx.*(parse|invalid|protobuf)`, `holds no model`, `no \S*model\S*\.onnx`, `config\.json.*no such file`, `sha-?256.*(differ|mismatch)`, `mismatch.*sha-?256`),
		"the model's files are missing or damaged: check model.name, model.version and model.path in the stack's file against the container of the storage account, and upload the folder again under a new version"},
	{Crash, 0, words(`user container has crashed`, `CrashLoopBackOff`, `back-off restarting failed container`, `container (has )?(crashed|terminated|exited)`, `exited with code`, `panic: `, `SIGSEGV`, `fatal error:`, `InferenceServerError`),
		"the container ends by itself: the last lines of its log say why; run the image with the same model and environment by hand"},
	{Probe, 0, words(`(liveness|readiness) probe`, `LivenessProbeFailed`, `ReadinessProbeFailed`, `probe failed`, `probe.*time(d )?out`, `failed liveness`),
		"the container runs but doesn't get ready in time: raise probes.startupSeconds if it still loads the model, probes.timeoutSeconds if it answers slowly under load; the routes are the scorer's own"},
	{Conflict, operationEnds, words(`another operation is in progress`, `because it is in \w+ provisioning state`, `OperationCanceled`, `operation was cancell?ed`, `"?Conflict"?\b`, `ResourceConflict`),
		"Azure was busy with another operation on the endpoint: run the same command again"},
}

func words(alternatives ...string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)` + strings.Join(alternatives, "|"))
}

// Find names the cause. Of several rules that fit, it takes the most specific
// one, whoever said it; of several sources, the first. It never returns
// nothing: what no rule knows is Unknown, with the first source's first line.
func Find(evidence []Evidence) Finding {
	for _, r := range rules {
		for _, e := range evidence {
			for line := range strings.Lines(e.Text) {
				if r.pattern.MatchString(line) {
					return Finding{r.cause, e.Source, quote(line), r.remedy, r.passes}
				}
			}
		}
	}
	f := Finding{Cause: Unknown, Remedy: "no known cause; the messages and logs above are all that Azure reports. If the container's log is empty, " +
		"the process most likely never started: run the image by hand"}
	for _, e := range evidence {
		if first := strings.TrimSpace(e.Text); first != "" && f.Quote == "" {
			f.Source, f.Quote = e.Source, quote(first)
		}
	}
	return f
}

// quote is a text's first line, cut to what fits a message.
func quote(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if r := []rune(line); len(r) > 300 {
		line = string(r[:300]) + "…"
	}
	return line
}
