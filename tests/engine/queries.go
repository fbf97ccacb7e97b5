package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"
)

// queries answers by itself what the automation API asks the CLI after each
// operation: its history, which no test reads, and the outputs twice. Each is
// a process that derives the stack's key anew, which made half of the tests'
// time. Secret outputs are still the CLI's to decrypt.
type queries struct {
	auto.PulumiCommand
	state func() ([]byte, error)
}

func (q queries) Run(ctx context.Context, workdir string, stdin io.Reader, out, errors []io.Writer, environment []string, arguments ...string) (string, string, int, error) {
	switch {
	case len(arguments) > 1 && arguments[0] == "stack" && arguments[1] == "history":
		return "[]", "", 0, nil
	case len(arguments) > 1 && arguments[0] == "stack" && arguments[1] == "output" && slices.Contains(arguments, "--json"):
		if outputs, ok := q.outputs(); ok {
			return outputs, "", 0, nil
		}
	}
	return q.PulumiCommand.Run(ctx, workdir, stdin, out, errors, environment, arguments...)
}

// outputs are those of the state, unless one is secret.
func (q queries) outputs() (string, bool) {
	text, err := q.state()
	if err != nil {
		return "", false
	}
	var state struct {
		Checkpoint struct {
			Latest struct {
				Resources []struct {
					Type    string          `json:"type"`
					Outputs json.RawMessage `json:"outputs"`
				} `json:"resources"`
			} `json:"latest"`
		} `json:"checkpoint"`
	}
	if err := json.Unmarshal(text, &state); err != nil {
		return "", false
	}
	for _, resource := range state.Checkpoint.Latest.Resources {
		if resource.Type != "pulumi:pulumi:Stack" {
			continue
		}
		// The signature of whatever isn't plain JSON: a secret, an asset.
		if bytes.Contains(resource.Outputs, []byte(sig.Key)) {
			return "", false
		}
		if len(resource.Outputs) == 0 {
			break
		}
		return string(resource.Outputs), true
	}
	return "{}", true
}
