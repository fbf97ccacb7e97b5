package server

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// The forms of Azure ML's own deployments of text classifiers (the model
// catalog's, by MLflow), each with where its request and its answer were read:
//
//   - {"input_data": ["…"]} gives [{"label": "…", "score": 0.99}]:
//     Azure/azureml-assets, assets/models/system/
//     finiteautomata-bertweet-base-sentiment-analysis/description.md;
//   - with "params": {"return_all_scores": true}: Azure/azureml-examples,
//     sdk/python/foundation-models/system/inference/text-classification/
//     text-classification-online-endpoint-oss.ipynb; transformers' pipeline, which
//     gets it, gives all labels then, in the model's order;
//   - {"inputs": {"input_string": ["…"]}}, later {"input_data": {"input_string":
//     ["…"]}}, give [{"0": "LABEL"}]: azureml-assets, assets/models/system/
//     roberta-large-mnli/description.md, and the raw response in azureml-examples'
//     text-classification/success_entailment-contradiction-online.ipynb;
//   - {"input_data": {"columns": […], "index": […], "data": [["…"]]}}, a frame of
//     pandas, is answered by columns too: azureml-examples, sdk/python/
//     foundation-models/system/finetune/text-classification/emotion-detection.ipynb.

// azureTexts is a classification in one of these forms.
type azureTexts struct {
	scoreRequest
	found      string // the field that the texts are in
	parameters string // the field that parameters are in
	columns    bool   // the answer has a column "0", of labels
	allScores  bool
}

// classifyAzure answers in the form of Azure's deployments.
func (s *Server) classifyAzure(w http.ResponseWriter, r *http.Request, body []byte) {
	q, err := decodeAzureTexts(body, s.Limits)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	top := q.labels()
	if q.allScores {
		top = 0
	}
	result, err := s.classify(w, r, pipeline.ClassifyRequest{Texts: q.texts, TopK: top, Function: q.function, Truncate: q.truncate})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, q.shape(result.Scores))
}

func (q *azureTexts) shape(scores [][]pipeline.LabelScore) any {
	switch {
	case q.columns:
		rows := make([]map[string]string, len(scores))
		for i, row := range scores {
			rows[i] = map[string]string{"0": row[0].Label}
		}
		return rows
	case q.allScores:
		for _, row := range scores {
			slices.SortFunc(row, func(a, b pipeline.LabelScore) int { return cmp.Compare(a.Class, b.Class) })
		}
		return scores
	}
	return q.scoreRequest.shape(scores)
}

func decodeAzureTexts(body []byte, limits api.Limits) (*azureTexts, error) {
	q := &azureTexts{}
	q.truncate = limits.Truncation
	texts := func(q *azureTexts, at string, raw json.RawMessage) error {
		if q.found != "" {
			return invalid("both %s and %s are given: send one of them", q.found, at)
		}
		q.found = at
		return q.decodeInput(at, raw, limits)
	}
	err := readFields(q, "", body, func(at string) error {
		return invalid("%.100q is not known: the body takes input_data and params", at)
	}, fields[azureTexts]{"input_data": texts, "inputs": texts, "params": decodeAzureParameters, "parameters": decodeAzureParameters})
	switch {
	case err != nil:
		return nil, err
	case q.columns && (q.topKGiven || q.allScores):
		return nil, invalid("%s asks for scores, which this form's answers don't have: send {\"input_data\": [\"…\"]}", q.parameters)
	case q.topKGiven && q.allScores:
		return nil, invalid("%s has both top_k and return_all_scores: send one of them", q.parameters)
	}
	return q, nil
}

// decodeInput reads a list of texts, {"input_string": …} or a frame.
func (q *azureTexts) decodeInput(at string, raw json.RawMessage, limits api.Limits) (err error) {
	const wanted = "send a list of texts, {\"input_string\": [\"…\"]}, or {\"columns\": [\"text\"], \"data\": [[\"…\"]]}"
	switch kindOf(raw) {
	case "a list":
		q.texts, _, err = decodeTexts(at, raw, limits)
		return err
	case "an object":
	default:
		return badField(at, "is %s: %s", kindOf(raw), wanted)
	}
	q.columns = true
	var columns, index, data json.RawMessage
	keep := func(to *json.RawMessage) func(*azureTexts, string, json.RawMessage) error {
		return func(_ *azureTexts, _ string, raw json.RawMessage) error {
			*to = raw
			return nil
		}
	}
	err = readFields(q, at, raw, func(at string) error { return invalid("%.100s is not known: %s", at, wanted) }, fields[azureTexts]{
		"input_string": func(q *azureTexts, at string, raw json.RawMessage) (err error) {
			q.texts, _, err = decodeTexts(at, raw, limits)
			return err
		},
		"columns": keep(&columns), "index": keep(&index), "data": keep(&data),
	})
	switch {
	case err != nil:
		return err
	case q.texts != nil && (columns != nil || index != nil || data != nil):
		return invalid("%s has both input_string and columns, index or data: send one of them", at)
	case q.texts != nil:
		return nil
	case data == nil:
		return invalid("%s has no texts: %s", at, wanted)
	}
	return q.decodeFrame(at, columns, index, data, limits)
}

// decodeFrame reads a frame of one column, as pandas' to_dict("split") makes it.
// A row may be its only value.
func (q *azureTexts) decodeFrame(at string, columns, index, data json.RawMessage, limits api.Limits) error {
	names, err := listUpTo(1, at+".columns", columns, "one name")
	if err == nil && len(names) != 1 {
		err = badField(at+".columns", "has not one name: a text has one column")
	}
	if err != nil {
		return err
	}
	rows, err := listUpTo(limits.MaxClientBatchSize, at+".data", data, "rows")
	switch {
	case err != nil:
		return err
	case len(rows) == 0:
		return badField(at+".data", "is an empty list: send at least one text")
	case len(rows) > limits.MaxClientBatchSize:
		return tooManyTexts(at+".data", limits)
	}
	if index != nil {
		labels, err := listUpTo(len(rows), at+".index", index, "labels of rows")
		if err == nil && len(labels) != len(rows) {
			err = badField(at+".index", "has not a label for each of data's %d rows", len(rows))
		}
		if err != nil {
			return err
		}
	}
	for i, row := range rows {
		where := fmt.Sprintf("%s.data[%d]", at, i)
		if kindOf(row) == "a list" {
			values, err := listUpTo(1, where, row, "one text")
			if err == nil && len(values) != 1 {
				err = badField(where, "has not one value, as columns has one name")
			}
			if err != nil {
				return err
			}
			row = values[0]
			where += "[0]"
		}
		value, err := text(where, row)
		if err != nil {
			return err
		}
		q.texts = append(q.texts, value)
	}
	return nil
}

// decodeAzureParameters reads those of /score, and return_all_scores.
func decodeAzureParameters(q *azureTexts, at string, raw json.RawMessage) error {
	if q.parameters != "" {
		return invalid("both %s and %s are given: send one of them", q.parameters, at)
	}
	q.parameters = at
	others := map[string]json.RawMessage{}
	err := eachMember(at, raw, func(name string, value json.RawMessage) (err error) {
		switch {
		case name != "return_all_scores":
			others[name] = value
		case !isNull(value):
			q.allScores, err = boolean(at+"."+name, value)
		}
		return err
	})
	if err != nil {
		return err
	}
	rest, err := json.Marshal(others)
	if err != nil {
		return err
	}
	return decodeParameters(&q.scoreRequest, at, rest)
}
