package azure

import (
	"net/http"
	"time"
)

const (
	armScope     = "https://management.azure.com/.default"
	scoringScope = "https://ml.azure.com/.default"
)

// clockSkew is how long an expired token is still taken, since clocks differ: 5
// minutes in Azure, of an hour.
const clockSkew = 2 * time.Second

// expiredTime is how Azure Resource Manager writes times in its errors.
const expiredTime = "1/2/2006 3:04:05 PM"

var unknownToken = &Error{Status: http.StatusUnauthorized, Code: "InvalidAuthenticationToken", Message: "the token is not known"}

// refuses says why a bearer token isn't taken for a scope: nil if it is. unknown
// tells that the token isn't this cloud's at all.
func (c *Cloud) refuses(token, scope string) (refusal *Error, unknown bool) {
	if c.Entra == nil {
		if token == "" || token != c.Token {
			return unknownToken, true
		}
		return nil, false
	}
	issued, ok := c.Entra.Find(token)
	switch now := c.Entra.Now(); {
	case !ok:
		return unknownToken, true
	case issued.Scope != scope:
		return &Error{Status: http.StatusUnauthorized, Code: "InvalidAuthenticationTokenAudience",
			Message: "The access token has been obtained for wrong audience or resource '" + issued.Scope + "'."}, false
	case now.After(issued.Expires.Add(clockSkew)):
		// The words are those of microsoft/foundry-dev-tools#461.
		return &Error{Status: http.StatusUnauthorized, Code: "ExpiredAuthenticationToken", Message: "The access token expiry UTC time '" +
			issued.Expires.UTC().Format(expiredTime) + "' is earlier than current UTC time '" + now.UTC().Format(expiredTime) + "'."}, false
	}
	return nil, false
}

// providerToken is what the provider has for a resource, such as
// https://management.azure.com: it signs in again when it has to. "" is none.
func (c *Cloud) providerToken(resource string) string {
	if c.Entra == nil {
		return c.Token
	}
	return c.Entra.Issue(resource + "/.default")
}
