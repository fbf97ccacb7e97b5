// Command validator checks the bodies of Azure Resource Manager requests with
// Microsoft's own validator, the one in the Terraform provider azapi, which is
// built from the service teams' definitions.
//
// It reads one JSON object a line, {"type", "apiVersion", "name", "body"}, and
// writes one line for each, {"errors": [...]}; no errors means valid. It has a
// module of its own below azapi's path since azapi keeps the validator
// internal.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/Azure/terraform-provider-azapi/internal/azure"
)

type request struct {
	Type       string         `json:"type"`
	APIVersion string         `json:"apiVersion"`
	Name       string         `json:"name"`
	Body       map[string]any `json:"body"`
}

type answer struct {
	Errors []string `json:"errors"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "validator:", err)
		os.Exit(1)
	}
}

func run() error {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 16<<20)
	out := json.NewEncoder(os.Stdout)
	for in.Scan() {
		var r request
		if err := json.Unmarshal(in.Bytes(), &r); err != nil {
			return fmt.Errorf("line %q: %w", in.Text(), err)
		}
		if err := out.Encode(answer{Errors: validate(r)}); err != nil {
			return err
		}
	}
	return in.Err()
}

func validate(r request) []string {
	definition, err := azure.GetResourceDefinition(r.Type, r.APIVersion)
	if err != nil {
		return []string{err.Error()}
	}
	r.Body["name"] = r.Name
	errors := []string{}
	for _, err := range definition.Validate(r.Body, "") {
		errors = append(errors, err.Error())
	}
	return errors
}
