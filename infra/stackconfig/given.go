package stackconfig

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

// New completes and checks a configuration that a program gives, as Load does a
// file's: same defaults, same checks, and the error names all problems.
//
// A field with its zero value isn't given, and gets its default. set gives values
// by their dotted keys where the zero value itself is meant, such as alerts.enabled
// false, and goes before given. problems are what the caller found besides.
func New(stack, folder string, given Config, set map[string]any, problems []Problem, preview bool) (*Config, error) {
	values := givenFields(reflect.ValueOf(given))
	for _, key := range slices.Sorted(maps.Keys(set)) {
		values = with(values, strings.Split(key, "."), set[key]).(map[string]any)
	}
	cfg, unread := decodeConfig(values)
	cfg.complete(folder)
	return cfg.finish(stack, folder, append(problems, unread...), preview)
}

// givenFields are the fields of a struct that aren't zero, by their keys.
func givenFields(v reflect.Value) map[string]any {
	fields := map[string]any{}
	for i, name := range fieldNames(v.Type()) {
		if field := v.Field(i); !field.IsZero() {
			fields[name] = givenValue(field)
		}
	}
	return fields
}

func givenValue(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Struct:
		return givenFields(v)
	case reflect.Pointer:
		return givenValue(v.Elem())
	case reflect.Map:
		entries := map[string]any{}
		for _, key := range v.MapKeys() {
			entries[key.String()] = givenValue(v.MapIndex(key))
		}
		return entries
	case reflect.Slice:
		list := []any{}
		for i := range v.Len() {
			list = append(list, givenValue(v.Index(i)))
		}
		return list
	}
	return v.Interface()
}
