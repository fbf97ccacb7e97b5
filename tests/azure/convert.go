package azure

import (
	"maps"
	"slices"
	"strings"
)

// envelope lists the keys that ARM has beside properties; all other inputs of
// the SDK go below properties, which is how azure-native flattens them.
var envelope = []string{"location", "tags", "sku", "kind", "identity", "zones", "plan", "extendedLocation", "managedBy", "etag", "eTag"}

// renamedEverywhere are SDK names that differ from ARM's in any type.
var renamedEverywhere = map[string]string{"odataType": "odata.type"}

// body converts SDK inputs to an ARM request body.
func (t nativeType) body(inputs map[string]any) map[string]any {
	out, inner := map[string]any{}, map[string]any{}
	for name, value := range inputs {
		converted := t.toARM(name, value)
		switch {
		case slices.Contains(t.parameters(), name) || strings.HasPrefix(name, "__"):
		case name == t.properties && name != "":
			out["properties"] = converted
		case t.properties == "" && t.arm == groupType, slices.Contains(envelope, name) && !t.inner(name):
			if name == "identity" {
				converted = identityBody(converted)
			}
			out[name] = converted
		case t.properties != "":
			out[name] = converted
		default:
			inner[t.armName(name)] = converted
		}
	}
	if t.properties == "" && t.arm != groupType && (len(inner) > 0 || t.arm != identityType) {
		out["properties"] = inner
	}
	return out
}

// inner says that an envelope name is a property after all: Log Analytics has
// its SKU there.
func (t nativeType) inner(name string) bool {
	return t.arm == logType && name == "sku"
}

func (t nativeType) armName(name string) string {
	if arm, ok := t.renamed[name]; ok {
		return arm
	}
	if arm, ok := renamedEverywhere[name]; ok {
		return arm
	}
	return name
}

// toARM renames what differs inside a value that has the given name.
func (t nativeType) toARM(within string, value any) any {
	return t.wrap(within, walk(within, value, func(within, name string) string {
		if arm, ok := t.nested[within][name]; ok {
			return arm
		}
		if arm, ok := renamedEverywhere[name]; ok {
			return arm
		}
		return name
	}))
}

// wrap gives the items of a list the bodies that ARM has: all but their names below
// properties.
func (t nativeType) wrap(within string, value any) any {
	items, ok := value.([]any)
	if !ok || !slices.Contains(t.wrapped, within) {
		return value
	}
	out := make([]any, len(items))
	for i, item := range items {
		inner := maps.Clone(item.(map[string]any))
		body := map[string]any{"name": inner["name"], "properties": inner}
		delete(inner, "name")
		out[i] = body
	}
	return out
}

// unwrap is the reverse of wrap.
func (t nativeType) unwrap(within string, value any) any {
	items, ok := value.([]any)
	if !ok || !slices.Contains(t.wrapped, within) {
		return value
	}
	out := make([]any, len(items))
	for i, item := range items {
		body := item.(map[string]any)
		inner := maps.Clone(object(body, "properties"))
		inner["name"] = body["name"]
		out[i] = inner
	}
	return out
}

// toSDK is the reverse of toARM.
func (t nativeType) toSDK(within string, value any) any {
	return walk(within, t.unwrap(within, value), func(within, name string) string {
		for sdk, arm := range t.nested[within] {
			if arm == name {
				return sdk
			}
		}
		for sdk, arm := range renamedEverywhere {
			if arm == name {
				return sdk
			}
		}
		return name
	})
}

// walk renames the keys of a value's objects; within is the name of the object
// or of the list that it is in.
func walk(within string, value any, rename func(within, name string) string) any {
	switch v := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, inner := range v {
			out[rename(within, name)] = walk(name, inner, rename)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = walk(within, inner, rename)
		}
		return out
	default:
		return v
	}
}

// identityBody turns the SDK's list of user-assigned identities into ARM's map.
func identityBody(value any) any {
	identity, ok := value.(map[string]any)
	if !ok {
		return value
	}
	out := maps.Clone(identity)
	switch users := identity["userAssignedIdentities"].(type) {
	case []any:
		byID := map[string]any{}
		for _, id := range users {
			if s, ok := id.(string); ok {
				byID[s] = map[string]any{}
			}
		}
		out["userAssignedIdentities"] = byID
	case map[string]any:
		byID := map[string]any{}
		for id := range users {
			byID[id] = map[string]any{}
		}
		out["userAssignedIdentities"] = byID
	}
	return out
}

// outputs converts an ARM response to SDK outputs.
func (t nativeType) outputs(response map[string]any) map[string]any {
	out := map[string]any{}
	back := map[string]string{}
	for sdk, arm := range t.renamed {
		back[arm] = sdk
	}
	for name, value := range response {
		switch {
		case name == "id":
		case name == "properties" && t.properties != "":
			out[t.properties] = t.toSDK(name, value)
		case name == "properties" && t.arm != groupType:
			for inner, v := range value.(map[string]any) {
				if sdk, ok := back[inner]; ok {
					inner = sdk
				}
				out[inner] = t.toSDK(inner, v)
			}
		case name == "properties":
			out["provisioningState"] = at(response, "properties", "provisioningState")
		default:
			if _, taken := out[name]; !taken {
				out[name] = t.toSDK(name, value)
			}
		}
	}
	// name and type are ARM's own, whatever the properties hold.
	out["name"], out["type"] = response["name"], response["type"]
	return out
}

// inputs projects outputs on what inputs can hold: no read-only properties.
func (t nativeType) inputs(outputs map[string]any) map[string]any {
	out := maps.Clone(outputs)
	for _, path := range t.readOnly {
		out = without(out, strings.Split(path, "."))
	}
	for _, readOnly := range []string{"name", "type", "id", "provisioningState", "systemData"} {
		delete(out, readOnly)
	}
	if t.properties != "" {
		if inner, ok := out[t.properties].(map[string]any); ok {
			inner = maps.Clone(inner)
			delete(inner, "provisioningState")
			out[t.properties] = inner
		}
	}
	if identity, ok := out["identity"].(map[string]any); ok {
		identity = maps.Clone(identity)
		delete(identity, "principalId")
		delete(identity, "tenantId")
		if users, ok := identity["userAssignedIdentities"].(map[string]any); ok {
			var ids []any
			for _, id := range slices.Sorted(maps.Keys(users)) {
				ids = append(ids, id)
			}
			identity["userAssignedIdentities"] = ids
		}
		out["identity"] = identity
	}
	return out
}

// without is a copy of a value with nothing at a path.
func without(value map[string]any, path []string) map[string]any {
	out := maps.Clone(value)
	if len(path) == 1 {
		delete(out, path[0])
	} else if inner, ok := out[path[0]].(map[string]any); ok {
		out[path[0]] = without(inner, path[1:])
	}
	return out
}

// drift applies to the inputs what changed between two projections, and leaves
// the rest as the program wrote it. It is how azure-native refreshes.
func drift(inputs, before, after map[string]any) map[string]any {
	out := maps.Clone(inputs)
	for name, now := range after {
		then, had := before[name]
		if had && equalJSON(then, now) {
			continue
		}
		thenMap, ok1 := then.(map[string]any)
		nowMap, ok2 := now.(map[string]any)
		oldMap, ok3 := out[name].(map[string]any)
		if ok1 && ok2 && (ok3 || out[name] == nil) {
			out[name] = drift(maps.Clone(oldMap), thenMap, nowMap)
			continue
		}
		if out == nil {
			out = map[string]any{}
		}
		out[name] = now
	}
	for name := range before {
		if _, still := after[name]; !still {
			delete(out, name)
		}
	}
	return out
}
