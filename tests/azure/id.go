package azure

import (
	"crypto/sha256"
	"fmt"
	"strings"
)

// resourceID is a parsed ARM id, which is a path such as
// /subscriptions/S/resourceGroups/G/providers/NAMESPACE/TYPE/NAME/TYPE/NAME.
type resourceID struct {
	full   string // as given, without a trailing slash
	typ    string // "Microsoft.KeyVault/vaults", in the casing of the id
	name   string // the last segment
	parent string // id of the parent resource, resource group, subscription or scope
	group  string // id of the resource group, "" for a subscription's own resources
	// extension says that parent is the scope of an extension resource, such
	// as a role assignment.
	extension bool
}

// parseID reads an ARM id.
func parseID(id string) (resourceID, error) {
	full := strings.TrimRight(id, "/")
	parts := strings.Split(strings.TrimPrefix(full, "/"), "/")
	bad := func(why string) (resourceID, error) {
		return resourceID{}, &Error{Status: 400, Code: "InvalidResourceId", Message: fmt.Sprintf("%q: %s", id, why)}
	}
	if !strings.HasPrefix(full, "/subscriptions/") || len(parts)%2 != 0 && !hasProvider(parts) {
		return bad("not /subscriptions/... followed by type and name pairs")
	}
	out := resourceID{full: full, name: parts[len(parts)-1]}
	if len(parts) >= 4 && strings.EqualFold(parts[2], "resourceGroups") {
		out.group = "/" + strings.Join(parts[:4], "/")
	}
	provider := -1
	for i, part := range parts {
		if part == "providers" {
			provider = i
		}
	}
	switch {
	case provider < 0 && len(parts) == 2:
		out.typ = "Microsoft.Resources/subscriptions"
		return out, nil
	case provider < 0 && len(parts) == 4 && out.group != "":
		out.typ = "Microsoft.Resources/resourceGroups"
		out.parent = "/" + strings.Join(parts[:2], "/")
		return out, nil
	case provider < 0:
		return bad("no /providers/ in it")
	}
	rest := parts[provider+1:]
	if len(rest) < 3 || len(rest)%2 == 0 {
		return bad("type and name segments don't pair up")
	}
	types := []string{rest[0]}
	for i := 1; i < len(rest); i += 2 {
		types = append(types, rest[i])
	}
	out.typ = strings.Join(types, "/")
	if len(rest) > 3 {
		out.parent = "/" + strings.Join(parts[:len(parts)-2], "/")
	} else {
		out.parent = "/" + strings.Join(parts[:provider], "/")
		out.extension = strings.Contains(out.parent, "/providers/")
	}
	return out, nil
}

func hasProvider(parts []string) bool {
	for _, part := range parts {
		if part == "providers" {
			return true
		}
	}
	return false
}

// key is how ids are compared: ARM ignores their case.
func key(id string) string {
	return strings.ToLower(strings.TrimRight(id, "/"))
}

// last returns the last segment of an id.
func last(id string) string {
	return id[strings.LastIndex(id, "/")+1:]
}

// guid derives a stable GUID from the parts, so that a test's ids don't change
// from run to run.
func guid(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.Join(parts, "\x00"))))
	sum[6], sum[8] = sum[6]&0x0f|0x40, sum[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
