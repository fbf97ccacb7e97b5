// Package api holds what a client of the scorer and the scorer itself share:
// the port, the routes, the wire types and the error codes. It imports the
// standard library alone, so that infra and the clients can use it freely.
package api

// Port is the TCP port that the scorer listens on unless told otherwise. It
// is the port of Azure's own inference server.
const Port = 5001

// Routes of the scorer. Azure probes LivePath and ReadyPath and forwards
// requests to ScorePath; infra takes them from here, so that probes and server
// cannot drift apart.
const (
	ScorePath   = "/score"
	LivePath    = "/livez"
	ReadyPath   = "/readyz"
	MetricsPath = "/metrics"
	InfoPath    = "/info"
	OpenAPIPath = "/openapi.json"
	DocsPath    = "/docs"
	SwaggerPath = "/swagger.json"
	PredictPath = "/predict" // text-embeddings-inference's name
	HealthPath  = "/health"  // ReadyPath by Hugging Face's servers' name

	ChatPath        = "/v1/chat/completions" // these as OpenAI's
	CompletionsPath = "/v1/completions"
	ModelsPath      = "/v1/models"
	TokenizePath    = "/tokenize"
)
