package azure

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// hidden are the services that an online endpoint needs besides its own: Azure
// accepts it without them, fails it, and doesn't say which it misses
// (MicrosoftLearning/mslearn-azure-ml, issue 106 and Labs/11/setup1.sh).
var hidden = []string{"microsoft.policyinsights", "microsoft.cdn"}

// alwaysThere are the services that no subscription has to register.
var alwaysThere = []string{"microsoft.resources", "microsoft.authorization", "microsoft.consumption", "microsoft.portal"}

var servicePath = regexp.MustCompile(`^/subscriptions/[^/]+/providers/([^/]+)(/register)?$`)

// service answers what Azure says of a resource provider, and registers it,
// which takes a moment.
func (c *Cloud) service(method, namespace string, register bool) (map[string]any, *Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	name := strings.ToLower(namespace)
	switch {
	case method == http.MethodPost && register && c.Reader:
		return nil, &Error{Status: http.StatusForbidden, Code: "AuthorizationFailed",
			Message: "The client does not have authorization to perform action '" + namespace + "/register/action' over scope '/subscriptions/" + c.SubscriptionID + "'"}
	case method == http.MethodPost && register:
		if c.registered == nil {
			c.registered = map[string]time.Time{}
		}
		if _, ok := c.registered[name]; !ok {
			c.registered[name] = time.Now().Add(c.Latency)
		}
	case method != http.MethodGet || register:
		return nil, badRequest("%s %s", method, namespace)
	}
	return map[string]any{"namespace": namespace, "registrationState": c.registration(name)}, nil
}

// registration is a service's state. The caller holds the lock.
func (c *Cloud) registration(name string) string {
	at, asked := c.registered[name]
	switch {
	case !c.Fresh, slices.Contains(alwaysThere, name), asked && time.Now().After(at):
		return "Registered"
	case asked:
		return "Registering"
	}
	return "NotRegistered"
}

// asked refuses what a service is asked for that the subscription hasn't
// registered.
func (c *Cloud) asked(namespace string) *Error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.checkService(namespace)
}

// checkService is asked, for a caller that holds the lock.
func (c *Cloud) checkService(namespace string) *Error {
	if c.registration(strings.ToLower(namespace)) != "Registered" {
		return conflict("MissingSubscriptionRegistration", "The subscription is not registered to use namespace '%s'. See https://aka.ms/rps-not-found for how to register subscriptions.", namespace)
	}
	return nil
}

// settleEndpoint fails an endpoint for want of what it needs besides.
func settleEndpoint(c *Cloud, _ *Resource) *Error {
	for _, name := range hidden {
		if c.registration(name) != "Registered" {
			return badRequest("The subscription is not registered with the required resource providers.")
		}
	}
	return nil
}
