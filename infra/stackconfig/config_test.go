package stackconfig_test

import (
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig/stackconfigtest"
)

var (
	committedStacks = stackconfigtest.Stacks
	stackValues     = stackconfigtest.Values
	set             = stackconfigtest.Set
	withDigests     = stackconfigtest.WithDigests

	deliveredSum = strings.Repeat("0123456789abcdef", 4)
)

// TestBadConfiguration: each mistake is one line, which names key, value, what
// is allowed and the remedy.
func TestBadConfiguration(t *testing.T) {
	long := func(path string, item any, n int) func(map[string]any) {
		return set(path, slices.Repeat([]any{item}, n))
	}
	schedule := func(field string, value any) func(map[string]any) {
		return func(values map[string]any) {
			s := map[string]any{"name": "day", "days": []any{"Monday"}, "from": "08:00", "to": "18:00", "timeZone": "UTC", "minimum": 1, "maximum": 2}
			s[field] = value
			set("deployments.blue.autoscale.schedules", []any{s})(values)
		}
	}
	for _, c := range []struct {
		edits []func(map[string]any)
		want  []string
	}{
		{edit(set("locaton", "westeurope")), []string{"locaton: no such key (known: " + strings.Join(stackconfig.Keys(), ", ") + "); did you mean location?"}},
		{edit(set("deployments.blue.instancetype", "x")), []string{"deployments.blue.instancetype: no such key (known: image, model, instanceType, instanceCount, vCPUs, replicas, requests, probes, autoscale, environment, secrets, collect); did you mean instanceType?"}},
		{edit(set("endpoint.zzz", 1)), []string{"endpoint.zzz: no such key (known: authMode, clientId, callers); remove it"}},
		{edit(set("deleteLocks", "perhaps")), []string{`deleteLocks = "perhaps": must be a boolean (true or false); write it without quotes or units`}},
		{edit(set("deployments.blue.instanceCount", "two")), []string{`deployments.blue.instanceCount = "two": must be a whole number; write it without quotes or units`}},
		{edit(set("logs.dailyCapGB", []any{1})), []string{`logs.dailyCapGB = [1]: must be a number; write a single value`}},
		{edit(set("alerts.emails", "a@b.c")), []string{`alerts.emails = "a@b.c": must be a list; write one item a line, each after a dash`}},
		{edit(set("registry", "Basic")), []string{`registry = "Basic": must be an object with the fields resourceGroup, name, sku; indent its fields below the key`}},
		{edit(set("tags", "x")), []string{`tags = "x": must be an object of names and values; indent the names below the key`}},

		{edit(set("location", "")), []string{"location: is required: an Azure region such as westeurope; set it, with pulumi config set location REGION for a stack"}},
		{edit(set("location", "West Europe")), []string{`location = "West Europe": must be a region's short name, such as westeurope; write it in lower case without spaces`}},
		{edit(set("name", "nlp-endpoint")), []string{`name = "nlp-endpoint": must be 2 to 8 lower-case letters and digits, a letter first; choose a shorter name: it begins every resource's name, and a storage account has 24 characters`}},
		{edit(set("nameSuffix", "x")), []string{`nameSuffix = "x": must be 3 to 6 lower-case letters and digits; leave it out to have it computed`}},
		{edit(set("tags.stack", "mine")), []string{`tags.stack = "mine": is set by the program; rename the tag`}},
		{edit(set("tags.a<b", "x")), []string{`tags.a<b: must be 1 to 128 characters without <>%&\?/; rename the tag`}},

		{edit(set("keyVault.softDeleteRetentionDays", 3)), []string{"keyVault.softDeleteRetentionDays = 3: must be from 7 to 90; 7 is the least that Azure keeps"}},
		{edit(set("logs.retentionDays", 7)), []string{"logs.retentionDays = 7: must be from 30 to 730; 30 days are in the price of the intake"}},
		{edit(set("logs.dailyCapGB", 0)), []string{"logs.dailyCapGB = 0: must be -1 for no cap, or at least 0.023; set 1 if in doubt"}},
		{edit(set("registry.sku", "basic")), []string{`registry.sku = "basic": must be one of Basic, Standard, Premium; did you mean Basic?`}},
		{edit(set("storage.accountName", "account")), []string{`storage.resourceGroup = "": must be a resource group's name; an existing account needs both resourceGroup and accountName`}},
		{edit(set("storage.container", "Models_1")), []string{`storage.container = "Models_1": must be 3 to 63 lower-case letters, digits and single hyphens; the default is models`}},
		{edit(set("workspace.isolation", "AllowInternetOutbound")), []string{`registry.sku = "Basic": must be Premium with workspace.isolation AllowInternetOutbound: a managed network reaches the registry by private endpoint; set registry.sku to Premium`}},
		{edit(set("workspace.isolation", "none")), []string{`workspace.isolation = "none": must be one of Disabled, AllowInternetOutbound, AllowOnlyApprovedOutbound; Disabled makes no managed network`}},
		{edit(set("workspace.outboundHosts", []any{"https://example.org"})), []string{
			`workspace.outboundHosts = ["https://example.org"]: only matters with workspace.isolation AllowOnlyApprovedOutbound; set that, or remove the hosts`,
			`workspace.outboundHosts[0] = "https://example.org": must be a host name, such as hub.example.org; write it without scheme, port and path`}},
		{edit(set("endpoint.authMode", "aad")), []string{`endpoint.authMode = "aad": must be one of aad_token, key; aad_token is Microsoft Entra`}},

		{edit(func(values map[string]any) {
			deployments := values["deployments"].(map[string]any)
			deployments["Blue_1"] = deployments["blue"]
		}), []string{`deployments.Blue_1 = "Blue_1": must be 2 to 15 lower-case letters and digits, a letter first; rename it, blue or green for example`}},
		{edit(set("deployments.blue.instanceType", "F4s_v2")), []string{`deployments.blue.instanceType = "F4s_v2": must be a VM size, such as Standard_F4s_v2; see the sizes that managed online endpoints support`}},
		{edit(set("deployments.blue.instanceCount", 0)), []string{
			"deployments.blue.instanceCount = 0: must be from 1 to 500; to pay nothing, remove the deployment; the endpoint keeps its URL",
			"deployments.blue.instanceCount = 0: must lie between autoscale.minimum and autoscale.maximum; it is the count to begin with"}},
		{edit(set("deployments.blue.requests.timeoutSeconds", 300)), []string{"deployments.blue.requests.timeoutSeconds = 300: must be from 2 to 180; the gateway waits at most 180 s"}},
		{edit(set("deployments.blue.image.repository", "registry.example.org/scorer:latest")), []string{`deployments.blue.image.repository = "registry.example.org/scorer:latest": must be a repository's name without host, tag and digest; scorer-cpu for example`}},
		{edit(set("deployments.blue.image.registry", "https://registry.example.org")), []string{`deployments.blue.image.registry = "https://registry.example.org": must be a host; leave it out for the stack's own registry`}},
		{edit(set("deployments.blue.image.digest", "latest")), []string{`deployments.blue.image.digest = "latest": must be sha256: and 64 hexadecimal digits; docker buildx imagetools inspect IMAGE prints it`}},
		{edit(set("deployments.blue.image.digest", "")), []string{"deployments.blue.image.digest: is required: a deployment runs an image by digest; push the image and run pulumi config set --path deployments.blue.image.digest sha256:..., or set deployments.blue.image.build"}},
		{edit(set("deployments.blue.image.build", map[string]any{"context": "..", "dockerfile": "/Dockerfile", "target": "a b"}), set("deployments.blue.image.registry", "host")), []string{
			`deployments.blue.image.build.context = "..": must be a path in the project's folder; write it relative to Pulumi.yaml`,
			`deployments.blue.image.build.dockerfile = "/Dockerfile": must be a path in the project's folder; write it relative to Pulumi.yaml`,
			`deployments.blue.image.build.target = "a b": must be the name of a stage in the Dockerfile; scorer-cpu for example`,
			`deployments.blue.image.digest = "sha256:` + strings.Repeat("ab", 32) + `": can't be set with build, which gives it; remove one of the two`,
			`deployments.blue.image.registry = "host": can't be set with build, which pushes to the stack's own; remove one of the two`,
		}},
		{edit(set("deployments.blue.image", map[string]any{"repository": "scorer", "uncompressedMiB": 1, "build": map[string]any{"arguments": map[string]any{"A-B": "x", "HF_TOKEN": "x"}, "platform": "x"}})), []string{
			`deployments.blue.image.build.platform: no such key (known: context, dockerfile, target, arguments, cache, onPreview); remove it`,
			`deployments.blue.image.build.arguments.A-B: must be letters, digits and underscores; rename the argument`,
			`deployments.blue.image.build.arguments.HF_TOKEN: looks like a secret, and the image shows its build arguments; build without it`,
		}},
		{edit(set("deployments.blue.model.sha256", "abc")), []string{`deployments.blue.model.sha256 = "abc": must be 64 hexadecimal digits; run deliver again, or remove sha256 for a model that was uploaded by hand`}},
		{edit(set("deployments.blue.model.sha256", deliveredSum), set("deployments.blue.model.path", "by/hand")), []string{
			`deployments.blue.model.version = "1": must be "` + deliveredSum[:16] + `", which sha256 begins with; run deliver again, or remove sha256 for a model that was uploaded by hand`,
			`deployments.blue.model.path = "by/hand": must be "distilbert-sst2/` + deliveredSum + `", which sha256 says; remove it`,
		}},
		{edit(set("deployments.blue.image.uncompressedMiB", 0)), []string{"deployments.blue.image.uncompressedMiB = 0: must be from 1 to 200000; docker image inspect prints the size; preflight needs it"}},
		{edit(set("deployments.blue.model.version", "")), []string{`deployments.blue.model.version = "": must be letters, digits, dots, hyphens and underscores; let deliver set it, or choose another one for other files`}},
		{edit(set("deployments.blue.model.path", "../secrets")), []string{`deployments.blue.model.path = "../secrets": must be a relative path in the storage container; write it as folder/folder`}},
		{edit(set("deployments.blue.environment.HF_TOKEN", "x")), []string{"deployments.blue.environment.HF_TOKEN: looks like a secret, and whoever may read the deployment could read it; put it into the stack's Key Vault, and name it in secrets"}},
		{edit(set("deployments.blue.environment.PLAIN", "x"), set("deployments.blue.secrets", map[string]any{"PLAIN": "a", "A-B": "a", "AZURE_CLIENT_ID": "a", "SCORER_HIDE": "a", "KEY": "-a", "GOOD": "a-B"})), []string{
			`deployments.blue.secrets.A-B = "a": must be letters, digits and underscores; rename the variable`,
			`deployments.blue.secrets.AZURE_CLIENT_ID = "a": is set by the program or by Azure; use requests and model for it`,
			`deployments.blue.secrets.KEY = "-a": must be a secret's name in the stack's Key Vault, in 1 to 127 letters, digits and hyphens, without a hyphen at either end; az keyvault secret list --vault-name VAULT shows them`,
			`deployments.blue.secrets.PLAIN = "a": is in environment too; remove one of the two`,
			`deployments.blue.secrets.SCORER_HIDE = "a": is an option of the scorer's, and its errors show what options are; set it in environment`,
		}},
		{edit(set("deployments.blue.environment.SCORER_REQUEST_TIMEOUT", "1h")), []string{`deployments.blue.environment.SCORER_REQUEST_TIMEOUT = "1h": is set by the program or by Azure; use requests and model for it`}},
		{edit(set("deployments.blue.environment.SCORER_HEARTBEAT", "0s")), []string{`deployments.blue.environment.SCORER_HEARTBEAT = "0s": must be from 1s to 5m: the alert silent-blue counts its lines; remove it`}},
		{edit(set("deployments.blue.environment.SCORER_HEARTBEAT", "1h")), []string{`deployments.blue.environment.SCORER_HEARTBEAT = "1h": must be from 1s to 5m: the alert silent-blue counts its lines; remove it`}},
		{edit(set("deployments.blue.environment.SCORER_LOG_FORMAT", "text")), []string{`deployments.blue.environment.SCORER_LOG_FORMAT = "text": must be json: alerts and the workbook read the fields of log lines; remove it`}},
		{edit(set("deployments.blue.environment.A-B", "x")), []string{"deployments.blue.environment.A-B: must be letters, digits and underscores; rename the variable"}},

		{edit(set("deployments.blue.collect", map[string]any{"requests": 101})), []string{"deployments.blue.collect.requests = 101: must be from 0 to 100; it is a percentage; 0 collects none"}},
		{edit(set("deployments.blue.autoscale.maximum", 0)), []string{
			"deployments.blue.autoscale.maximum = 0: must be from minimum (1) to 500; raise it",
			"deployments.blue.instanceCount = 1: must lie between autoscale.minimum and autoscale.maximum; it is the count to begin with"}},
		{edit(set("deployments.blue.autoscale.cpuPercent", map[string]any{"out": 50, "in": 60})), []string{"deployments.blue.autoscale.cpuPercent.in = 60: must be from 1 to below out (50); less than half of out keeps the count from swinging"}},
		{edit(set("deployments.blue.autoscale.gpuPercent", map[string]any{"out": 70, "in": 30})), []string{"deployments.blue.autoscale.gpuPercent: needs model.gpu; use cpuPercent on a size without GPU"}},
		{edit(set("deployments.blue.autoscale.cpuPercent", nil)), []string{"deployments.blue.autoscale: needs cpuPercent or gpuPercent: nothing else would remove instances again; add {out: 70, in: 30}"}},
		{edit(long("deployments.blue.autoscale.schedules", "x", 1)), []string{`deployments.blue.autoscale.schedules[0] = "x": must be an object with the fields name, days, from, to, timeZone, minimum, maximum; indent its fields below the key`}},
		{edit(schedule("days", []any{"Mon"})), []string{`deployments.blue.autoscale.schedules[0].days[0] = "Mon": must be one of Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday; write the English name`}},
		{edit(schedule("to", "07:00")), []string{`deployments.blue.autoscale.schedules[0].to = "07:00": must be later than from (08:00); split a night into two schedules`}},
		{edit(schedule("from", 480)), []string{`deployments.blue.autoscale.schedules[0].from = "480": must be a time of day as HH:MM; quote it, because YAML reads 08:00 as a number`}},
		{edit(schedule("timeZone", "")), []string{"deployments.blue.autoscale.schedules[0].timeZone: is required; use Windows' name, such as W. Europe Standard Time or UTC"}},

		{edit(set("traffic.blue", 90)), []string{"traffic = 90: must total 100, or be empty so that nothing answers; change the percentages"}},
		{edit(set("traffic", map[string]any{"bleu": 100})), []string{"traffic.bleu = 100: names no deployment (known: blue); did you mean blue?"}},
		{edit(set("traffic.blue", 90), set("awake", false)), []string{"traffic = 90: must total 100, or be empty so that nothing answers; change the percentages"}},
		{edit(set("mirrorTraffic.blue", 60)), []string{
			"mirrorTraffic.blue = 60: must be from 0 to 50; it is a percentage",
			"mirrorTraffic.blue = 60: can't go to a deployment that takes live traffic; remove one of the two"}},

		{edit(set("alerts.emails", []any{"nobody"})), []string{`alerts.emails[0] = "nobody": must be an e-mail address; write it as name@example.org`}},
		{edit(set("alerts.failedRequestsPercent", 0)), []string{"alerts.failedRequestsPercent = 0: must be above 0 and at most 100; the default is 1"}},
		{edit(set("keyVault.name", "a"), set("logs.resourceGroup", "team"), set("registry", map[string]any{"resourceGroup": "team.", "name": "team-registry"})), []string{
			`keyVault.name = "a": must be 3 to 24 letters, digits and hyphens; an existing one needs both resourceGroup and name`,
			`keyVault.resourceGroup = "": must be a resource group's name; an existing one needs both resourceGroup and name`,
			`logs.name = "": must be 4 to 63 letters, digits and hyphens; an existing one needs both resourceGroup and name`,
			`registry.name = "team-registry": must be 5 to 50 letters and digits; an existing one needs both resourceGroup and name`,
			`registry.resourceGroup = "team.": must be a resource group's name; an existing one needs both resourceGroup and name`}},
		{edit(set("bot", map[string]any{
			"enabled": true, "allow": []any{-100}, "tokenSecret": "a b", "keySecret": "key", "environment": map[string]any{"BOT_PORT": "1", "BOT_API_KEY": "x", "PATH": "/"},
		})), []string{
			`bot.image.repository = "": must be a repository's name without host, tag and digest; scorer-cpu for example`,
			"bot.image.digest: is required: a deployment runs an image by digest; push the image and run pulumi config set --path bot.image.digest sha256:..., or set bot.image.build",
			"bot.image.uncompressedMiB = 0: must be from 1 to 200000; docker image inspect prints the size; preflight needs it",
			"bot.allow[0] = -100: must be a user's id, which is over 0; the bot tells users whom it doesn't answer their id",
			`bot.tokenSecret = "a b": must be 1 to 127 letters, digits and hyphens; the default is telegram-bot-token`,
			`bot.keySecret = "key": is for endpoint.authMode key; remove it: the bot signs in as its managed identity`,
			"bot.environment.BOT_API_KEY: looks like a secret, and whoever may read the app could read it; keep it in the Key Vault",
			`bot.environment.BOT_PORT = "1": must be a variable of the bot's, other than those that the program sets; docs/reference/telegram.md lists them`,
			`bot.environment.PATH = "/": must be a variable of the bot's, other than those that the program sets; docs/reference/telegram.md lists them`}},
		{edit(set("budget", 0)), []string{"budget = 0: must be an object with the fields monthlyAmount; indent its fields below the key"}},
		{edit(set("budget.monthlyAmount", -1)), []string{"budget.monthlyAmount = -1: must be positive, or 0 for no budget; change the amount"}},
	} {
		values := stackValues(t, "dev", append([]func(map[string]any){withDigests}, c.edits...)...)
		_, err := stackconfig.Load("dev", ".", stackconfigtest.Texts(t, values), false)
		want := fmt.Sprintf("the configuration of stack dev has %d problem(s):\n  - %s", len(c.want), strings.Join(c.want, "\n  - "))
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func edit(edits ...func(map[string]any)) []func(map[string]any) { return edits }

func TestStackFilesHoldNoSubscription(t *testing.T) {
	for _, stack := range committedStacks(t) {
		data, err := os.ReadFile("../../Pulumi." + stack + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"subscriptions/", "tenant", "encryptionsalt", "secure:"} {
			if strings.Contains(string(data), word) {
				t.Errorf("%s holds %q", stack, word)
			}
		}
	}
}

// projectFile is Pulumi.yaml's schema.
func projectFile(t *testing.T) map[string]struct {
	Type, Description string
	Default           any
} {
	t.Helper()
	data, err := os.ReadFile("../../Pulumi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Config map[string]struct {
			Type, Description string
			Default           any
		}
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	return file.Config
}

// TestSchemaIsTheConfig: Pulumi.yaml and Config have the same keys, types and
// defaults.
func TestSchemaIsTheConfig(t *testing.T) {
	schema := projectFile(t)
	if got, want := slices.Sorted(maps.Keys(schema)), slices.Sorted(slices.Values(stackconfig.Keys())); !slices.Equal(got, want) {
		t.Errorf("keys:\n schema %v\n config %v", got, want)
	}
	values := map[string]any{}
	for key, entry := range schema {
		if entry.Description == "" {
			t.Errorf("%s: no description", key)
		}
		if entry.Default != nil {
			values[key] = entry.Default
		} else if key != "location" {
			t.Errorf("%s: no default", key)
		}
	}
	got, problems := stackconfig.DecodeConfig(values)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	want := stackconfig.DefaultConfig()
	// An empty object and none are the same.
	got.Tags, got.Deployments, got.Traffic, got.MirrorTraffic = nil, nil, nil, nil
	if !reflect.DeepEqual(*got, want) {
		t.Errorf("defaults:\n schema %+v\n config %+v", *got, want)
	}
	kinds := map[reflect.Kind]string{reflect.String: "string", reflect.Bool: "boolean", reflect.Struct: "object", reflect.Map: "object"}
	for i, key := range stackconfig.Keys() {
		if want := kinds[reflect.TypeFor[stackconfig.Config]().Field(i).Type.Kind()]; schema[key].Type != want {
			t.Errorf("%s: type %s, want %s", key, schema[key].Type, want)
		}
	}
}

// TestEveryKeyIsDocumented: docs/reference/configuration.md has a row for each key and
// field, and none for what doesn't exist.
func TestEveryKeyIsDocumented(t *testing.T) {
	data, err := os.ReadFile("../../docs/reference/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, line := range strings.Split(string(data), "\n") {
		if rest, ok := strings.CutPrefix(line, "| `"); ok {
			key, _, _ := strings.Cut(rest, "`")
			documented = append(documented, key)
		}
	}
	want := paths(reflect.TypeFor[stackconfig.Config](), "")
	for _, key := range want {
		if !slices.Contains(documented, key) {
			t.Errorf("%s isn't documented", key)
		}
	}
	for _, key := range documented {
		if !slices.Contains(want, key) {
			t.Errorf("%s is documented, but doesn't exist", key)
		}
	}
}

// paths are the dotted keys of all values in a type; NAME stands for a map's
// key, [] for a list's items.
func paths(typ reflect.Type, at string) []string {
	switch typ.Kind() {
	case reflect.Pointer:
		return paths(typ.Elem(), at)
	case reflect.Map:
		return paths(typ.Elem(), stackconfig.Join(at, "NAME"))
	case reflect.Slice:
		if typ.Elem().Kind() == reflect.Struct {
			return paths(typ.Elem(), at+"[]")
		}
	case reflect.Struct:
		var out []string
		for i := range typ.NumField() {
			out = append(out, paths(typ.Field(i).Type, stackconfig.Join(at, typ.Field(i).Tag.Get("json")))...)
		}
		return out
	}
	return []string{at}
}

func TestNearest(t *testing.T) {
	for name, want := range map[string]string{"trafic": "traffic", "Traffic": "traffic", "mirortraffic": "mirrorTraffic", "xyzzy": ""} {
		if got := stackconfig.Nearest(name, stackconfig.Keys()); got != want {
			t.Errorf("stackconfig.Nearest(%q) = %q, want %q", name, got, want)
		}
	}
}
