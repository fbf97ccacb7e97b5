package stackconfig

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// decodeConfig fills a Config from decoded JSON or YAML. It is strict, and
// unlike encoding/json it goes on after a mistake, so that all of them are
// reported at once.
func decodeConfig(values map[string]any) (*Config, []Problem) {
	cfg := defaultConfig(fmt.Sprint(values["private"]) == "true")
	d := decoder{hosting: fmt.Sprint(values["hosting"])}
	d.into(reflect.ValueOf(&cfg).Elem(), "", values)
	return &cfg, d.problems
}

// Keys are those of a stack's configuration, in the order of Config.
func Keys() []string { return fieldNames(reflect.TypeFor[Config]()) }

func fieldNames(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		names = append(names, t.Field(i).Tag.Get("json"))
	}
	return names
}

type decoder struct {
	hosting  string // which says a deployment's defaults
	problems []Problem
}

func (d *decoder) report(key string, value any, allowed, remedy string) {
	d.problems = append(d.problems, Problem{Key: key, Value: show(value), Allowed: allowed, Remedy: remedy})
}

// into stores value in the settable v, key being its path.
func (d *decoder) into(v reflect.Value, key string, value any) {
	switch v.Kind() {
	case reflect.Struct:
		d.object(v, key, value)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		if v.Type().Elem() == reflect.TypeFor[Build]() {
			v.Elem().Set(reflect.ValueOf(defaultBuild()))
		}
		d.into(v.Elem(), key, value)
	case reflect.Map:
		d.byName(v, key, value)
	case reflect.Slice:
		list, ok := value.([]any)
		if !ok {
			d.report(key, value, "must be a list", "write one item a line, each after a dash")
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
		for i, item := range list {
			d.into(v.Index(i), fmt.Sprintf("%s[%d]", key, i), item)
		}
	default:
		d.scalar(v, key, value)
	}
}

func (d *decoder) object(v reflect.Value, key string, value any) {
	fields, ok := value.(map[string]any)
	if !ok {
		d.report(key, value, "must be an object with the fields "+strings.Join(fieldNames(v.Type()), ", "),
			"indent its fields below the key")
		return
	}
	names := fieldNames(v.Type())
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		i := slices.Index(names, name)
		if i < 0 {
			d.unknown(join(key, name), name, names)
			continue
		}
		if fields[name] != nil {
			d.into(v.Field(i), join(key, name), fields[name])
		}
	}
}

func (d *decoder) unknown(key, name string, names []string) {
	remedy := "remove it"
	if instead, ok := closes[name]; ok {
		remedy = instead
	} else if near := nearest(name, names); near != "" {
		remedy = fmt.Sprintf("did you mean %s?", near)
	}
	d.report(key, nil, "no such key (known: "+strings.Join(names, ", ")+")", remedy)
}

// byName fills a map. A deployment begins with the defaults.
func (d *decoder) byName(v reflect.Value, key string, value any) {
	entries, ok := value.(map[string]any)
	if !ok {
		d.report(key, value, "must be an object of names and values", "indent the names below the key")
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		element := reflect.New(v.Type().Elem()).Elem()
		if element.Type() == reflect.TypeFor[Deployment]() {
			element.Set(reflect.ValueOf(defaultDeployment(d.hosting)))
		}
		d.into(element, join(key, name), entries[name])
		v.SetMapIndex(reflect.ValueOf(name), element)
	}
}

// scalar stores a string, boolean or number. Pulumi's command line can set
// strings only below an object's key, so text that reads as the wanted type
// counts as it, and a number counts as a string.
func (d *decoder) scalar(v reflect.Value, key string, value any) {
	text := show(value)
	switch s := value.(type) {
	case string:
		text = s
	case map[string]any, []any:
		d.report(key, value, "must be a "+typeName(v), "write a single value")
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
		return
	case reflect.Bool:
		if b, err := strconv.ParseBool(text); err == nil {
			v.SetBool(b)
			return
		}
	case reflect.Int:
		if n, err := strconv.Atoi(text); err == nil {
			v.SetInt(int64(n))
			return
		}
	case reflect.Float64:
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			v.SetFloat(f)
			return
		}
	}
	d.report(key, value, "must be a "+typeName(v), "write it without quotes or units")
}

func typeName(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Bool:
		return "boolean (true or false)"
	case reflect.Int:
		return "whole number"
	case reflect.Float64:
		return "number"
	}
	return v.Kind().String()
}

func join(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}

// show writes a value as a message shows it.
func show(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return strconv.Quote(v)
	case int, bool, float64, json.Number:
		return fmt.Sprint(v)
	}
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(data)
}

// nearest returns the name that a misspelled one most likely means, "" where
// none is near.
func nearest(name string, names []string) string {
	best, distance := "", len(name)/3+2
	for _, candidate := range names {
		if d := editDistance(strings.ToLower(name), strings.ToLower(candidate)); d < distance {
			best, distance = candidate, d
		}
	}
	return best
}

// editDistance is Levenshtein's: insertions, deletions and substitutions.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
