package api

import _ "embed"

// OpenAPI is the description of every route, in OpenAPI 3.0.3: the answer of
// OpenAPIPath.
//
//go:embed openapi.json
var OpenAPI []byte
