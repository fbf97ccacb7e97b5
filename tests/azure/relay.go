package azure

import (
	"maps"
	"net/http"
	"strconv"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// relay passes a container's answer on as it comes, with the status that the gateway
// gives it: 424 for whatever isn't 200, 408 if it came too late.
type relay struct {
	to          http.ResponseWriter // nil for a copy, whose answer nobody gets
	ended       func() error        // of the request
	deployment  string
	header      http.Header
	status, own int // the gateway's and the container's
}

func (a *relay) Header() http.Header {
	if a.header == nil {
		a.header = http.Header{}
	}
	return a.header
}

func (a *relay) WriteHeader(status int) {
	if a.own != 0 {
		return
	}
	a.own, a.status = status, status
	switch {
	case a.ended() != nil:
		a.status = http.StatusRequestTimeout
	case status != http.StatusOK:
		a.status = http.StatusFailedDependency
		a.Header().Set(api.ModelStatusHeader, strconv.Itoa(status))
	}
	a.begin()
}

// refuse answers in the container's place.
func (a *relay) refuse(status int) {
	a.own, a.status = status, status
	a.begin()
}

func (a *relay) begin() {
	if a.to == nil {
		return
	}
	a.Header().Set(api.DeploymentHeader, a.deployment)
	maps.Copy(a.to.Header(), a.header)
	a.to.WriteHeader(a.status)
}

func (a *relay) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	if a.to == nil {
		return len(p), nil
	}
	return a.to.Write(p)
}

// Flush sends what there is of a stream.
func (a *relay) Flush() {
	a.WriteHeader(http.StatusOK)
	if flusher, ok := a.to.(http.Flusher); ok {
		flusher.Flush()
	}
}
