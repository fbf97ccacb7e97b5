package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"azure-nlp-endpoint/inference/api"
	"azure-nlp-endpoint/inference/pipeline"
)

// scoreRequest is the body of /score, decoded.
type scoreRequest struct {
	texts     []string
	single    bool // one string, not a list
	topKGiven bool
	topK      *int // nil: all labels
	function  pipeline.Function
	truncate  bool
}

// readBody reads a body that must be JSON, in UTF-8, within the limit.
func (s *Server) readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if t := r.Header.Get("Content-Type"); t != "" {
		media, params, err := mime.ParseMediaType(t)
		if err != nil || media != "application/json" || !strings.EqualFold(orElse(params["charset"], "utf-8"), "utf-8") {
			return nil, failure(http.StatusUnsupportedMediaType, api.UnsupportedMediaType,
				"Content-Type is %.100q: send application/json in UTF-8", t)
		}
	}
	if e := r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return nil, failure(http.StatusUnsupportedMediaType, api.UnsupportedMediaType,
			"Content-Encoding is %.100q: send the body as it is", e)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.Limits.MaxBodyBytes))
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return nil, err
		}
		return nil, invalid("the body could not be read: it ended early")
	}
	if !utf8.Valid(body) {
		return nil, invalid("the body is not UTF-8: encode the texts in UTF-8")
	}
	return body, nil
}

func orElse(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

// fieldsOf calls field for each member of a JSON object, which is found at the
// path at ("" for the body itself). A member that appears twice is an error,
// for which of the two is meant can't be known.
func fieldsOf(at string, raw []byte, field func(name string, d *json.Decoder) error) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	name := orElse(at, "the body")
	token, err := d.Token()
	if err != nil {
		return syntax(name, err)
	}
	if token != json.Delim('{') {
		return invalid("%s is %s, an object is needed", name, kindOf(raw))
	}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return syntax(name, err)
		}
		key := token.(string)
		if seen[key] {
			return invalid("%s is given twice", path(at, key))
		}
		seen[key] = true
		if err := field(key, d); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return syntax(name, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return invalid("%s has more after its end: send one JSON object", name)
	}
	return nil
}

func path(at, key string) string {
	if at == "" {
		return fmt.Sprintf("%.100q", key)
	}
	return fmt.Sprintf("%s.%.100s", at, key)
}

func syntax(name string, err error) error {
	var e *json.SyntaxError
	if errors.As(err, &e) {
		return invalid("%s is not JSON: %v, at byte %d", name, e, e.Offset)
	}
	return invalid("%s is not JSON: it ends early", name)
}

// kindOf names the kind of a JSON value.
func kindOf(raw []byte) string {
	raw = bytes.TrimLeft(raw, " \t\r\n")
	if len(raw) == 0 {
		return "nothing"
	}
	switch c := raw[0]; {
	case c == '{':
		return "an object"
	case c == '[':
		return "a list"
	case c == '"':
		return "a string"
	case c == 't' || c == 'f':
		return "a boolean"
	case c == 'n':
		return "null"
	}
	return "a number"
}

// decodeScore reads {"text": …} and {"inputs": …, "parameters": {…}}.
func decodeScore(body []byte, limits api.Limits) (*scoreRequest, error) {
	q := &scoreRequest{truncate: limits.Truncation}
	from := ""
	err := fieldsOf("", body, func(name string, d *json.Decoder) error {
		switch name {
		case "text", "inputs":
			if from != "" {
				return invalid("both %q and %q are given: send one of them", from, name)
			}
			from = name
			return q.decodeTexts(name, d, limits)
		case "parameters":
			var raw json.RawMessage
			if err := d.Decode(&raw); err != nil {
				return syntax("parameters", err)
			}
			if string(raw) == "null" {
				return nil
			}
			return q.decodeParameters(raw)
		}
		return invalid("%.100q is not known: the body takes \"text\" or \"inputs\", and \"parameters\"", name)
	})
	if err != nil {
		return nil, err
	}
	if from == "" {
		return nil, invalid("\"text\" is missing: send {\"text\": \"…\"} or {\"text\": [\"…\", \"…\"]}")
	}
	return q, nil
}

// decodeTexts reads a string or a list of strings, no more than allowed.
func (q *scoreRequest) decodeTexts(name string, d *json.Decoder, limits api.Limits) error {
	token, err := d.Token()
	if err != nil {
		return syntax(name, err)
	}
	if text, ok := token.(string); ok {
		q.texts, q.single = []string{text}, true
		return nil
	}
	if token != json.Delim('[') {
		return invalid("%s is %s, a string or a list of strings is needed", name, kindOfToken(token))
	}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return syntax(name, err)
		}
		text, ok := token.(string)
		if !ok {
			return invalid("%s[%d] is %s, a string is needed", name, len(q.texts), kindOfToken(token))
		}
		if len(q.texts) == limits.MaxClientBatchSize {
			return failure(http.StatusRequestEntityTooLarge, api.PayloadTooLarge,
				"%s has more than %d texts, the limit: send them in several requests", name, limits.MaxClientBatchSize)
		}
		q.texts = append(q.texts, text)
	}
	if _, err := d.Token(); err != nil {
		return syntax(name, err)
	}
	if len(q.texts) == 0 {
		return invalid("%s is an empty list: send at least one text", name)
	}
	return nil
}

func kindOfToken(t json.Token) string {
	switch t {
	case json.Delim('{'):
		return "an object"
	case json.Delim('['):
		return "a list"
	case nil:
		return "null"
	case true, false:
		return "a boolean"
	}
	return "a number"
}

func (q *scoreRequest) decodeParameters(raw []byte) error {
	return fieldsOf("parameters", raw, func(name string, d *json.Decoder) error {
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return syntax(path("parameters", name), err)
		}
		switch name {
		case "top_k":
			q.topKGiven = true
			if string(value) == "null" {
				return nil
			}
			var k int
			if err := json.Unmarshal(value, &k); err != nil || k < 1 {
				return invalid("parameters.top_k is %.100s: a whole number from 1 on is needed, or null for all labels", value)
			}
			q.topK = &k
		case "function_to_apply":
			if string(value) == "null" {
				return nil
			}
			var f string
			if err := json.Unmarshal(value, &f); err != nil {
				return invalid("parameters.function_to_apply is %s, a string is needed", kindOf(value))
			}
			switch q.function = pipeline.Function(strings.ToLower(f)); q.function {
			case pipeline.Softmax, pipeline.Sigmoid, pipeline.None:
			default:
				return invalid("parameters.function_to_apply is %.100q: it can be softmax, sigmoid or none", f)
			}
		case "truncation":
			if err := json.Unmarshal(value, &q.truncate); err != nil || string(value) == "null" {
				return invalid("parameters.truncation is %s, true or false is needed", kindOf(value))
			}
		default:
			return invalid("parameters.%.100s is not known: there are top_k, function_to_apply and truncation", name)
		}
		return nil
	})
}
