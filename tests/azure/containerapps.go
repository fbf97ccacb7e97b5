package azure

import (
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	appsType     = "Microsoft.App/managedEnvironments"
	appType      = "Microsoft.App/containerApps"
	appAuthType  = appType + "/authConfigs"
	revisionType = appType + "/revisions"

	vaultSecretType = vaultType + "/secrets"

	consumption   = "Consumption"
	gpuConsuming  = "Consumption-GPU-NC8as-T4"
	longestSuffix = 54 // of app, "--" and suffix together
)

// appName and revisionName are as Azure's own sentences put them
// (Azure/azure-quickstart-templates#14660).
var (
	appName      = regexp.MustCompile(`^[a-z](?:-?[a-z0-9])*$`)
	revisionName = regexp.MustCompile(`^[a-z]([-a-z0-9]*[a-z0-9])?$`)
)

// checkApps looks at an environment. Its logs go to a workspace by key, or to
// Azure Monitor, whose diagnostic settings need none (Microsoft Learn,
// container-apps/log-options).
func checkApps(c *Cloud, id resourceID, body map[string]any, old *Resource) *Error {
	if len(id.name) > 60 || !appName.MatchString(id.name) {
		return badRequest("ManagedEnvironmentInvalidName: %q", id.name)
	}
	if destination := text(body, "properties", "appLogsConfiguration", "destination"); destination != "azure-monitor" && destination != "" {
		return badRequest("properties.appLogsConfiguration.destination: %q needs the workspace's key", destination)
	}
	names := map[string]bool{}
	for i, entry := range list(body, "properties", "workloadProfiles") {
		typ := text(entry, "workloadProfileType")
		if typ != consumption && typ != gpuConsuming {
			return badRequest("properties.workloadProfiles[%d].workloadProfileType: %q is no profile that is known here", i, typ)
		}
		if entry["minimumCount"] != nil || entry["maximumCount"] != nil {
			return badRequest("properties.workloadProfiles[%d]: a Consumption profile has no counts", i)
		}
		names[text(entry, "name")] = true
	}
	if !names[consumption] {
		return badRequest("properties.workloadProfiles: the profile %s is always there", consumption)
	}
	return c.checkAppNetwork(id, body, old)
}

func completeApps(c *Cloud, id resourceID, body map[string]any, _ *Resource) *Error {
	p := properties(body)
	p["defaultDomain"] = "happyhill-" + guid("domain", id.full)[:8] + "." + text(body, "location") + ".azurecontainerapps.io"
	p["staticIp"] = "203.0.113.10"
	if subnet := text(p, "vnetConfiguration", "infrastructureSubnetId"); at(p, "vnetConfiguration", "internal") == true {
		p["staticIp"] = prefixes([]any{text(c.resources[key(subnet)].Body, "properties", "addressPrefix")})[0].Addr().Next().String()
	}
	return nil
}

// checkContainerApp looks at an app and, where it has another template than its
// latest revision, at the revision that Azure would make of it.
func checkContainerApp(c *Cloud, id resourceID, body map[string]any, old *Resource) *Error {
	if len(id.name) < 2 || len(id.name) > 32 || !appName.MatchString(id.name) {
		return badRequest("ContainerAppInvalidName: %q: 2 to 32 lower-case letters, digits and dashes, a letter first", id.name)
	}
	p := properties(body)
	environment := text(p, "environmentId")
	if failure := c.exists("properties.environmentId", environment); failure != nil {
		return failure
	}
	profile := ""
	for _, entry := range list(c.resources[key(environment)].Body, "properties", "workloadProfiles") {
		if text(entry, "name") == text(p, "workloadProfileName") {
			profile = text(entry, "workloadProfileType")
		}
	}
	if profile == "" {
		return badRequest("WorkloadProfileNotFound: properties.workloadProfileName: %q is none of the environment's", text(p, "workloadProfileName"))
	}
	identities := object(body, "identity", "userAssignedIdentities")
	for i, registry := range list(body, "properties", "configuration", "registries") {
		if identity := text(registry, "identity"); identity != "" && !hasKey(identities, identity) {
			return badRequest("properties.configuration.registries[%d].identity: the app hasn't the identity %q", i, identity)
		}
	}
	if failure := checkRevision(id, object(p, "template"), profile); failure != nil {
		return failure
	}
	if failure := c.checkAppSecrets(id, p, identities); failure != nil {
		return failure
	}
	suffix := revisionSuffix(p)
	made := id.full + "/revisions/" + id.name + "--" + suffix
	if revision := c.resources[key(made)]; revision != nil && !reflect.DeepEqual(revision.Body["properties"].(map[string]any)["template"], p["template"]) ||
		revision != nil && old != nil && text(old.Body, "properties", "latestRevisionName") != last(made) {
		// Azure's own words (microsoft/azure-container-apps#1278,
		// Azure/terraform-azurerm-avm-res-app-containerapp#115).
		return badRequest("ContainerAppInvalidRevisionSuffix: Field 'template.revisionsuffix' is invalid with details: 'Invalid value: \"%s\": revision with suffix %s already exists.'", suffix, suffix)
	}
	if failure := c.checkPull(p); failure != nil && c.resources[key(made)] == nil {
		return failure
	}
	return c.checkRevisionTraffic(id, body, last(made))
}

// revisionSuffix is the template's, or what Azure makes up for one that has none:
// here the same one for the same template.
func revisionSuffix(p map[string]any) string {
	if suffix := text(p, "template", "revisionSuffix"); suffix != "" {
		return suffix
	}
	return "r" + guid("revision", fmt.Sprint(p["template"], at(p, "configuration", "secrets")))[:7]
}

// checkAppSecrets reads the secrets that lie in a vault, with the identity that each
// names, and wants those that containers refer to (Microsoft Learn, container-apps/
// manage-secrets: the identity needs Key Vault Secrets User). Where it can't, Azure
// answers so (microsoft/azure-container-apps#1174).
func (c *Cloud) checkAppSecrets(id resourceID, p, identities map[string]any) *Error {
	known := map[string]bool{}
	for i, secret := range list(p, "configuration", "secrets") {
		known[text(secret, "name")] = true
		address, identity := text(secret, "keyVaultUrl"), text(secret, "identity")
		if address == "" {
			continue
		}
		if !hasKey(identities, identity) {
			return badRequest("properties.configuration.secrets[%d].identity: the app hasn't the identity %q", i, identity)
		}
		vault, name, _ := strings.Cut(strings.TrimPrefix(address, "https://"), ".vault.azure.net/secrets/")
		stored, closed := "", false
		for _, r := range c.resources {
			closed = closed || strings.EqualFold(r.Type, vaultType) && strings.EqualFold(last(r.ID), vault) && c.closedTo(r, c.appNetwork(text(p, "environmentId")))
			if strings.EqualFold(r.Type, vaultSecretType) && strings.HasSuffix(key(r.ID), key("/vaults/"+vault+"/secrets/"+name)) {
				stored = r.ID
			}
		}
		// Azure says the same of a vault that the app doesn't reach (microsoft/sre-agent#347).
		if stored == "" || closed || !c.hasRole(c.principalOf(identity), stored, "Key Vault Secrets User") {
			name := text(secret, "name")
			return &Error{Status: 400, Code: "InvalidParameterValueInContainerTemplate", Message: fmt.Sprintf(
				"The following field(s) are either invalid or missing. Field 'configuration.secrets' is invalid with details: 'Invalid value: \"%s\": "+
					"Unable to get value using Managed identity %s for secret %s. Error: unable to fetch secret '%s' using Managed identity '%s'';.", name, identity, name, name, identity)}
		}
	}
	// A secret of a revision that runs can't go (microsoft/azure-container-apps#395 and
	// microsoft/vscode-azurecontainerapps#1098; inferred: the words).
	for _, r := range c.resources {
		if !strings.HasPrefix(key(r.ID), key(id.full)+"/revisions/") || properties(r.Body)["active"] != true {
			continue
		}
		for _, container := range list(r.Body, "properties", "template", "containers") {
			for _, variable := range list(container, "env") {
				if name := text(variable, "secretRef"); name != "" && !known[name] {
					return badRequest("the secret '%s' can't be removed: the revision %s, which is active, refers to it", name, last(r.ID))
				}
			}
		}
	}
	for _, container := range list(p, "template", "containers") {
		for _, variable := range list(container, "env") {
			if name := text(variable, "secretRef"); name != "" && !known[name] {
				return badRequest("ContainerAppSecretRefNotFound: SecretRef '%s' defined for container '%s' not found.", name, text(container, "name"))
			}
		}
	}
	return nil
}

// checkPull pulls the image with the identity that the registry's entry names. Azure
// refuses the request where it can't (microsoft/azure-container-apps#212, with
// az rest; the sentence is from Azure/container-apps-deploy-action#85). Others saw the
// revision made, and given up after 15 minutes (microsoft/azure-container-apps#646).
func (c *Cloud) checkPull(p map[string]any) *Error {
	for _, container := range slices.Concat(list(p, "template", "initContainers"), list(p, "template", "containers")) {
		image := text(container, "image")
		host, _, _ := strings.Cut(image, "/")
		for _, resource := range c.resources {
			if !strings.EqualFold(resource.Type, registryType) || text(resource.Body, "properties", "loginServer") != host {
				continue
			}
			if c.closedTo(resource, c.appNetwork(text(p, "environmentId"))) {
				return &Error{Status: 400, Code: "InvalidParameterValueInContainerTemplate", Message: fmt.Sprintf(
					"Field 'template.containers.%s.image' is invalid with details: 'Invalid value: \"%s\": GET https:: DENIED: client with IP '20.0.0.1' is not allowed access, refer https://aka.ms/acr/firewall to grant access'", text(container, "name"), image)}
			}
			allowed := false
			for _, registry := range list(p, "configuration", "registries") {
				allowed = allowed || text(registry, "server") == host && c.hasRole(c.principalOf(text(registry, "identity")), resource.ID, "AcrPull")
			}
			if !allowed {
				return &Error{Status: 400, Code: "InvalidParameterValueInContainerTemplate", Message: fmt.Sprintf(
					"The following field(s) are either invalid or missing. Field 'template.containers.%s.image' is invalid with details: 'Invalid value: \"%s\": "+
						"GET https:?scope=repository%%3A&service=%s: UNAUTHORIZED: authentication required, visit https://aka.ms/acr/authorization for more information.';.",
					text(container, "name"), image, host)}
			}
		}
	}
	return nil
}

// checkRevisionTraffic wants weights that total 100, of revisions that are there or
// that the same request makes, as Microsoft's template for blue and green does
// (Microsoft Learn, container-apps/blue-green-deployment).
func (c *Cloud) checkRevisionTraffic(id resourceID, body map[string]any, made string) *Error {
	total, labels := 0.0, map[string]bool{}
	traffic := list(body, "properties", "configuration", "ingress", "traffic")
	for i, entry := range traffic {
		at := fmt.Sprintf("properties.configuration.ingress.traffic[%d]", i)
		name := text(entry, "revisionName")
		revision := c.resources[key(id.full+"/revisions/"+name)]
		if name != made && revision == nil {
			return badRequest("%s.revisionName: the revision %q does not exist", at, name)
		}
		if revision != nil && name != made && properties(revision.Body)["active"] != true {
			return badRequest("%s.revisionName: the revision %q is not active", at, name)
		}
		if label := text(entry, "label"); label != "" && labels[label] {
			return badRequest("%s.label: %q is taken", at, label)
		} else {
			labels[label] = true
		}
		weight, _ := entry["weight"].(float64)
		total += weight
	}
	if len(traffic) > 0 && total != 100 {
		return badRequest("properties.configuration.ingress.traffic: the weights total %v, not 100", total)
	}
	return nil
}

// checkRevision looks at a template: its name, its containers' resources (Microsoft
// Learn, container-apps/containers: up to 4 vCPUs and 8 GiB on Consumption, twice as
// many GiB as vCPUs) and their probes.
func checkRevision(id resourceID, template map[string]any, profile string) *Error {
	suffix, named := template["revisionSuffix"].(string)
	if named && !revisionName.MatchString(suffix) || len(id.name)+2+len(suffix) > longestSuffix {
		return badRequest("ContainerAppInvalidRevisionName: Revision name has an invalid value '%s'. A revision name must consist of lower case alphanumeric characters or '-', "+
			"start with an alphabetic character, and end with an alphanumeric character. The length of the revision name must not be more than a combined 54 characters with the container app name.", suffix)
	}
	containers := list(template, "containers")
	if len(containers) == 0 {
		return badRequest("ContainerAppContainersRequired: properties.template.containers is empty")
	}
	volumes := map[string]bool{}
	for _, volume := range list(template, "volumes") {
		volumes[text(volume, "name")] = true
	}
	for _, container := range slices.Concat(list(template, "initContainers"), containers) {
		cpu, _ := at(container, "resources", "cpu").(float64)
		var memory float64
		_, _ = fmt.Sscanf(text(container, "resources", "memory"), "%gGi", &memory)
		most, fits := 4.0, memory == 2*cpu && cpu*4 == float64(int(cpu*4))
		if profile == gpuConsuming {
			most, fits = 8, memory <= 56
		}
		if cpu <= 0 || cpu > most || !fits {
			return badRequest("ContainerAppInvalidResourceTotal: %s: cpu %v and memory %v can't be had on %s", text(container, "name"), cpu, memory, profile)
		}
		for _, mount := range list(container, "volumeMounts") {
			if !volumes[text(mount, "volumeName")] {
				return badRequest("ContainerAppInvalidVolumeMount: %q is no volume", text(mount, "volumeName"))
			}
		}
		if failure := checkProbes(container); failure != nil {
			return failure
		}
	}
	least, most := number(template, "scale", "minReplicas"), number(template, "scale", "maxReplicas")
	if most < 1 || most > 1000 || least < 0 || least > most {
		return badRequest("ContainerAppInvalidScale: minReplicas %v, maxReplicas %v", least, most)
	}
	return nil
}

// checkProbes holds the bounds of Microsoft's specification (azure-rest-api-specs,
// Microsoft.App/2024-03-01/CommonDefinitions.json, ContainerAppProbe). Azure answers
// so (microsoft/azure-container-apps#1100); some of the bounds it has widened since
// (hashicorp/terraform-provider-azurerm#31989).
func checkProbes(container map[string]any) *Error {
	kinds := map[string]bool{}
	for _, probe := range list(container, "probes") {
		kind := text(probe, "type")
		if kinds[kind] {
			return badRequest("ContainerAppProbeTypeNotUnique: container %q has two %s probes", text(container, "name"), kind)
		}
		kinds[kind] = true
		for _, bound := range []struct {
			field     string
			low, high float64
		}{{"failureThreshold", 1, 10}, {"initialDelaySeconds", 0, 60}, {"periodSeconds", 1, 240}, {"successThreshold", 1, 10}, {"timeoutSeconds", 1, 240}} {
			if value, ok := probe[bound.field].(float64); ok && (value < bound.low || value > bound.high) {
				return badRequest("ContainerAppProbe%sOutOfRange: Container '%s' '%s' probe's %s must be in the range of ['%v', '%v'].",
					strings.ToUpper(bound.field[:1])+bound.field[1:], text(container, "name"), kind, bound.field, bound.low, bound.high)
			}
		}
	}
	return nil
}

// completeContainerApp says where the app is, and which revision is its latest.
func completeContainerApp(c *Cloud, id resourceID, body map[string]any, _ *Resource) *Error {
	p := properties(body)
	domain := text(c.resources[key(text(p, "environmentId"))].Body, "properties", "defaultDomain")
	if ingress := object(p, "configuration", "ingress"); ingress != nil {
		middle := "."
		if ingress["external"] != true {
			middle = ".internal."
		}
		ingress["fqdn"] = id.name + middle + domain
	}
	p["latestRevisionName"] = id.name + "--" + revisionSuffix(p)
	return c.systemIdentity(id, body)
}

// settleContainerApp makes the revision, if its template is new. What its image does
// may fail it: the revision is there then, and stays failed.
func settleContainerApp(c *Cloud, r *Resource) *Error {
	p := properties(r.Body)
	id := r.ID + "/revisions/" + text(p, "latestRevisionName")
	if c.resources[key(id)] != nil {
		return nil
	}
	if text(p, "configuration", "activeRevisionsMode") == "Single" {
		for _, other := range c.resources {
			if strings.EqualFold(other.Type, revisionType) && strings.HasPrefix(key(other.ID), key(r.ID)+"/") {
				properties(other.Body)["active"] = false
			}
		}
	}
	revision := map[string]any{"active": true, "provisioningState": "Provisioned", "createdTime": time.Now().UTC().Format(time.RFC3339Nano), "template": clone(object(p, "template"))}
	c.resources[key(id)] = &Resource{ID: id, Type: revisionType, APIVersion: r.APIVersion, State: stateSucceeded, Created: time.Now(), Body: map[string]any{"properties": revision}}
	failure := c.revisionContainer(c.resources[key(id)]).Failure
	if failure != nil {
		revision["provisioningState"] = stateFailed
	}
	return failure
}

// principalOf is the principal of a user-assigned identity, "" where there is none.
func (c *Cloud) principalOf(identity string) string {
	if r := c.resources[key(identity)]; r != nil {
		return text(r.Body, "properties", "principalId")
	}
	return ""
}

// identityOf is the user-assigned identity of a principal, "" where there is none.
func (c *Cloud) identityOf(principal string) string {
	for _, r := range c.resources {
		if strings.EqualFold(r.Type, identityType) && text(r.Body, "properties", "principalId") == principal {
			return r.ID
		}
	}
	return ""
}

// checkAppAuth wants an app's only authentication setting, which is called current
// (Microsoft Learn, templates/microsoft.app/containerapps/authconfigs).
func checkAppAuth(_ *Cloud, id resourceID, body map[string]any, _ *Resource) *Error {
	if id.name != "current" {
		return badRequest("AuthConfigInvalidName: %q: the only one is called current", id.name)
	}
	directory := object(body, "properties", "identityProviders", "azureActiveDirectory")
	if !guidPattern.MatchString(text(directory, "registration", "clientId")) {
		return badRequest("properties.identityProviders.azureActiveDirectory.registration.clientId: %q is no application id", text(directory, "registration", "clientId"))
	}
	policy := object(directory, "validation", "defaultAuthorizationPolicy", "allowedPrincipals")
	identities, _ := policy["identities"].([]any)
	if size := len(fmt.Sprint(identities...)); size > 500 {
		return badRequest("allowedPrincipals.identities: %d characters; 500 are allowed", size)
	}
	return nil
}

var usagesPath = regexp.MustCompile(`^(/subscriptions/[^/]+)(/resourceGroups/.+/managedEnvironments/[^/]+|/providers/Microsoft.App/locations/[^/]+)/usages$`)

// appUsages answers for the quota of a new environment (Microsoft Learn, container-apps/
// quotas: 100 cores of Consumption by default), and for that of the subscription in a
// region: a T4 is by request; an enterprise agreement has one.
func (c *Cloud) appUsages(path string) (answer map[string]any, failure *Error, ok bool) {
	parts := usagesPath.FindStringSubmatch(path)
	if parts == nil {
		return nil, nil, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	usage := func(name string, limit float64) map[string]any {
		return map[string]any{"value": []any{map[string]any{"name": map[string]any{"value": name}, "currentValue": 0.0, "limit": limit, "unit": "Count"}}}
	}
	if strings.HasPrefix(parts[2], "/providers/") {
		t4s := 1
		if limit, ok := c.quota[gpuConsuming]; ok {
			t4s = limit
		}
		return usage("SubscriptionConsumptionT4Gpus", float64(t4s)), nil, true
	}
	if id := parts[1] + parts[2]; c.resources[key(id)] == nil {
		return nil, notFound("ResourceNotFound", "%s was not found", id), true
	}
	return usage("ManagedEnvironmentConsumptionCores", 100), nil, true
}

var revisionsPath = regexp.MustCompile(`^(/subscriptions/.+/containerApps/[^/]+)/revisions(?:/([^/]+)/(activate|deactivate))?$`)

// revisions answers for the revisions of an app, which no PUT makes.
func (c *Cloud) revisions(method, path string) (answer map[string]any, failure *Error, ok bool) {
	parts := revisionsPath.FindStringSubmatch(path)
	if parts == nil {
		return nil, nil, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.resources[key(parts[1])] == nil {
		return nil, notFound("ResourceNotFound", "%s was not found", parts[1]), true
	}
	if parts[2] == "" && method == http.MethodGet {
		all := []any{}
		for _, r := range c.children(parts[1]) {
			if r.Type == revisionType {
				body := clone(r.Body)
				body["name"], body["id"], body["type"] = last(r.ID), r.ID, r.Type
				all = append(all, body)
			}
		}
		return map[string]any{"value": all}, nil, true
	}
	r := c.resources[key(parts[1]+"/revisions/"+parts[2])]
	if r == nil || method != http.MethodPost {
		return nil, notFound("RevisionNotFound", "%s %s", method, path), true
	}
	properties(r.Body)["active"] = parts[3] == "activate"
	return nil, nil, true
}

// list is the objects of a list at a path of keys.
func list(body map[string]any, path ...string) []map[string]any {
	values, _ := at(body, path...).([]any)
	var out []map[string]any
	for _, value := range values {
		if m, ok := value.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

func number(body map[string]any, path ...string) float64 {
	n, _ := at(body, path...).(float64)
	return n
}

func hasKey(m map[string]any, id string) bool {
	for name := range m {
		if key(name) == key(id) {
			return true
		}
	}
	return false
}
