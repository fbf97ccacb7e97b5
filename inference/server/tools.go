package server

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// toolFields are those of chats that say which functions may be called.
var toolFields = fields[generation]{
	"tools":       (*generation).decodeTools,
	"tool_choice": (*generation).decodeToolChoice,
	"parallel_tool_calls": func(q *generation, at string, raw json.RawMessage) error {
		several, err := boolean(at, raw)
		q.OneCall = q.OneCall || !several // so tool_choice may have it, which may come before
		return err
	},
	"functions": olderTools, "function_call": olderTools,
}

// olderTools refuses what OpenAI had before tools, but takes what says that there are
// none.
func olderTools(_ *generation, at string, raw json.RawMessage) error {
	if isOneOf(raw, []any{}, "none", "auto") {
		return nil
	}
	return fieldFailure(api.UnsupportedParameter, at, "%s is not supported: send tools and tool_choice, which took its place", at)
}

// maxTools is OpenAI's limit.
const maxTools = 128

// toolName is what OpenAI lets a function's name be.
var toolName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)

func (q *generation) decodeTools(at string, raw json.RawMessage) error {
	return eachItem(at, raw, "tools", func(i int, item json.RawMessage) error {
		return q.addTool(at, ".function.name", i, item, decodeTool)
	})
}

// addTool adds a tool, whose name is at that place in it.
func (q *generation) addTool(at, name string, i int, raw json.RawMessage, decode func(at string, raw json.RawMessage) (pipeline.Tool, error)) error {
	where := fmt.Sprintf("%s[%d]", at, i)
	if i == maxTools {
		return badField(at, "has more than %d functions, the limit", maxTools)
	}
	tool, err := decode(where, raw)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(q.Tools, func(t pipeline.Tool) bool { return t.Name == tool.Name }) {
		return badField(where+name, "is %q, which another tool is called too: give each a name of its own", tool.Name)
	}
	q.Tools = append(q.Tools, tool)
	return nil
}

// function is a tool's, as it comes.
type function struct {
	kind, name              string
	description, parameters json.RawMessage
	strict, given           bool
}

var functionFields = fields[function]{
	"name": func(f *function, at string, raw json.RawMessage) (err error) {
		f.name, err = text(at, raw)
		return err
	},
	"description": func(f *function, at string, raw json.RawMessage) error {
		_, err := text(at, raw)
		f.description = raw
		return err
	},
	"parameters": func(f *function, at string, raw json.RawMessage) error {
		if kindOf(raw) != "an object" {
			return badField(at, "is %s, a JSON schema of an object is needed", kindOf(raw))
		}
		f.parameters = raw
		return nil
	},
	"strict": func(f *function, at string, raw json.RawMessage) (err error) {
		f.strict, err = boolean(at, raw)
		return err
	},
}

// decodeTool reads {"type": "function", "function": {…}}.
func decodeTool(at string, raw json.RawMessage) (pipeline.Tool, error) {
	var f function
	var unknown error // which is of less interest than the type
	err := readFields(&f, at, raw, func(at string) error {
		unknown = unknownField(at)
		return nil
	}, fields[function]{
		"type": func(f *function, at string, raw json.RawMessage) (err error) {
			f.kind, err = text(at, raw)
			return err
		},
		"function": func(f *function, at string, raw json.RawMessage) error {
			f.given = true
			return readFields(f, at, raw, unknownField, functionFields)
		},
	})
	switch {
	case err != nil:
		return pipeline.Tool{}, err
	case f.kind != "function" && f.kind != "":
		return pipeline.Tool{}, fieldFailure(api.UnsupportedParameter, at+".type", "%s.type is %.100q: only functions can be called, \"type\": \"function\"", at, f.kind)
	case unknown != nil:
		return pipeline.Tool{}, unknown
	case !f.given:
		return pipeline.Tool{}, badField(at+".function", "is missing: send {\"type\": \"function\", \"function\": {\"name\": \"…\", \"parameters\": {schema}}}")
	}
	return f.tool(at + ".function")
}

func (f *function) tool(at string) (pipeline.Tool, error) {
	if !toolName.MatchString(f.name) {
		return pipeline.Tool{}, badField(at+".name", "is %.100q: it has 1 to 64 letters, digits, underscores and dashes", f.name)
	}
	if f.parameters == nil {
		f.parameters = json.RawMessage(`{"type": "object", "properties": {}}`)
	}
	definition := appendString([]byte(`{"type": "function", "function": {"name": `), f.name)
	if f.description != nil {
		definition = append(append(definition, `, "description": `...), f.description...)
	}
	definition = append(append(definition, `, "parameters": `...), f.parameters...)
	return pipeline.Tool{Name: f.name, Definition: append(definition, "}}"...), Parameters: f.parameters, Strict: f.strict}, nil
}

// decodeToolChoice reads "auto", "none", "required", a function, or several of which one
// may be called.
func (q *generation) decodeToolChoice(at string, raw json.RawMessage) error {
	q.toolChoice = at
	if kindOf(raw) == "a string" {
		mode, err := text(at, raw)
		if err != nil {
			return err
		}
		q.ToolChoice.Mode, err = toolMode(at, mode)
		return err
	}
	kind := "function"
	one, several := false, false // the kinds whose members there are
	read := func(q *generation, at string, raw json.RawMessage) error {
		return readFields(q, at, raw, unknownField, fields[generation]{
			"name": func(q *generation, at string, raw json.RawMessage) error {
				name, err := text(at, raw)
				q.ToolChoice.Names = append(q.ToolChoice.Names, name)
				return err
			},
		})
	}
	allowed := func(decode func(*generation, string, json.RawMessage) error) func(*generation, string, json.RawMessage) error {
		return func(q *generation, at string, raw json.RawMessage) error {
			several = true
			return decode(q, at, raw)
		}
	}
	err := readFields(q, at, raw, unknownField, fields[generation]{
		"type": func(_ *generation, at string, raw json.RawMessage) (err error) {
			kind, err = text(at, raw)
			return err
		},
		"name": func(q *generation, at string, raw json.RawMessage) error { // as /v1/responses has it
			one = true
			name, err := text(at, raw)
			q.ToolChoice.Names = append(q.ToolChoice.Names, name)
			return err
		},
		"function": func(q *generation, at string, raw json.RawMessage) error {
			one = true
			return read(q, at, raw)
		},
		"allowed_tools": allowed((*generation).decodeAllowedTools),
		"mode":          allowed((*generation).decodeAllowedMode),
		"tools":         allowed((*generation).decodeAllowedNames),
	})
	switch {
	case err != nil:
		return err
	case kind != "function" && kind != "allowed_tools":
		return fieldFailure(api.UnsupportedParameter, at+".type", "%s.type is %.100q: it can be function or allowed_tools", at, kind)
	case kind == "function" && several || kind == "allowed_tools" && one:
		return badField(at, "is of two kinds: send a function's name, or allowed_tools")
	case kind == "function" && len(q.ToolChoice.Names) > 1:
		return badField(at, "names %d functions: name one, or send allowed_tools", len(q.ToolChoice.Names))
	case len(q.ToolChoice.Names) == 0:
		return badField(at, "names no function: send \"auto\", \"none\", \"required\" or {\"type\": \"function\", \"function\": {\"name\": \"…\"}}")
	}
	if kind == "function" {
		q.ToolChoice.Mode, q.OneCall = pipeline.ToolRequired, true
	}
	return nil
}

func toolMode(at, mode string) (pipeline.ToolMode, error) {
	switch mode {
	case "auto":
		return pipeline.ToolAuto, nil
	case "none":
		return pipeline.ToolNone, nil
	case "required":
		return pipeline.ToolRequired, nil
	}
	return "", badField(at, "is %.100q: it can be auto, none, required, or a function", mode)
}

func (q *generation) decodeAllowedTools(at string, raw json.RawMessage) error {
	return readFields(q, at, raw, unknownField, fields[generation]{
		"mode": (*generation).decodeAllowedMode, "tools": (*generation).decodeAllowedNames,
	})
}

func (q *generation) decodeAllowedMode(at string, raw json.RawMessage) error {
	mode, err := text(at, raw)
	if err == nil {
		q.ToolChoice.Mode, err = toolMode(at, mode)
	}
	return err
}

func (q *generation) decodeAllowedNames(at string, raw json.RawMessage) error {
	return eachItem(at, raw, "tools", func(i int, item json.RawMessage) error {
		where := fmt.Sprintf("%s[%d]", at, i)
		name := func(q *generation, at string, raw json.RawMessage) error {
			name, err := text(at, raw)
			q.ToolChoice.Names = append(q.ToolChoice.Names, name)
			return err
		}
		before := len(q.ToolChoice.Names)
		err := readFields(q, where, item, unknownField, fields[generation]{
			"type": nil, "name": name,
			"function": func(q *generation, at string, raw json.RawMessage) error {
				return readFields(q, at, raw, unknownField, fields[generation]{"name": name})
			},
		})
		if err == nil && len(q.ToolChoice.Names) != before+1 {
			err = badField(where, "names no function, or several: send {\"type\": \"function\", \"name\": \"…\"}")
		}
		return err
	})
}

// checkTools refuses a choice among tools that there aren't.
func (q *generation) checkTools() error {
	if len(q.Tools) == 0 {
		if q.ToolChoice.Mode == pipeline.ToolRequired || q.ToolChoice.Names != nil {
			return badField(q.toolChoice, "is for tools, of which there are none: send tools too")
		}
		q.ToolChoice, q.OneCall = pipeline.ToolChoice{}, false
		return nil
	}
	for _, name := range q.ToolChoice.Names {
		if !slices.ContainsFunc(q.Tools, func(t pipeline.Tool) bool { return t.Name == name }) {
			return badField(q.toolChoice, "names the function %.100q, which is none of the tools", name)
		}
	}
	return nil
}
