package modelstore

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// labels puts id2label in the order of its ids, as transformers reads it:
// label2id doesn't count, and without id2label, or with another num_labels beside
// it, a model has LABEL_0 and so on, byDefault of them. remarks say what was contradictory.
func labels(path string, f *configFile, byDefault int) (names, remarks []string, err error) {
	n := len(f.ID2Label)
	unnamed := n == 0
	if f.NumLabels != nil && (unnamed || *f.NumLabels != n) {
		if n > 0 {
			remarks = append(remarks, fmt.Sprintf("%s: num_labels is %d, id2label has %d labels; as in transformers, num_labels decides, and the labels are LABEL_0 and so on",
				path, *f.NumLabels, n))
		}
		n, unnamed = *f.NumLabels, true
	} else if n == 0 {
		n = byDefault
	}
	if n < 1 || n > maxLabels {
		return nil, nil, fmt.Errorf("%s: num_labels is %d, 1 to %d are needed: %s", path, n, maxLabels, exportAgain)
	}
	names = make([]string, n)
	if unnamed {
		for i := range names {
			names[i] = fmt.Sprintf("LABEL_%d", i)
		}
		return names, remarks, nil
	}
	byID := map[int]string{}
	for key, raw := range f.ID2Label {
		id, err := strconv.Atoi(strings.TrimSpace(key))
		if err != nil {
			return nil, nil, fmt.Errorf("%s: id2label has the id %q, a whole number is needed: correct the file", path, key)
		}
		if byID[id], err = label(raw); err != nil {
			return nil, nil, fmt.Errorf("%s: id2label: %s is %w", path, key, err)
		}
	}
	first := map[string]int{}
	for i := range names {
		name, ok := byID[i]
		if !ok {
			return nil, nil, fmt.Errorf("%s: id2label has %d labels but none with the id %d; the ids must be 0 to %d: correct the file", path, n, i, n-1)
		}
		if at, twice := first[name]; !twice {
			first[name] = i
		} else if len(remarks) < maxRemarks {
			remarks = append(remarks, fmt.Sprintf("%s: id2label has %.100q for both %d and %d", path, name, at, i))
		}
		if raw, ok := f.Label2ID[name]; ok && len(remarks) < maxRemarks && !isID(raw, i) {
			remarks = append(remarks, fmt.Sprintf("%s: id2label says that %d is %q, label2id says %s; as in transformers, id2label decides", path, i, name, raw))
		}
		names[i] = name
	}
	return names, remarks, nil
}

const (
	maxLabels  = 1 << 20 // keeps a wrong number from taking all memory
	maxRemarks = 10      // of the same are enough
)

// label reads a label. One that isn't a string is named as it is written.
func label(raw json.RawMessage) (string, error) {
	switch raw[0] {
	case '"':
		var s string
		err := json.Unmarshal(raw, &s)
		return s, err
	case '{', '[', 'n':
		return "", fmt.Errorf("%.100s, a string or a number is needed: correct the file", raw)
	}
	return string(raw), nil
}

// isID reports whether the value, a number or a string, is the id.
func isID(raw json.RawMessage, id int) bool {
	var n float64
	return json.Unmarshal([]byte(strings.Trim(string(raw), `"`)), &n) == nil && n == float64(id)
}

// entails is the class of the only label that begins with "entail", by label2id where there
// is one, as transformers' zero-shot-classification pipeline looks for it; -1 if there is none
// or several.
func entails(names []string, label2ID map[string]json.RawMessage) int {
	ids := map[string]int{}
	if len(label2ID) == 0 {
		for i, name := range names {
			ids[name] = i
		}
	}
	for name, raw := range label2ID {
		ids[name] = -1
		for i := range names {
			if isID(raw, i) {
				ids[name] = i
			}
		}
	}
	found, times := -1, 0
	for name, id := range ids {
		if strings.HasPrefix(strings.ToLower(name), "entail") {
			found, times = id, times+1
		}
	}
	if times != 1 {
		return -1
	}
	return found
}
