// Command fields reads the type declarations in npm's @pulumi/azure-native and
// writes the fields of the types that infra has bindings of, for the test of
// tests/bindings:
//
//	npm pack @pulumi/azure-native@2.90.0
//	go run ./tests/bindings/cmd/fields pulumi-azure-native-2.90.0.tgz > tests/bindings/azure-native-2.90.0.json
package main

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Field is a field of a type.
type Field struct {
	Required bool   `json:"required,omitempty"`
	Kind     string `json:"kind"` // string, number, boolean or object
}

// record is what the test compares the bindings with.
type record struct {
	Package string `json:"package"`
	// Inputs and Outputs of resources, by module/resource.
	Inputs  map[string]map[string]Field `json:"inputs"`
	Outputs map[string][]string         `json:"outputs"`
	// Types nested in the inputs of the machine learning resources.
	Types map[string]map[string]Field `json:"types"`
}

const (
	learning  = "machinelearningservices/v20240401"
	workspace = "machinelearningservices/v20240701preview"
	identity  = "managedidentity"
)

var resources = map[string][]string{
	workspace: {"workspace"},
	learning:  {"datastore", "modelContainer", "modelVersion", "environmentContainer", "environmentVersion", "onlineEndpoint", "onlineDeployment"},
	identity:  {"userAssignedIdentity"},
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "fields:", err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 2 {
		return fmt.Errorf("usage: fields PACKAGE.tgz")
	}
	wanted := map[string]string{"package/types/input.d.ts": "types"}
	for module, names := range resources {
		for _, name := range names {
			wanted["package/"+module+"/"+name+".d.ts"] = module + "/" + name
		}
	}
	out := record{Package: "@pulumi/azure-native@2.90.0", Inputs: map[string]map[string]Field{}, Outputs: map[string][]string{}}
	var differing []string
	err := readPackage(os.Args[1], func(name, text string) {
		switch key := wanted[name]; key {
		case "":
		case "types":
			out.Types = nested(text, "v20240401")
			// The workspace's have the same fields in its own version.
			for name, fields := range nested(text, "v20240701preview") {
				if slices.Contains(ofWorkspace, name) && !maps.Equal(fields, out.Types[name]) {
					differing = append(differing, name)
				}
			}
		default:
			resource := path.Base(key)
			resource = strings.ToUpper(resource[:1]) + resource[1:]
			out.Inputs[path.Dir(key)+"/"+resource] = interfaces(text, "")[resource+"Args"]
			out.Outputs[path.Dir(key)+"/"+resource] = readonly(text)
		}
	})
	if err != nil {
		return err
	}
	if len(differing) > 0 {
		return fmt.Errorf("of the two API versions differ: %v", differing)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", " ")
	return encoder.Encode(out)
}

func readPackage(name string, file func(name, text string)) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	for t := tar.NewReader(z); ; {
		header, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if !strings.HasSuffix(header.Name, ".d.ts") {
			continue
		}
		text, err := io.ReadAll(t)
		if err != nil {
			return err
		}
		file(header.Name, string(text))
	}
}

// ofWorkspace are the types nested in a workspace that infra has bindings of.
var ofWorkspace = []string{"ManagedNetworkSettingsArgs", "FqdnOutboundRuleArgs", "ManagedServiceIdentityArgs", "SkuArgs"}

// nested are the types of a machine learning API version.
func nested(text, version string) map[string]map[string]Field {
	_, text, _ = strings.Cut(text, "\nexport declare namespace machinelearningservices {\n")
	text, _, _ = strings.Cut(text, "\n}\n")
	_, text, _ = strings.Cut(text, "\n    namespace "+version+" {\n")
	text, _, _ = strings.Cut(text, "\n    }\n")
	return interfaces(text, "        ")
}

var (
	fieldLine  = regexp.MustCompile(`^(\w+)(\??): (.*)$`)
	outputLine = regexp.MustCompile(`(?m)^    readonly (\w+): pulumi\.Output<`)
)

// interfaces reads the interfaces that are indented by a text.
func interfaces(text, indent string) map[string]map[string]Field {
	all := map[string]map[string]Field{}
	var current map[string]Field
	for _, line := range strings.Split(text, "\n") {
		rest, ok := strings.CutPrefix(line, indent)
		if !ok {
			continue
		}
		if name, ok := strings.CutPrefix(strings.TrimPrefix(rest, "export "), "interface "); ok {
			current = map[string]Field{}
			all[strings.Fields(name)[0]] = current
			continue
		}
		if rest == "}" {
			current = nil
		}
		field, ok := strings.CutPrefix(rest, "    ")
		if m := fieldLine.FindStringSubmatch(field); ok && current != nil && m != nil {
			current[m[1]] = Field{Required: m[2] == "", Kind: kind(m[3])}
		}
	}
	return all
}

func kind(typ string) string {
	switch {
	case strings.Contains(typ, "{"), strings.Contains(typ, "[]"), regexp.MustCompile(`inputs\.`).MatchString(typ):
		return "object"
	case strings.Contains(typ, "boolean"):
		return "boolean"
	case strings.Contains(typ, "number"):
		return "number"
	}
	return "string" // enums and constants too
}

func readonly(text string) []string {
	var names []string
	for _, m := range outputLine.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	return names
}
