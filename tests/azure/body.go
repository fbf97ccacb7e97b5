package azure

import (
	"encoding/json"
	"reflect"
	"strings"
)

// Helpers for bodies, which are JSON objects.

// properties returns the body's properties and makes them where they are
// absent.
func properties(body map[string]any) map[string]any {
	if p, ok := body["properties"].(map[string]any); ok {
		return p
	}
	p := map[string]any{}
	body["properties"] = p
	return p
}

// text returns a string at a path of keys, "" where there is none.
func text(body map[string]any, path ...string) string {
	s, _ := at(body, path...).(string)
	return s
}

// object returns the map at a path of keys, nil where there is none.
func object(body map[string]any, path ...string) map[string]any {
	m, _ := at(body, path...).(map[string]any)
	return m
}

func at(body map[string]any, path ...string) any {
	var v any = body
	for _, k := range path {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[k]
	}
	return v
}

func equalJSON(a, b any) bool {
	return reflect.DeepEqual(a, b)
}

func sameLocation(a, b any) bool {
	normal := func(v any) string {
		s, _ := v.(string)
		return strings.ToLower(strings.ReplaceAll(s, " ", ""))
	}
	return normal(a) == normal(b)
}

// clone copies a JSON value deeply; numbers become float64 as on the wire.
func clone(body map[string]any) map[string]any {
	data, err := json.Marshal(body)
	if err != nil {
		panic(err) // bodies are made of JSON values
	}
	out := map[string]any{}
	if err := json.Unmarshal(data, &out); err != nil {
		panic(err)
	}
	return out
}
