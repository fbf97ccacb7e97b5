package armcheck

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/pulumicli"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// FolderVariable names a folder with Microsoft's JSON Schemas, laid out as
// API-VERSION/NAMESPACE.json; by default it is ../shared/arm-schemas beside the
// repository.
const FolderVariable = "AZURE_ARM_SCHEMAS"

// ErrNoSchemas says that there is no folder of schemas to check against, as in
// a public clone.
var ErrNoSchemas = errors.New("armcheck: no folder of ARM schemas")

// Schemas checks requests against Microsoft's JSON Schemas for templates. A
// property that the schema doesn't name is an error, and discriminated types
// are resolved. It is safe for concurrent use.
type Schemas struct {
	mu       sync.Mutex // of the compiler and what it compiled
	compiler *jsonschema.Compiler
	urls     map[string]string // "TYPE@VERSION" in lower case -> schema's URL with fragment
	types    map[string]string // the same -> the type in the schema's casing
	compiled map[string]*jsonschema.Schema
}

// OpenSchemas reads the folder that FolderVariable names, or the default one.
// It returns ErrNoSchemas where there is none.
func OpenSchemas() (*Schemas, error) {
	folder := os.Getenv(FolderVariable)
	if folder == "" {
		repository, err := pulumicli.Repository()
		if err != nil {
			return nil, err
		}
		folder = filepath.Join(repository, "..", "shared", "arm-schemas")
		if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%w at %s; set %s", ErrNoSchemas, folder, FolderVariable)
		}
	}
	files, err := filepath.Glob(filepath.Join(folder, "*", "*.json"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("armcheck: %s holds no API-VERSION/NAMESPACE.json", folder)
	}
	s := &Schemas{compiler: jsonschema.NewCompiler(), urls: map[string]string{}, types: map[string]string{}, compiled: map[string]*jsonschema.Schema{}}
	for _, file := range files {
		if err := s.add(file); err != nil {
			return nil, fmt.Errorf("armcheck: %s: %w", file, err)
		}
	}
	return s, nil
}

// add registers a file's schemas and notes which resource types it has.
func (s *Schemas) add(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		return err
	}
	root, ok := document.(map[string]any)
	if !ok {
		return errors.New("no JSON object")
	}
	id, ok := root["id"].(string)
	if !ok {
		return errors.New("no id")
	}
	id = strings.TrimSuffix(id, "#")
	if !strings.HasSuffix(id, "/common/definitions.json") {
		strict(root, id)
	}
	if err := s.compiler.AddResource(id, root); err != nil {
		return err
	}
	version := filepath.Base(filepath.Dir(file))
	for _, group := range []string{
		"resourceDefinitions", "extension_resourceDefinitions", "subscription_resourceDefinitions",
	} {
		definitions, _ := root[group].(map[string]any)
		for name, definition := range definitions {
			types, _ := value(definition, "properties", "type", "enum").([]any)
			for _, typ := range types {
				k := strings.ToLower(fmt.Sprint(typ) + "@" + version)
				if s.urls[k] == "" {
					s.urls[k], s.types[k] = id+"#/"+group+"/"+name, fmt.Sprint(typ)
				}
			}
		}
	}
	return nil
}

// Has says whether there is a schema for a type and API version.
func (s *Schemas) Has(typ, version string) bool {
	return s.urls[strings.ToLower(typ+"@"+version)] != ""
}

// Check returns what the schemas have against the requests. A request whose
// type has no schema is a finding.
func (s *Schemas) Check(requests []azure.Request) ([]Finding, error) {
	var findings []Finding
	for _, r := range requests {
		r := published(r)
		k := strings.ToLower(r.Type + "@" + r.APIVersion)
		if s.urls[k] == "" {
			findings = append(findings, Finding{Request: r, Judge: "schema", Problem: "no schema for the type and API version"})
			continue
		}
		schema, err := s.compile(k)
		if err != nil {
			return nil, err
		}
		document, err := template(r, s.types[k])
		if err != nil {
			return nil, err
		}
		var invalid *jsonschema.ValidationError
		switch err := schema.Validate(document); {
		case errors.As(err, &invalid):
			findings = append(findings, Finding{Request: r, Judge: "schema", Problem: problems(invalid)})
		case err != nil:
			return nil, err
		}
	}
	return findings, nil
}

func (s *Schemas) compile(k string) (*jsonschema.Schema, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.compiled[k] == nil {
		compiled, err := s.compiler.Compile(s.urls[k])
		if err != nil {
			return nil, fmt.Errorf("armcheck: compile %s: %w", s.urls[k], err)
		}
		s.compiled[k] = compiled
	}
	return s.compiled[k], nil
}

// published is a request at the API version whose schema is published, without what
// that doesn't have: a workspace's systemDatastoresAuthMode, which only previews had at
// first. Microsoft's validator sees it as it is.
func published(r azure.Request) azure.Request {
	const workspace, preview, stable, mode = "Microsoft.MachineLearningServices/workspaces", "2024-07-01-preview", "2024-04-01", "systemDatastoresAuthMode"
	properties, ok := r.Body["properties"].(map[string]any)
	if !ok || !strings.EqualFold(r.Type, workspace) || r.APIVersion != preview {
		return r
	}
	r.APIVersion, r.Body, properties = stable, maps.Clone(r.Body), maps.Clone(properties)
	delete(properties, mode)
	r.Body["properties"] = properties
	return r
}

// fractions writes them as templates have to: the schemas say integer of a
// container's cpu, "e.g. 0.5", and of a collection's samplingRate, since a Bicep file has no fractions (Azure/bicep#1386).
func fractions(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, inner := range v {
			if f, ok := inner.(float64); ok && (key == "cpu" || key == "samplingRate") && f != math.Trunc(f) {
				out[key] = fmt.Sprintf("[json('%v')]", f)
				continue
			}
			out[key] = fractions(inner)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = fractions(inner)
		}
		return out
	}
	return value
}

// template turns a request into the template resource that schemas describe;
// typ is the type as they write it, which ARM doesn't care about.
func template(r azure.Request, typ string) (any, error) {
	resource := map[string]any{"type": typ, "apiVersion": r.APIVersion, "name": r.ID[strings.LastIndex(r.ID, "/")+1:]}
	body, err := taken(r)
	if err != nil {
		return nil, err
	}
	for name, value := range body {
		resource[name] = fractions(value)
	}
	if r.Type == "Microsoft.Resources/resourceGroups" && resource["properties"] == nil {
		// Templates want a group's properties, which are read-only in requests.
		resource["properties"] = map[string]any{}
	}
	text, err := json.Marshal(resource)
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
}

// problems joins the deepest causes, which name the property.
func problems(err *jsonschema.ValidationError) string {
	var out []string
	var visit func(e *jsonschema.ValidationError)
	visit = func(e *jsonschema.ValidationError) {
		for _, cause := range e.Causes {
			visit(cause)
		}
		// Every property may be a template expression too; that it isn't one
		// says nothing.
		if len(e.Causes) == 0 && !strings.Contains(e.SchemaURL, "/definitions/expression") {
			line := "/" + strings.Join(e.InstanceLocation, "/") + ": " + strings.TrimSpace(lastLine(e.Error()))
			if !slices.Contains(out, line) {
				out = append(out, line)
			}
		}
	}
	visit(err)
	if len(out) == 0 {
		return err.Error()
	}
	return strings.Join(out, "; ")
}

func lastLine(s string) string {
	return s[strings.LastIndex(s, "\n")+1:]
}

func value(v any, path ...string) any {
	for _, k := range path {
		m, _ := v.(map[string]any)
		v = m[k]
	}
	return v
}
