package armcheck

import (
	"encoding/json"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
)

// taken is a request's body without what Azure takes though both judges refuse it.
// That is the scoring route "/". By their definitions a route's path has a letter, a
// digit or an underscore (pattern [a-zA-Z0-9_]). But Microsoft's own samples deploy
// with "/": Azure/azureml-examples, cli/endpoints/online/custom-container,
// triton/single-model/triton-cc-deployment.yml, vllm/llama3-8B/
// vllm-llama3-deployment.yml, huggingface-tgi/tgi-deployment.yml.
func taken(r azure.Request) (map[string]any, error) {
	if !strings.HasSuffix(strings.ToLower(r.Type), "/environments/versions") ||
		value(r.Body, "properties", "inferenceConfig", "scoringRoute", "path") != "/" {
		return r.Body, nil
	}
	text, err := json.Marshal(r.Body)
	if err != nil {
		return nil, err
	}
	var body map[string]any
	if err := json.Unmarshal(text, &body); err != nil {
		return nil, err
	}
	value(body, "properties", "inferenceConfig", "scoringRoute").(map[string]any)["path"] = "/root"
	return body, nil
}
