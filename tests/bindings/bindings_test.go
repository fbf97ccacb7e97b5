// Package bindings compares infra's bindings of Azure's types with those that
// Pulumi publishes.
package bindings

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/machinelearning"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/managedidentity"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// published are the fields that cmd/fields read from npm's package.
type published struct {
	Inputs  map[string]map[string]field
	Outputs map[string][]string
	Types   map[string]map[string]field
}

type field struct {
	Required bool
	Kind     string
}

func load(t *testing.T) published {
	t.Helper()
	data, err := os.ReadFile("azure-native-2.90.0.json")
	if err != nil {
		t.Fatal(err)
	}
	var p published
	if err := json.Unmarshal(data, &p); err != nil {
		t.Fatal(err)
	}
	if len(p.Inputs) != 9 || len(p.Types) < 30 {
		t.Fatalf("%d resources, %d types", len(p.Inputs), len(p.Types))
	}
	return p
}

var resources = map[string][2]any{ // arguments, resource
	"machinelearningservices/v20240701preview/Workspace":     {machinelearning.WorkspaceArgs{}, machinelearning.Workspace{}},
	"machinelearningservices/v20240401/Datastore":            {machinelearning.DatastoreArgs{}, machinelearning.Datastore{}},
	"machinelearningservices/v20240401/ModelContainer":       {machinelearning.ModelContainerArgs{}, machinelearning.ModelContainer{}},
	"machinelearningservices/v20240401/ModelVersion":         {machinelearning.ModelVersionArgs{}, machinelearning.ModelVersion{}},
	"machinelearningservices/v20240401/EnvironmentContainer": {machinelearning.EnvironmentContainerArgs{}, machinelearning.EnvironmentContainer{}},
	"machinelearningservices/v20240401/EnvironmentVersion":   {machinelearning.EnvironmentVersionArgs{}, machinelearning.EnvironmentVersion{}},
	"machinelearningservices/v20240401/OnlineEndpoint":       {machinelearning.OnlineEndpointArgs{}, machinelearning.OnlineEndpoint{}},
	"machinelearningservices/v20240401/OnlineDeployment":     {machinelearning.OnlineDeploymentArgs{}, machinelearning.OnlineDeployment{}},
	"managedidentity/UserAssignedIdentity":                   {managedidentity.UserAssignedIdentityArgs{}, managedidentity.UserAssignedIdentity{}},
}

// Types that only a union holds, which reflection can't reach from a resource.
var unionMembers = []pulumi.Input{
	machinelearning.ManagedOnlineDeploymentArgs{},
	machinelearning.AzureBlobDatastoreArgs{},
	machinelearning.NoneDatastoreCredentialsArgs{},
	machinelearning.FqdnOutboundRuleArgs{},
}

func TestResources(t *testing.T) {
	p := load(t)
	checked := map[string]bool{}
	for name, want := range p.Inputs {
		ours, ok := resources[name]
		if !ok {
			t.Errorf("%s: no binding is compared", name)
			continue
		}
		plain := ours[0].(pulumi.Input).ElementType()
		compare(t, name, plain, want)
		walk(t, p, plain, checked)

		var outputs []string
		typ := reflect.TypeOf(ours[1])
		for i := range typ.NumField() {
			if tag := typ.Field(i).Tag.Get("pulumi"); tag != "" {
				outputs = append(outputs, tag)
			}
		}
		for _, output := range outputs {
			if !slices.Contains(p.Outputs[name], output) {
				t.Errorf("%s: the output %s isn't published", name, output)
			}
		}
		for _, output := range p.Outputs[name] {
			if !slices.Contains(outputs, output) && output != "systemData" { // who changed it when: nobody here asks
				t.Errorf("%s: no output %s", name, output)
			}
		}
	}
	for _, member := range unionMembers {
		nested(t, p, member.ElementType(), checked)
	}
	if len(checked) < 15 {
		t.Errorf("only %d nested types were compared", len(checked))
	}
}

// TestEveryBindingIsNamed: a file of infra/machinelearning holds a type that
// infra names, or one that holds such.
func TestEveryBindingIsNamed(t *testing.T) {
	const module = "../../infra"
	var named strings.Builder
	sources, err := filepath.Glob(module + "/*.go")
	if err != nil || len(sources) < 20 {
		t.Fatal(sources, err)
	}
	for _, source := range sources {
		text, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		named.Write(text)
	}
	files, err := filepath.Glob(module + "/machinelearning/*.go")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		var types []string
		for name, object := range parsed.Scope.Objects {
			if object.Kind == ast.Typ && ast.IsExported(name) {
				types = append(types, name)
			}
		}
		used := func(name string) bool {
			return regexp.MustCompile(`\bmachinelearning\.` + name + `\b`).MatchString(named.String())
		}
		if len(types) > 0 && !slices.ContainsFunc(types, used) {
			t.Errorf("%s: infra names none of %v", file, slices.Sorted(slices.Values(types)))
		}
	}
}

// walk compares the types nested in a type.
func walk(t *testing.T, p published, typ reflect.Type, checked map[string]bool) {
	for i := range typ.NumField() {
		f := typ.Field(i).Type
		for f.Kind() == reflect.Pointer || f.Kind() == reflect.Slice || f.Kind() == reflect.Map {
			f = f.Elem()
		}
		if f.Kind() == reflect.Struct {
			nested(t, p, f, checked)
		}
	}
}

func nested(t *testing.T, p published, typ reflect.Type, checked map[string]bool) {
	if checked[typ.Name()] {
		return
	}
	checked[typ.Name()] = true
	// A resource and the type of its properties have one name in ARM; Go's SDK
	// adds Type to the second.
	name := strings.TrimSuffix(typ.Name(), "Type") + "Args"
	want, ok := p.Types[name]
	if !ok {
		t.Errorf("%s isn't published", name)
		return
	}
	compare(t, name, typ, want)
	walk(t, p, typ, checked)
}

// compare compares the fields of a struct with those of a published type. An
// object that nobody here sets may be left out.
func compare(t *testing.T, name string, typ reflect.Type, want map[string]field) {
	t.Helper()
	got := map[string]field{}
	for i := range typ.NumField() {
		f := typ.Field(i)
		tag := f.Tag.Get("pulumi")
		if strings.ToUpper(tag[:1])+tag[1:] != f.Name {
			t.Errorf("%s: the field %s is called %s", name, tag, f.Name)
		}
		got[tag] = field{kind(f.Type) != "object" && f.Type.Kind() != reflect.Pointer, kind(f.Type)}
	}
	for tag, f := range want {
		if _, ok := got[tag]; ok && f.Kind == "object" {
			f.Required = false // Go has no optional maps and lists
			if g := got[tag]; g.Kind == "object" {
				got[tag] = f
			}
		}
		if _, ok := got[tag]; !ok && f.Kind == "object" && !f.Required {
			continue
		}
		if got[tag] != f {
			t.Errorf("%s.%s: %+v, published is %+v", name, tag, got[tag], f)
		}
	}
	for tag := range got {
		if _, ok := want[tag]; !ok {
			t.Errorf("%s.%s isn't published", name, tag)
		}
	}
}

func kind(typ reflect.Type) string {
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	switch typ.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Int, reflect.Float64:
		return "number"
	}
	return "object"
}
