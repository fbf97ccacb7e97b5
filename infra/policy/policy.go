// Package policy checks what a stack declares against rules, at every preview and
// update that names the pack, before anything is made:
//
//	pulumi preview --policy-pack policies
//
// It speaks CrossGuard's protocol, so that the engine shows what it finds, and hands
// it the resources of the whole program, each with the properties that the
// provider has checked.
package policy

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Policy is a rule for the resources of a type.
type Policy struct {
	Name string // of the policy in the engine's messages and configuration
	// Type is Pulumi's without package, version and module version, such as
	// containerregistry:Registry.
	Type   string
	What   string // what must hold
	Remedy string
	// Check says what is wrong with a resource; "" where nothing is. others are all of
	// the stack's resources, and nil unless Among.
	Check func(r Resource, others []Resource) string
	// Among policies look at a resource among the others. Those run when all are known,
	// after the changes of an update: a preview finds it before.
	Among bool
}

// Resource is what a program declares, or what the ARM template in it puts.
type Resource struct {
	URN, Type, Name string
	// Properties hold strings, booleans, float64s, []any and map[string]any, and
	// Unknown for what only an update knows.
	Properties map[string]any
	Needs      []string // URNs of what it waits for

	put bool // by an ARM template
}

// Unknown is a value that only an update knows.
type Unknown struct{}

// Finding is what a policy has found.
type Finding struct {
	Policy   Policy
	Resource Resource
	Wrong    string
}

func (f Finding) String() string {
	return fmt.Sprintf("%s: %s; %s", f.Wrong, f.Policy.What, f.Policy.Remedy)
}

// Check applies those policies that look at a single resource.
func Check(policies []Policy, r Resource) []Finding {
	return find(policies, false, expand(r), nil)
}

// CheckAmong applies those that look at a resource among the others.
func CheckAmong(policies []Policy, all []Resource) []Finding {
	var expanded []Resource
	for _, r := range all {
		expanded = append(expanded, expand(r)...)
	}
	standing := slices.DeleteFunc(slices.Clone(expanded), func(r Resource) bool { return slices.ContainsFunc(expanded, r.replacedBy) })
	return find(policies, true, standing, standing)
}

// replacedBy reports whether a template puts the resource once more, so that Azure has
// what that says: the resource itself may be told to leave changes alone.
func (r Resource) replacedBy(put Resource) bool {
	return put.put && put.Type == r.Type && !r.put && slices.Contains(put.Needs, r.URN)
}

func find(policies []Policy, among bool, resources, others []Resource) (found []Finding) {
	for _, r := range resources {
		for _, p := range policies {
			if p.Among != among || p.Type != r.Type {
				continue
			}
			if wrong := p.Check(r, others); wrong != "" {
				found = append(found, Finding{p, r, wrong})
			}
		}
	}
	return found
}

// Get is the value at a dotted path; nil where there is none, Unknown where only an
// update knows.
func (r Resource) Get(path string) any {
	var v any = r.Properties
	for _, key := range strings.Split(path, ".") {
		if _, ok := v.(Unknown); ok {
			return v
		}
		object, _ := v.(map[string]any)
		v = object[key]
	}
	return v
}

// list is the list at a dotted path.
func (r Resource) list(path string) []any {
	list, _ := r.Get(path).([]any)
	return list
}

// unknown reports whether only an update knows a value.
func unknown(v any) bool {
	_, ok := v.(Unknown)
	return ok
}

// version is that of the API in a type, as in azure-native:app/v20240301:ContainerApp.
var version = regexp.MustCompile(`/v[0-9]{8}(preview)?:`)

// typeOf is a type without its package and version.
func typeOf(token string) string {
	token = version.ReplaceAllString(token, ":")
	if pkg, rest, ok := strings.Cut(token, ":"); ok && pkg == "azure-native" {
		return rest
	}
	return token
}

// armTypes are the types that templates of this project put, with the key under
// which Pulumi has what ARM calls properties, and those of the parts of the name.
var armTypes = map[string]struct {
	typ, properties string
	names           []string
}{
	"Microsoft.MachineLearningServices/workspaces/onlineEndpoints": {"machinelearningservices:OnlineEndpoint", "onlineEndpointProperties", []string{"workspaceName", "endpointName"}},
	"Microsoft.App/containerApps":                                  {"app:ContainerApp", "", []string{"containerAppName"}},
}

// expand is a resource, followed by what it puts where it is an ARM template.
func expand(r Resource) []Resource {
	r.Type = typeOf(r.Type)
	all := []Resource{r}
	if r.Type != "resources:Deployment" {
		return all
	}
	for _, item := range r.list("properties.template.resources") {
		put, _ := item.(map[string]any)
		token, _ := put["type"].(string)
		known, ok := armTypes[token]
		if !ok {
			continue
		}
		given, _ := put["properties"].(map[string]any)
		properties := maps.Clone(given)
		if known.properties != "" {
			properties = map[string]any{known.properties: put["properties"]}
		}
		if properties == nil {
			properties = map[string]any{}
		}
		for i, name := range strings.Split(fmt.Sprint(put["name"]), "/") {
			if i < len(known.names) {
				properties[known.names[i]] = name
			}
		}
		all = append(all, Resource{URN: r.URN, Type: known.typ, Name: r.Name, Properties: properties, Needs: r.Needs, put: true})
	}
	return all
}
