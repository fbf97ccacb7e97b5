package stackconfig

import (
	"fmt"
	"maps"
	"net"
	"net/mail"
	"regexp"
	"slices"
	"strings"
)

var (
	namePattern       = regexp.MustCompile(`^[a-z][a-z0-9]{1,7}$`)
	suffixPattern     = regexp.MustCompile(`^[a-z0-9]{3,6}$`)
	regionPattern     = regexp.MustCompile(`^[a-z][a-z0-9]+$`)
	accountPattern    = regexp.MustCompile(`^[a-z0-9]{3,24}$`)
	vaultPattern      = regexp.MustCompile(`^[a-zA-Z][-a-zA-Z0-9]{1,22}[a-zA-Z0-9]$`)
	logsPattern       = regexp.MustCompile(`^[a-zA-Z0-9][-a-zA-Z0-9]{2,61}[a-zA-Z0-9]$`)
	registryPattern   = regexp.MustCompile(`^[a-zA-Z0-9]{5,50}$`)
	groupPattern      = regexp.MustCompile(`^[-\w._()]{0,89}[-\w_()]$`)
	containerPattern  = regexp.MustCompile(`^[a-z0-9](-?[a-z0-9]){2,62}$`)
	deploymentPattern = regexp.MustCompile(`^[a-z][a-z0-9]{1,14}$`)
	repositoryPattern = regexp.MustCompile(`^[a-z0-9]+([._/-][a-z0-9]+)*$`)
	digestPattern     = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
	assetPattern      = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$`)
	sizePattern       = regexp.MustCompile(`^Standard_[A-Z]+[0-9]+[A-Za-z0-9-]*(_[A-Za-z0-9]+)*$`)
	variablePattern   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	secretPattern     = regexp.MustCompile(`(?i)(secret|password|passwd|token|api_?key|connection_?string)$`)
)

// LooksSecret reports whether a variable's name says that its value is a secret.
func LooksSecret(variable string) bool { return secretPattern.MatchString(variable) }

// checker collects problems. Keys that were refused while decoding are left
// alone, so that one mistake is one problem.
type checker struct {
	folder   string // the project's
	problems []Problem
	refused  []string
}

func (c *checker) report(key string, value any, allowed, remedy string) {
	for _, r := range c.refused {
		if r == key || strings.HasPrefix(key, r+".") || strings.HasPrefix(key, r+"[") {
			return
		}
	}
	c.problems = append(c.problems, Problem{Key: key, Value: show(value), Allowed: allowed, Remedy: remedy})
}

func (c *checker) match(key, value string, pattern *regexp.Regexp, allowed, remedy string) {
	if !pattern.MatchString(value) {
		c.report(key, value, allowed, remedy)
	}
}

func (c *checker) between(key string, value, low, high int, remedy string) {
	if value < low || value > high {
		c.report(key, value, fmt.Sprintf("must be from %d to %d", low, high), remedy)
	}
}

func (c *checker) oneOf(key, value string, allowed []string, remedy string) {
	if !slices.Contains(allowed, value) {
		if near := nearest(value, allowed); near != "" {
			remedy = fmt.Sprintf("did you mean %s?", near)
		}
		c.report(key, value, "must be one of "+strings.Join(allowed, ", "), remedy)
	}
}

// check returns what is wrong with a decoded configuration of a project in a
// folder. refused are the problems of decoding it.
func (cfg *Config) check(folder string, preview bool, refused []Problem) []Problem {
	c := &checker{folder: folder}
	for _, r := range refused {
		c.refused = append(c.refused, r.Key)
	}
	cfg.checkPlace(c)
	cfg.checkShared(c)
	cfg.checkHosting(c)
	for _, name := range slices.Sorted(maps.Keys(cfg.Deployments)) {
		cfg.Deployments[name].check(c, name, cfg.Hosting, preview)
	}
	cfg.checkModels(c)
	cfg.checkTraffic(c)
	cfg.checkBot(c, preview)
	cfg.checkAlerts(c)
	return c.problems
}

func (cfg *Config) checkPlace(c *checker) {
	if cfg.Location == "" {
		c.report("location", nil, "is required: an Azure region such as westeurope",
			"set it, with pulumi config set location REGION for a stack")
	} else {
		c.match("location", cfg.Location, regionPattern, "must be a region's short name, such as westeurope",
			"write it in lower case without spaces")
	}
	c.match("name", cfg.Name, namePattern, "must be 2 to 8 lower-case letters and digits, a letter first",
		"choose a shorter name: it begins every resource's name, and a storage account has 24 characters")
	if cfg.NameSuffix != "" {
		c.match("nameSuffix", cfg.NameSuffix, suffixPattern, "must be 3 to 6 lower-case letters and digits",
			"leave it out to have it computed")
	}
	for _, key := range slices.Sorted(maps.Keys(cfg.Tags)) {
		if len(key) == 0 || len(key) > 128 || strings.ContainsAny(key, `<>%&\?/`) {
			c.report("tags."+key, nil, `must be 1 to 128 characters without <>%&\?/`, "rename the tag")
		}
		if value := cfg.Tags[key]; len(value) > 256 {
			c.report("tags."+key, value, "must be at most 256 characters", "shorten it")
		}
		if slices.Contains(OwnTags, key) {
			c.report("tags."+key, cfg.Tags[key], "is set by the program", "rename the tag")
		}
	}
	if len(cfg.Tags) > 15-len(OwnTags) {
		c.report("tags", len(cfg.Tags), fmt.Sprintf("can be at most %d: autoscale settings hold 15, of which %d are the program's",
			15-len(OwnTags), len(OwnTags)), "remove some")
	}
}

var registrySKUs = []string{"Basic", "Standard", Premium}

func (cfg *Config) checkShared(c *checker) {
	c.between("keyVault.softDeleteRetentionDays", cfg.KeyVault.SoftDeleteRetentionDays, 7, 90, "7 is the least that Azure keeps")
	c.between("logs.retentionDays", cfg.Logs.RetentionDays, 30, 730, "30 days are in the price of the intake")
	if cfg.Logs.DailyCapGB != -1 && cfg.Logs.DailyCapGB < 0.023 {
		c.report("logs.dailyCapGB", cfg.Logs.DailyCapGB, "must be -1 for no cap, or at least 0.023", "set 1 if in doubt")
	}
	c.oneOf("registry.sku", cfg.Registry.SKU, registrySKUs, "Basic will do to begin with")
	c.match("storage.container", cfg.Storage.Container, containerPattern,
		"must be 3 to 63 lower-case letters, digits and single hyphens", "the default is models")
	c.oneOf("storage.sku", cfg.Storage.SKU, []string{"Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_RAGRS", "Standard_GZRS", "Standard_RAGZRS"},
		"Standard_LRS will do to begin with")
	if cfg.ResourceGroup != "" {
		c.match("resourceGroup", cfg.ResourceGroup, groupPattern, "must be a resource group's name", "leave it out to have one made")
	}
	for _, e := range []struct {
		key, group, name string
		pattern          *regexp.Regexp
		form             string
	}{
		{"keyVault", cfg.KeyVault.ResourceGroup, cfg.KeyVault.Name, vaultPattern, "must be 3 to 24 letters, digits and hyphens"},
		{"logs", cfg.Logs.ResourceGroup, cfg.Logs.Name, logsPattern, "must be 4 to 63 letters, digits and hyphens"},
		{"registry", cfg.Registry.ResourceGroup, cfg.Registry.Name, registryPattern, "must be 5 to 50 letters and digits"},
	} {
		if e.group == "" && e.name == "" {
			continue
		}
		c.match(e.key+".name", e.name, e.pattern, e.form, "an existing one needs both resourceGroup and name")
		c.match(e.key+".resourceGroup", e.group, groupPattern, "must be a resource group's name", "an existing one needs both resourceGroup and name")
	}
	if cfg.Storage.Existing() {
		c.match("storage.accountName", cfg.Storage.AccountName, accountPattern,
			"must be 3 to 24 lower-case letters and digits", "an existing account needs both resourceGroup and accountName")
		c.match("storage.resourceGroup", cfg.Storage.ResourceGroup, groupPattern,
			"must be a resource group's name", "an existing account needs both resourceGroup and accountName")
	}
	if len(cfg.Workspace.OutboundHosts) > 0 && cfg.Workspace.Isolation != ApprovedOutbound {
		c.report("workspace.outboundHosts", cfg.Workspace.OutboundHosts,
			"only matters with workspace.isolation AllowOnlyApprovedOutbound", "set that, or remove the hosts")
	}
	for i, host := range cfg.Workspace.OutboundHosts {
		if host == "" || strings.ContainsAny(host, "/: ") || net.ParseIP(host) != nil {
			c.report(fmt.Sprintf("workspace.outboundHosts[%d]", i), host, "must be a host name, such as hub.example.org",
				"write it without scheme, port and path")
		}
	}
	cfg.checkNetwork(c)
	c.oneOf("endpoint.authMode", cfg.Endpoint.AuthMode, []string{"aad_token", "key"}, "aad_token is Microsoft Entra")
}

// checkModels refuses two deployments that mean different files by one model
// version.
func (cfg *Config) checkModels(c *checker) {
	paths := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(cfg.Deployments)) {
		model := cfg.Deployments[name].Model
		id := model.Name + ":" + model.Version
		if other, ok := paths[id]; ok && other != model.Folder() {
			c.report("deployments."+name+".model.path", model.Folder(),
				fmt.Sprintf("differs from %q, which another deployment calls %s", other, id), "give it another version")
		}
		paths[id] = model.Folder()
	}
}

func (cfg *Config) checkTraffic(c *checker) {
	known := slices.Sorted(maps.Keys(cfg.Deployments))
	total := func(key string, traffic map[string]int, most int) int {
		sum := 0
		for _, name := range slices.Sorted(maps.Keys(traffic)) {
			if !slices.Contains(known, name) {
				remedy := "add the deployment, or remove its traffic"
				if near := nearest(name, known); near != "" {
					remedy = fmt.Sprintf("did you mean %s?", near)
				}
				c.report(key+"."+name, traffic[name], "names no deployment (known: "+strings.Join(known, ", ")+")", remedy)
			}
			c.between(key+"."+name, traffic[name], 0, most, "it is a percentage")
			sum += traffic[name]
		}
		return sum
	}
	if sum := total("traffic", cfg.Traffic, 100); sum != 100 && sum != 0 {
		c.report("traffic", sum, "must total 100, or be empty so that nothing answers", "change the percentages")
	}
	total("mirrorTraffic", cfg.MirrorTraffic, 50)
	mirrored := 0
	for name, percent := range cfg.MirrorTraffic {
		if percent > 0 {
			mirrored++
		}
		if percent > 0 && cfg.Traffic[name] > 0 {
			c.report("mirrorTraffic."+name, percent, "can't go to a deployment that takes live traffic", "remove one of the two")
		}
	}
	if mirrored > 1 {
		c.report("mirrorTraffic", mirrored, "can go to one deployment only", "keep one")
	}
}

func (cfg *Config) checkAlerts(c *checker) {
	for i, address := range cfg.Alerts.Emails {
		if _, err := mail.ParseAddress(address); err != nil {
			c.report(fmt.Sprintf("alerts.emails[%d]", i), address, "must be an e-mail address", "write it as name@example.org")
		}
	}
	if p := cfg.Alerts.FailedRequestsPercent; p <= 0 || p > 100 {
		c.report("alerts.failedRequestsPercent", p, "must be above 0 and at most 100", "the default is 1")
	}
	c.between("alerts.latencyP95Milliseconds", cfg.Alerts.LatencyP95Milliseconds, 1, 180_000, "the default is 1000")
	c.between("alerts.diskPercent", cfg.Alerts.DiskPercent, 1, 100, "the default is 85")
	c.between("alerts.memoryPercent", cfg.Alerts.MemoryPercent, 1, 100, "the default is 90")
	c.between("alerts.gpuMemoryPercent", cfg.Alerts.GPUMemoryPercent, 1, 100, "the default is 95")
	if cfg.Budget.MonthlyAmount < 0 {
		c.report("budget.monthlyAmount", cfg.Budget.MonthlyAmount, "must be positive, or 0 for no budget", "change the amount")
	}
}
