// Package api holds what a client of the scorer and the scorer itself share:
// the port, the routes, the wire types and the error codes. It imports the
// standard library alone, so that infra and the clients can use it freely.
package api

import "strings"

// Port is the TCP port that the scorer listens on unless told otherwise. It
// is the port of Azure's own inference server.
const Port = 5001

// Routes of the scorer. Azure probes LivePath and ReadyPath; infra takes them from
// here, so that probes and server cannot drift apart.
const (
	ScorePath   = "/score"
	LivePath    = "/livez"
	ReadyPath   = "/readyz"
	MetricsPath = "/metrics"
	InfoPath    = "/info"
	OpenAPIPath = "/openapi.json"
	DocsPath    = "/docs"
	SwaggerPath = "/swagger.json"
	PredictPath = "/predict" // text-embeddings-inference's name, as the next
	RerankPath  = "/rerank"
	EmbedPath   = "/embed"
	HealthPath  = "/health" // ReadyPath by Hugging Face's servers' name

	OpenAIPath      = "/v1" // before its routes; what clients take as base URL ends so
	ChatPath        = OpenAIPath + "/chat/completions"
	CompletionsPath = OpenAIPath + "/completions"
	EmbeddingsPath  = OpenAIPath + "/embeddings"
	ResponsesPath   = OpenAIPath + "/responses"
	ModelsPath      = OpenAIPath + "/models"
	TokenizePath    = "/tokenize"
)

// ScoringRoute is the route that Azure is told to send requests to. Its gateway
// forwards that path and all below it with their methods and queries, so that every
// route of the scorer is one of the endpoint.
const ScoringRoute = "/"

// BaseURL is the address of a scorer, to which its routes are appended. It takes the
// scoring URI that Azure shows, whichever scoring route that has, and the base URL
// that OpenAI's clients are given.
func BaseURL(uri string) string {
	uri = strings.TrimRight(uri, "/")
	for _, route := range []string{ScorePath, OpenAIPath} {
		if base, ok := strings.CutSuffix(uri, route); ok {
			return strings.TrimRight(base, "/")
		}
	}
	return uri
}
