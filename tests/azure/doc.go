// Package azure is an Azure to test against without a network: a Cloud that
// keeps resources and their rules as Azure Resource Manager does, and servers
// that put Pulumi's azure-native provider in front of it, so that
// the real Pulumi CLI and engine can run the whole program offline.
//
// The rules are those that decide whether a deployment works: parents exist and
// are ready, names are unique and valid, what can't be updated is refused,
// traffic names live deployments only, a deployment with traffic isn't deleted,
// an identity without roles can't pull. Where Azure's behaviour is known from
// its documentation only, a comment says so.
//
// How the files go together:
//
//	cloud.go, id.go, body.go     the store of ARM resources
//	inspect.go, fault.go         what tests look at, change and make fail
//	rules.go, NAMESPACE.go       the rules of one resource provider (keyvault.go, ...)
//	template.go                  ARM template deployments, which PUT other resources
//	types.go, convert.go         Pulumi's types and how their properties map to ARM bodies
//	native*.go                   the azure-native provider over gRPC
//	gateway.go, armhttp.go       ARM over HTTP, for what programs ask beside their providers
//	purge.go                     what deleted resources hold, and how it is freed
//	container.go, scoring.go     images that run in deployments, and the gateway before them
//	metrics.go                   what Azure Monitor counts and logs of them
//	serve.go                     starts both providers and says how to reach them
package azure
