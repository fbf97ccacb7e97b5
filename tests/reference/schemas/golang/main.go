// golang writes schemas as invopop/jsonschema reflects them, with documents, to
// inference/grammar/testdata/generators/golang.json. Run it in its folder.
package main

import (
	"encoding/json"
	"log"
	"net/netip"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
)

type testCase struct {
	Name    string          `json:"name"`
	Strict  bool            `json:"strict"`
	Schema  json.RawMessage `json:"schema"`
	Valid   []string        `json:"valid"`
	Invalid []string        `json:"invalid"`
}

type address struct {
	Street string `json:"street" jsonschema:"minLength=1,title=Street,example=1 Main St"`
	City   string `json:"city,omitempty" jsonschema_description:"where it is"`
}

type person struct {
	Name    string         `json:"name" jsonschema:"required,maxLength=20,pattern=^[A-Z]"`
	Age     int            `json:"age" jsonschema:"minimum=0,maximum=150"`
	Role    string         `json:"role" jsonschema:"enum=admin,enum=user,default=user"`
	Step    float64        `json:"step" jsonschema:"multipleOf=0.5"`
	Home    *address       `json:"home,omitempty"`
	Tags    []string       `json:"tags" jsonschema:"uniqueItems=true,maxItems=3"`
	Scores  map[string]int `json:"scores"`
	ByID    map[int]string `json:"by_id"`
	Pair    [2]bool        `json:"pair"`
	When    time.Time      `json:"when"`
	Link    string         `json:"link" jsonschema:"format=uri"`
	Secret  string         `json:"secret" jsonschema:"writeOnly=true" jsonschema_extras:"x-sensitive=true"`
	Parent  *person        `json:"parent,omitempty"`
	Null    *string        `json:"null" jsonschema:"nullable"`
	Raw     []byte         `json:"raw"`
	Address netip.Addr     `json:"address" jsonschema:"-"`
}

func main() {
	when := time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)
	ada := person{Name: "Ada", Age: 36, Role: "user", Step: 1.5, Home: &address{Street: "x"}, Tags: []string{"a", "b"},
		Scores: map[string]int{"a": 1}, ByID: map[int]string{12: "x"}, When: when, Link: "https://example.org/x", Secret: "s", Raw: []byte("hi")}
	text := func(p person) string {
		p.Parent = nil
		out, err := json.Marshal(p)
		if err != nil {
			log.Fatal(err)
		}
		return strings.Replace(string(out), `,"address":""`, "", 1)
	}
	good := text(ada)
	bad := []string{
		strings.Replace(good, `"Ada"`, `"ada"`, 1), strings.Replace(good, `"step":1.5`, `"step":1.6`, 1),
		strings.Replace(good, `["a","b"]`, `["a","a"]`, 1), strings.Replace(good, `"12"`, `"x"`, 1),
		strings.Replace(good, `[false,false]`, `[false]`, 1), strings.Replace(good, `"role":"user"`, `"role":"x"`, 1),
		strings.Replace(good, `"link":"https`, `"link":"ht tps`, 1), strings.Replace(good, `"scores":{"a":1}`, `"scores":{"a":"1"}`, 1),
	}
	nested := strings.Replace(good, `,"null":null`, `,"parent":`+good+`,"null":null`, 1)
	var cases []testCase
	for _, c := range []struct {
		name string
		r    jsonschema.Reflector
	}{
		{"invopop", jsonschema.Reflector{}},
		{"invopop with an address", jsonschema.Reflector{BaseSchemaID: "https://example.org/schemas", AllowAdditionalProperties: true}},
	} {
		schema, err := json.Marshal(c.r.Reflect(&person{}))
		if err != nil {
			log.Fatal(err)
		}
		cases = append(cases, testCase{Name: c.name, Schema: schema, Valid: []string{good, nested}, Invalid: bad})
	}
	flat := jsonschema.Reflector{DoNotReference: true, Anonymous: true}
	schema, err := json.Marshal(flat.Reflect(&address{}))
	if err != nil {
		log.Fatal(err)
	}
	cases = append(cases, testCase{Name: "invopop without references", Schema: schema, Valid: []string{`{"street":"x"}`, `{"street":"x","city":""}`}, Invalid: []string{`{"street":""}`, `{"city":"x"}`}})
	for _, c := range cases {
		confirm(c)
	}
	versions := map[string]string{"go": strings.TrimPrefix(runtime.Version(), "go")}
	info, _ := debug.ReadBuildInfo()
	for _, d := range info.Deps {
		if strings.HasSuffix(d.Path, "jsonschema") || strings.HasSuffix(d.Path, "jsonschema/v6") {
			versions[d.Path] = d.Version
		}
	}
	out, err := json.MarshalIndent(map[string]any{"versions": versions, "cases": cases}, "", " ")
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("../../../../inference/grammar/testdata/generators/golang.json", append(out, '\n'), 0o644); err != nil {
		log.Fatal(err)
	}
}

// confirm has another implementation judge the documents.
func confirm(c testCase) {
	doc, err := validator.UnmarshalJSON(strings.NewReader(string(c.Schema)))
	if err != nil {
		log.Fatal(err)
	}
	compiler := validator.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("schema.json", doc); err != nil {
		log.Fatal(err)
	}
	schema, err := compiler.Compile("schema.json")
	if err != nil {
		log.Fatal(err)
	}
	for i, text := range append(append([]string(nil), c.Valid...), c.Invalid...) {
		value, err := validator.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			log.Fatal(err)
		}
		if err := schema.Validate(value); (err == nil) != (i < len(c.Valid)) {
			log.Fatalf("%s: %s: %v\n%s", c.Name, text, err, c.Schema)
		}
	}
}
