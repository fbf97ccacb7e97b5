package rollout

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// state is what Pulumi knows of the stack's resources.
type state struct {
	Resources []struct {
		URN  string `json:"urn"`
		Type string `json:"type"`
		ID   string `json:"id"`
		// External is what the stack only refers to.
		External bool `json:"external"`
	} `json:"resources"`
	Pending []struct {
		Resource struct {
			URN string `json:"urn"`
		} `json:"resource"`
		Type string `json:"type"`
	} `json:"pending_operations"`
}

func (s *Stack) state(ctx context.Context) (*state, error) {
	ctx, end := s.context(ctx)
	defer end()
	exported, err := s.Pulumi.Export(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the stack's state: %w", err)
	}
	var out state
	if len(exported.Deployment) > 0 {
		if err := json.Unmarshal(exported.Deployment, &out); err != nil {
			return nil, fmt.Errorf("read the stack's state: %w", err)
		}
	}
	return &out, nil
}

// find returns the URN and id of the first resource of a type, whatever its API
// version.
func (s *state) find(module, name string) (urn, id string) {
	for _, r := range s.Resources {
		if strings.HasPrefix(r.Type, "azure-native:"+module) && strings.HasSuffix(r.Type, ":"+name) {
			return r.URN, r.ID
		}
	}
	return "", ""
}

// made returns the URN of the first resource of a type that the stack has made.
func (s *state) made(module, name string) (urn string) {
	for _, r := range s.Resources {
		if !r.External && strings.HasPrefix(r.Type, "azure-native:"+module) && strings.HasSuffix(r.Type, ":"+name) {
			return r.URN
		}
	}
	return ""
}

// has reports whether a resource with an ARM id is in the state.
func (s *state) has(id string) bool {
	for _, r := range s.Resources {
		if strings.EqualFold(r.ID, id) {
			return true
		}
	}
	return false
}

// endpoint is the id of the endpoint, "" if the stack has none.
func (s *state) endpoint() string {
	_, id := s.find("machinelearningservices", "OnlineEndpoint")
	return id
}

// app is the id of the Container App that serves, "" if the stack has none. The
// bot is another.
func (s *state) app() string {
	for _, r := range s.Resources {
		if strings.HasSuffix(r.Type, ":ContainerApp") && strings.HasSuffix(r.URN, "::app") {
			return r.ID
		}
	}
	return ""
}
