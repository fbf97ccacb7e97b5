// Package stackconfig is what a stack says in its file, Pulumi.STACK.yaml: the
// configuration with its defaults, decoding and checks, the names in Azure that
// follow from it, and the editor of the file. It needs neither Pulumi nor
// Azure, so the commands beside Pulumi read a stack exactly as an update does.
package stackconfig

// Config is all that a stack can say, decoded from its configuration. Every
// key is explained in docs/reference/configuration.md; Pulumi.yaml holds the schema.
type Config struct {
	// Location is the Azure region, such as westeurope.
	Location string `json:"location"`
	// Name begins every resource's name.
	Name string `json:"name"`
	// NameSuffix replaces the computed end of the names; see NewNames.
	NameSuffix string `json:"nameSuffix"`
	// Hosting is what runs the deployments: ManagedEndpoint or ContainerApp.
	Hosting string `json:"hosting"`
	// Tags are added to every resource.
	Tags map[string]string `json:"tags"`
	// DeleteLocks protects what holds data: vault, storage, registry, logs.
	DeleteLocks bool `json:"deleteLocks"`

	// ResourceGroup names a group that is there already; everything that the stack
	// makes lies in it.
	ResourceGroup string `json:"resourceGroup"`

	// Private takes everything that the stack makes off the internet: it is reached
	// from a virtual network alone, which Network describes.
	Private bool    `json:"private"`
	Network Network `json:"network"`

	KeyVault  KeyVault  `json:"keyVault"`
	Logs      Logs      `json:"logs"`
	Registry  Registry  `json:"registry"`
	Storage   Storage   `json:"storage"`
	Workspace Workspace `json:"workspace"`
	Endpoint  Endpoint  `json:"endpoint"`

	// Awake declares the deployments. Asleep, the endpoint has none, costs
	// nothing, and keeps its URL and keys.
	Awake bool `json:"awake"`
	// Deployments by name, such as blue and green. None is allowed: an
	// endpoint without deployments costs nothing and keeps its URL and keys.
	Deployments map[string]Deployment `json:"deployments"`
	// Traffic is the percentage of the requests for each deployment. It
	// totals 100, or is empty: nothing answers then.
	Traffic map[string]int `json:"traffic"`
	// MirrorTraffic is the percentage of the requests that are copied to one
	// deployment, whose answers nobody sees.
	MirrorTraffic map[string]int `json:"mirrorTraffic"`

	Bot    Bot    `json:"bot"`
	Alerts Alerts `json:"alerts"`
	Budget Budget `json:"budget"`
}

// KeyVault is the workspace's Key Vault: a new one, or an existing one by
// ResourceGroup and Name, whose settings stay as they are.
type KeyVault struct {
	ResourceGroup string `json:"resourceGroup"`
	Name          string `json:"name"`
	// PurgeProtection can't be turned off again, and keeps the name of a
	// deleted vault taken until SoftDeleteRetentionDays have passed.
	PurgeProtection         bool `json:"purgeProtection"`
	SoftDeleteRetentionDays int  `json:"softDeleteRetentionDays"`
}

// Existing reports whether the vault is there already.
func (c KeyVault) Existing() bool { return c.ResourceGroup != "" || c.Name != "" }

// Logs is the Log Analytics workspace: a new one, or an existing one by
// ResourceGroup and Name, whose settings stay as they are.
type Logs struct {
	ResourceGroup string `json:"resourceGroup"`
	Name          string `json:"name"`
	RetentionDays int    `json:"retentionDays"`
	// DailyCapGB stops the intake for the day, so that a loop that logs
	// doesn't cost a fortune; -1 is no cap.
	DailyCapGB float64 `json:"dailyCapGB"`
}

// Existing reports whether the Log Analytics workspace is there already.
func (c Logs) Existing() bool { return c.ResourceGroup != "" || c.Name != "" }

// Registry is the container registry: a new one, or an existing one by
// ResourceGroup and Name.
type Registry struct {
	ResourceGroup string `json:"resourceGroup"`
	Name          string `json:"name"`
	// SKU is Basic, Standard or Premium; private endpoints need Premium, which is the
	// default with Private. It is an existing registry's own.
	SKU string `json:"sku"`
}

// Existing reports whether the registry is there already.
func (c Registry) Existing() bool { return c.ResourceGroup != "" || c.Name != "" }

// Storage is the storage account: a new one, or an existing one by
// ResourceGroup and AccountName.
type Storage struct {
	ResourceGroup string `json:"resourceGroup"`
	AccountName   string `json:"accountName"`
	// Container holds the models. It is created in an existing account too.
	Container string `json:"container"`
	// SKU is the redundancy of a new account.
	SKU string `json:"sku"`
	// SharedKeyAccess leaves a new account's keys valid, and has the workspace reach
	// its own datastores with them instead of its identity.
	SharedKeyAccess bool `json:"sharedKeyAccess"`
}

// Existing reports whether the account is there already.
func (c Storage) Existing() bool { return c.ResourceGroup != "" || c.AccountName != "" }

// Workspace is the Azure ML workspace.
type Workspace struct {
	// Isolation is the managed network's mode: NotIsolated, InternetOutbound or
	// ApprovedOutbound, which is the default with Private.
	Isolation string `json:"isolation"`
	// OutboundHosts may be reached under AllowOnlyApprovedOutbound.
	OutboundHosts []string `json:"outboundHosts"`
}

// Endpoint is what callers reach: the managed online endpoint, or the Container App.
type Endpoint struct {
	// AuthMode is aad_token (Entra) or key.
	AuthMode string `json:"authMode"`
	// ClientID is the application (client) id of the app registration that
	// callers of a Container App ask a token for.
	ClientID string `json:"clientId"`
	// Callers are the object ids of who may call a Container App: users, service
	// principals, managed identities.
	Callers []string `json:"callers"`
}

// Deployment is one deployment behind the endpoint.
type Deployment struct {
	Image Image `json:"image"`
	Model Model `json:"model"`
	// InstanceType and InstanceCount are a managed endpoint's.
	InstanceType  string `json:"instanceType"`
	InstanceCount int    `json:"instanceCount"`
	// VCPUs and Replicas are a Container App's. A replica has twice as many GiB
	// of memory as vCPUs; a model with gpu gets a T4 with all its host's.
	VCPUs     float64    `json:"vCPUs"`
	Replicas  Replicas   `json:"replicas"`
	Requests  Requests   `json:"requests"`
	Probes    Probes     `json:"probes"`
	Autoscale *Autoscale `json:"autoscale"`
	// Environment is handed to the container. It can't hold secrets: whoever
	// may read the deployment reads it.
	Environment map[string]string `json:"environment"`
	// Secrets are variables of the container whose values are secrets of the stack's
	// Key Vault, by the secrets' names there.
	Secrets map[string]string `json:"secrets"`
	// Collect keeps what callers send and get; a managed endpoint's alone.
	Collect Collect `json:"collect"`
}

// Collect are the percentages of requests and of answers whose bodies are written to the
// workspace's own storage; 0 is none.
type Collect struct {
	Requests  int `json:"requests"`
	Responses int `json:"responses"`
}

// Image is a container image: a published one by digest, or one to
// build.
type Image struct {
	// Registry is the host of the registry; empty is the stack's own.
	Registry   string `json:"registry"`
	Repository string `json:"repository"`
	// Digest is sha256: and 64 hex digits. A preview works without, an
	// update needs it.
	Digest string `json:"digest"`
	// Build makes the image in the update and pushes it to the stack's own
	// registry, which needs Docker.
	Build *Build `json:"build"`
	// UncompressedMiB is what the image takes on the instance's disk.
	UncompressedMiB int `json:"uncompressedMiB"`
}

// Build is how an image is built, for linux/amd64.
type Build struct {
	// Context and Dockerfile are relative to the project's folder.
	Context    string `json:"context"`
	Dockerfile string `json:"dockerfile"`
	// Target is the Dockerfile's stage; empty is the last.
	Target string `json:"target"`
	// Arguments are build arguments. The image shows them, so they can't be
	// secrets.
	Arguments map[string]string `json:"arguments"`
	// Cache keeps layers in the registry, under the tag buildcache.
	Cache bool `json:"cache"`
	// OnPreview builds in previews too, and pushes nothing then.
	OnPreview bool `json:"onPreview"`
}

// Model is a registered model.
type Model struct {
	Name string `json:"name"`
	// Source is where an update fetches the model from, OWNER/NAME@COMMIT on the
	// hub; it gives version and path.
	Source string `json:"source"`
	// File is the ONNX file of the source, or model.safetensors, where it isn't the most
	// precise one.
	File string `json:"file"`
	// Precision is that of the model that is made of the source: fp32, int8, or int4 for a chat
	// model that the hub has weights of alone.
	Precision string `json:"precision"`
	// TokenSecret names the secret in the stack's Key Vault that holds the hub's
	// token, for a gated source; without it the token is HF_TOKEN.
	TokenSecret string `json:"tokenSecret"`
	// Version is required but for a model with a source or a hash, which give it.
	Version string `json:"version"`
	// SHA256 is the hash of a delivered model's manifest, which says version
	// and folder; see inference/manifest.
	SHA256 string `json:"sha256"`
	// Path is the model's folder in the storage container; empty is
	// Name/SHA256, or without that Name/Version.
	Path string `json:"path"`
	// Baked says that the image holds the files, so that nothing is fetched.
	Baked bool `json:"baked"`
	// SizeMiB is what the model's files take on disk.
	SizeMiB int `json:"sizeMiB"`
	// MemoryMiB is what the model and its runtime need at the highest load:
	// of GPU memory where GPU is set, of RAM else.
	MemoryMiB int  `json:"memoryMiB"`
	GPU       bool `json:"gpu"`
}

// Replicas are how many a deployment of a Container App has.
type Replicas struct {
	// Minimum 0 scales to zero: the next request waits for the first replica.
	Minimum int `json:"minimum"`
	Maximum int `json:"maximum"`
}

// Requests are the gateway's limits; the scorer gets the same ones.
type Requests struct {
	TimeoutSeconds int `json:"timeoutSeconds"`
	// MaxConcurrent is per instance. The gateway answers 429 above twice as
	// many.
	MaxConcurrent int `json:"maxConcurrent"`
}

// Probes are the times of the probes. Their routes are the scorer's.
type Probes struct {
	// StartupSeconds is how long an instance may take until it is ready:
	// fetching is over then, loading and warming up the model isn't.
	StartupSeconds int `json:"startupSeconds"`
	PeriodSeconds  int `json:"periodSeconds"`
	TimeoutSeconds int `json:"timeoutSeconds"`
}

// Autoscale makes Azure Monitor choose the instance count.
type Autoscale struct {
	Minimum int `json:"minimum"`
	Maximum int `json:"maximum"`
	// CPUPercent and GPUPercent hold the utilization between two values.
	CPUPercent *Band `json:"cpuPercent"`
	GPUPercent *Band `json:"gpuPercent"`
	// LatencyP95Milliseconds adds an instance above this latency; 0 is off.
	LatencyP95Milliseconds int        `json:"latencyP95Milliseconds"`
	Schedules              []Schedule `json:"schedules"`
}

// Band scales out above Out and in below In.
type Band struct {
	Out int `json:"out"`
	In  int `json:"in"`
}

// Schedule has its own minimum and maximum between two times of day.
type Schedule struct {
	Name string   `json:"name"`
	Days []string `json:"days"`
	From string   `json:"from"` // HH:MM
	To   string   `json:"to"`   // HH:MM, later than From
	// TimeZone is Windows' name for it, as Azure Monitor takes it.
	TimeZone string `json:"timeZone"`
	Minimum  int    `json:"minimum"`
	Maximum  int    `json:"maximum"`
}

// Alerts is who hears about trouble, and what trouble is.
type Alerts struct {
	Enabled                bool     `json:"enabled"`
	Emails                 []string `json:"emails"`
	FailedRequestsPercent  float64  `json:"failedRequestsPercent"`
	LatencyP95Milliseconds int      `json:"latencyP95Milliseconds"`
	DiskPercent            int      `json:"diskPercent"`
	MemoryPercent          int      `json:"memoryPercent"`
	GPUMemoryPercent       int      `json:"gpuMemoryPercent"`
}

// Budget is the resource group's monthly budget in the subscription's
// currency; 0 makes none.
type Budget struct {
	MonthlyAmount float64 `json:"monthlyAmount"`
}
