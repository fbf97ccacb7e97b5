// Package armcheck checks the bodies of Azure Resource Manager PUT requests
// before Azure does, with two judges that aren't ours:
//
//   - Microsoft's validator out of the Terraform provider azapi, which lists
//     every property of every API version and the required ones, see Microsoft;
//   - Microsoft's JSON Schemas for templates, which are strict on enums as
//     well, see Schemas. They are too large to keep here and are read from a
//     folder.
package armcheck

import (
	"fmt"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"strings"
)

// Finding is what a judge has against one request.
type Finding struct {
	Request azure.Request
	Judge   string
	Problem string
}

func (f Finding) String() string {
	return fmt.Sprintf("%s: %s %s@%s: %s", f.Judge, f.name(), f.Request.Type, f.Request.APIVersion, f.Problem)
}

func (f Finding) name() string {
	return f.Request.ID[strings.LastIndex(f.Request.ID, "/")+1:]
}
