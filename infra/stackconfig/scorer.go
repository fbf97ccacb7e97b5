package stackconfig

import (
	"fmt"
	"maps"
	"strings"
	"time"
)

// minTimeoutSeconds is the least time-out of a request: the scorer answers
// gatewayMargin earlier, so that its answer reaches the caller.
const (
	minTimeoutSeconds = 2
	gatewayMargin     = 1
)

// hideVariable names what callers can't see of the scorer. Azure's gateway forwards
// every route to whoever may call, so that without it all callers could read in
// /metrics what others ask for, of whichever instance answers.
const hideVariable, hiddenByDefault = "SCORER_HIDE", "metrics"

// heartbeatVariable makes ready instances log, so that an alert notices when none
// does any more.
const heartbeatVariable, heartbeat = "SCORER_HEARTBEAT", "1m"

// formatVariable says how log lines are written.
const formatVariable = "SCORER_LOG_FORMAT"

// countable reports whether an interval of heartbeats is one that the alert, which
// waits for 15 minutes, can count.
func countable(interval string) bool {
	d, err := time.ParseDuration(interval)
	return err == nil && d >= time.Second && d <= 5*time.Minute
}

// Variables are the environment variables of a deployment's container: the
// scorer's limits, which follow the gateway's, what callers can't see, and what the
// stack adds or says otherwise.
func (d Deployment) Variables() map[string]string {
	all := map[string]string{hideVariable: hiddenByDefault, heartbeatVariable: heartbeat}
	maps.Copy(all, d.Environment)
	maps.Copy(all, d.Requests.limits())
	return all
}

// limits are the scorer's options, as the environment variables that
// inference/cmd/scorer reads, that agree with the gateway's limits: it takes
// the requests that the gateway lets through, and ends one itself, with its
// own error, before the gateway gives up on it.
func (r Requests) limits() map[string]string {
	return map[string]string{
		"SCORER_MAX_CONCURRENT_REQUESTS": fmt.Sprint(r.MaxConcurrent),
		"SCORER_REQUEST_TIMEOUT":         fmt.Sprintf("%ds", r.TimeoutSeconds-gatewayMargin),
	}
}

// reservedVariable reports whether a container's environment variable is set
// by limits, by Azure or by the routes that Azure probes.
func reservedVariable(name string) bool {
	if _, ok := (Requests{}).limits()[name]; ok {
		return true
	}
	return strings.HasPrefix(name, "AZUREML_") || name == "AZURE_CLIENT_ID" || name == "SCORER_PORT" || name == "SCORER_HOST" || name == "SCORER_MODEL_DIR"
}
