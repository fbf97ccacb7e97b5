package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// schemas are what JSON answers are asked to fit; fits checks one by its fields.
var schemas = []struct {
	name   string
	schema object
	fits   func(object) bool
}{
	{"a person", object{"type": "object", "additionalProperties": false, "required": []string{"name", "age"}, "properties": object{
		"name": object{"type": "string", "maxLength": 20}, "age": object{"type": "integer", "minimum": 0, "maximum": 120}}},
		func(v object) bool {
			name, ok := v["name"].(string)
			age, isNumber := v["age"].(float64)
			return ok && len([]rune(name)) <= 20 && isNumber && age >= 0 && age <= 120 && age == float64(int(age)) && len(v) == 2
		}},
	{"a choice", object{"type": "object", "additionalProperties": false, "required": []string{"mood"}, "properties": object{
		"mood": object{"enum": []string{"good", "bad", "unclear"}}}},
		func(v object) bool {
			mood, _ := v["mood"].(string)
			return strings.Contains(" good bad unclear ", " "+mood+" ") && mood != "" && len(v) == 1
		}},
	{"a list", object{"type": "object", "additionalProperties": false, "required": []string{"items"}, "properties": object{
		"items": object{"type": "array", "minItems": 1, "maxItems": 3, "items": object{"type": "string", "pattern": "^[a-z]{1,12}$"}}}},
		func(v object) bool {
			items, _ := v["items"].([]any)
			for _, item := range items {
				word, _ := item.(string)
				if word == "" || len(word) > 12 || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" {
					return false
				}
			}
			return len(items) >= 1 && len(items) <= 3 && len(v) == 1
		}},
}

var questions = []string{
	"Ana is 31 years old and lives in Porto. She is happy today.", "Der Kuchen war schrecklich, sagte der vierjährige Tim.", "蘋果、香蕉和梨都在桌子上。",
	"Which fruits does Omar (57) like? He likes figs, dates and plums.", "Привет! Мне 20 лет, меня зовут Олег.",
}

func (c *comparison) chats(ctx context.Context) error {
	return serving(ctx, filepath.Join(c.folder, "int4"), nil, func(p *scorerproc.Process) error {
		if err := c.json(ctx, p.URL); err != nil {
			return err
		}
		for name, tools := range map[string]object{
			"`tools: []` and `tool_choice: \"none\"`": {"tools": []any{}, "tool_choice": "none"},
		} {
			q := &prompt{Messages: []message{{"user", questions[0]}}}
			_, err := continued(ctx, p.URL, q, 8, tools)
			seen := "answered"
			if err != nil {
				seen = "refused: `" + strings.ReplaceAll(err.Error(), "`", "'") + "`"
			}
			c.document.row("chats", name, seen)
		}
		return nil
	})
}

// json asks each question for each schema, greedily and with two seeds. Every
// answer must parse and fit.
func (c *comparison) json(ctx context.Context, url string) error {
	asked := 0
	for _, s := range schemas {
		for _, question := range questions {
			for _, sampling := range []object{{}, {"temperature": 1, "seed": 1}, {"temperature": 1.5, "seed": 2}} {
				more := object{"response_format": object{"type": "json_schema", "json_schema": object{"name": "answer", "schema": s.schema}}}
				for k, v := range sampling {
					more[k] = v
				}
				got, err := continued(ctx, url, &prompt{Messages: []message{{"user", question + " Answer as JSON."}}}, 150, more)
				if err != nil {
					return err
				}
				var v object
				if err := json.Unmarshal([]byte(got.Text), &v); err != nil || !s.fits(v) || got.Finish != "stop" {
					return fmt.Errorf("%s: %q (%s) doesn't fit, %v", s.name, got.Text, got.Finish, err)
				}
				asked++
			}
		}
	}
	c.document.row("chats", "JSON by schema: an object, an enum, an array of strings by pattern; greedy and drawn", fmt.Sprintf("%d of %d answers parse and fit", asked, asked))
	return nil
}
