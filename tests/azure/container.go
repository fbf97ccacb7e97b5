package azure

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// Container is what an image does where a deployment runs it.
type Container struct {
	// Handler answers what the gateway lets through; nil answers well, as a
	// scorer does.
	Handler http.Handler
	// Failure fails the deployment after Azure has accepted it.
	Failure *Error
	// Logs are the containers' logs by their type, StorageInitializer and
	// InferenceServer.
	Logs map[string]string
	// Events are what AmlOnlineEndpointEventLog has, each a name and a message.
	Events [][2]string
}

// Instance is a deployment that runs, for Cloud.Host.
type Instance struct {
	Name      string // of the deployment
	Image     string // HOST/REPOSITORY@DIGEST
	ModelURI  string
	Variables map[string]string // of its environment
}

// Instance describes the deployment with an id.
func (c *Cloud) Instance(id string) (Instance, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	deployment := c.resources[key(id)]
	if deployment == nil {
		return Instance{}, notFound("ResourceNotFound", "%s", id)
	}
	return c.instance(deployment), nil
}

// instance describes a deployment. The caller holds the lock.
func (c *Cloud) instance(deployment *Resource) Instance {
	i := Instance{Name: last(deployment.ID), Variables: map[string]string{}}
	for name, value := range object(deployment.Body, "properties", "environmentVariables") {
		i.Variables[name], _ = value.(string)
	}
	id, err := parseID(deployment.ID)
	if err != nil {
		return i
	}
	if model := c.resources[key(c.assetID(id, text(deployment.Body, "properties", "model")))]; model != nil {
		i.ModelURI = text(model.Body, "properties", "modelUri")
	}
	if environment := c.resources[key(c.assetID(id, text(deployment.Body, "properties", "environmentId")))]; environment != nil {
		i.Image = text(environment.Body, "properties", "image")
	}
	return i
}

// Publish says what the image with a digest does. Other images do what Host says,
// and without it answer well.
func (c *Cloud) Publish(digest string, container Container) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.containers[digest] = container
}

// container is what runs in a deployment. The caller holds the lock.
func (c *Cloud) container(deployment *Resource) Container {
	_, digest, _ := strings.Cut(c.instance(deployment).Image, "@")
	return c.containers[digest]
}

// Scorer answers as a scorer of either task does.
func Scorer(w http.ResponseWriter, r *http.Request) {
	var request struct {
		Inputs   []string          `json:"inputs"`
		Messages []api.ChatMessage `json:"messages"`
		Stream   bool              `json:"stream"`
	}
	if r.Method == http.MethodGet && r.URL.Path == api.ModelsPath {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"object": "list", "data": [{"id": "model", "object": "model"}]}`))
		return
	}
	if r.URL.Path != api.ScorePath && r.URL.Path != api.ScoringRoute && r.URL.Path != api.ChatPath || json.NewDecoder(r.Body).Decode(&request) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if request.Messages != nil && request.Stream {
		w.Header().Set("Content-Type", "text/event-stream")
		for range 10 {
			_, _ = w.Write([]byte(`data: {"choices": [{"delta": {"content": "one "}}]}` + "\n\n"))
			_ = http.NewResponseController(w).Flush()
			time.Sleep(10 * time.Millisecond) // a token's time
		}
		_, _ = w.Write([]byte(`data: {"choices": [], "timings": {"decode_ms": 90}}` + "\n\ndata: [DONE]\n\n"))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if request.Messages != nil {
		_ = json.NewEncoder(w).Encode(api.ChatCompletion{Choices: []api.ChatChoice{{
			Message: api.ChatMessage{Role: "assistant", Content: "Hello."}, FinishReason: "stop",
		}}})
		return
	}
	answer := make([][]api.Score, len(request.Inputs))
	for i := range answer {
		answer[i] = []api.Score{{Label: "POSITIVE", Score: 0.99}}
	}
	_ = json.NewEncoder(w).Encode(answer)
}

// failure is what the activity log keeps of a PUT that failed.
type failure struct {
	at  time.Time
	id  string
	err *Error
}

// remember notes a failure. The caller holds the lock.
func (c *Cloud) remember(r *Resource, err *Error) {
	c.failures = append(c.failures, failure{time.Now(), r.ID, err})
}

// Keys returns an endpoint's keys. It refuses, as Azure does, where the
// endpoint has none.
func (c *Cloud) Keys(id string) (map[string]any, error) {
	endpoint, err := c.Get(id)
	if err != nil {
		return nil, err
	}
	if mode := text(endpoint, "properties", "authMode"); mode != "Key" {
		return nil, badRequest("the endpoint %s has no keys: its authMode is %s", last(id), mode)
	}
	return map[string]any{"primaryKey": "offline-" + guid("primary", id), "secondaryKey": "offline-" + guid("secondary", id)}, nil
}
