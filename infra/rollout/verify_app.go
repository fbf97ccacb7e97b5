package rollout

import (
	"context"
	"fmt"
	"net/http"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// ofApp are the assumptions about a Container App, in the order in which one rests on
// another.
func (v *verification) ofApp() []assumption {
	return []assumption{
		{"roles of the app's identity", "the identity can't pull the image or read the model: `explain` says which, and docs/internals/infrastructure.md has its roles", v.identity},
		{"an anonymous call is refused", "anybody can call the app: look at its authentication (az containerapp auth show), run `sleep` until it is right, and pulumi up", v.anonymous},
		{"whoever is signed in may call the app", "the object id isn't among endpoint.callers, or the token is for something else: it must be asked for the scope CLIENTID/.default", v.caller},
		{"POST /score", "the ingress doesn't forward to the container: look at `explain`, and at the app's target port", v.scoring},
		{"/v1 through the ingress", "the ingress doesn't pass on OpenAI's paths: its clients can't be used on this app; post to /score instead", v.openAI},
		{"a stream arrives in pieces", "the ingress holds the answer back until its end: streams work, but nobody sees text earlier", v.stream},
		{"metric Requests", "Azure Monitor doesn't count this app's requests: a rollout judges by its own requests alone", v.requests},
		{"console log (ContainerAppConsoleLogs)", "the container's log doesn't come to Log Analytics: look at the environment's diagnostic setting; the alerts and the workbook depend on it", v.table("ContainerAppConsoleLogs")},
		{"the host's GPU driver", "the driver is too old for the image's CUDA: build the image for CUDA 12 (no CUDA in image.build.arguments)", v.driver},
	}
}

// address is that of the deployment which is asked, past the traffic.
func (v *verification) address() string {
	if v.endpoint.Direct != nil {
		return v.endpoint.Direct(v.live.Name)
	}
	return v.endpoint.URL
}

// anonymous calls the app as everybody can.
func (v *verification) anonymous(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, v.scorer.timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, v.endpoint.URL+api.ModelsPath, nil)
	if err != nil {
		return "", err
	}
	response, err := v.scorer.http.Do(request)
	if err != nil {
		return "", unasked("no answer came: %v", err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusUnauthorized {
		return "", fmt.Errorf("a call without a token gets status %d, not 401", response.StatusCode)
	}
	return "it gets 401", nil
}
