package server

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// tensor is an input, decoded but for its data.
type tensor struct {
	name, datatype string
	shape          []int
	data           json.RawMessage
	contentType    string
	binarySize     int // -1 if the data are JSON
}

var tensorFields = fields[tensor]{
	"name":     textField(func(t *tensor) *string { return &t.name }),
	"datatype": textField(func(t *tensor) *string { return &t.datatype }),
	"shape": func(t *tensor, at string, raw json.RawMessage) error {
		return eachItem(at, raw, "whole numbers", func(i int, item json.RawMessage) error {
			n, err := integer(fmt.Sprintf("%s[%d]", at, i), item, math.MinInt32, math.MaxInt32)
			if err == nil && i == maxRank {
				err = badField(at, "has more than %d dimensions, the limit", maxRank)
			}
			t.shape = append(t.shape, n)
			return err
		})
	},
	"data": func(t *tensor, _ string, raw json.RawMessage) error {
		t.data = raw
		return nil
	},
	"parameters": func(t *tensor, at string, raw json.RawMessage) error {
		return readFields(t, at, raw, otherParameter("binary_data_size and content_type"), fields[tensor]{
			"binary_data_size": func(t *tensor, at string, raw json.RawMessage) (err error) {
				t.binarySize, err = integer(at, raw, 0, math.MaxInt32)
				return err
			},
			"content_type": textField(func(t *tensor) *string { return &t.contentType }),
		})
	},
}

// decodeInput reads a list of one tensor. It doesn't decode what comes after
// the first, because a list may have a million.
func decodeInput(at string, raw []byte) (*tensor, error) {
	items, err := listUpTo(1, at, raw, "one tensor")
	switch {
	case err != nil:
		return nil, err
	case len(items) == 0:
		return nil, badField(at, "is an empty list: send one tensor, named %q", kserveInput)
	case len(items) > 1:
		return nil, badField(at, "has several tensors: send one, named %q", kserveInput)
	}
	at += "[0]"
	t := &tensor{binarySize: -1}
	err = readFields(t, at, items[0], func(at string) error {
		return invalid("%.100s is not known: a tensor has name, datatype, shape, parameters and data", at)
	}, tensorFields)
	switch {
	case err != nil:
		return nil, err
	case t.name != kserveInput:
		return nil, badField(at+".name", "is %.100q: send one tensor, named %q", t.name, kserveInput)
	case t.datatype != "BYTES":
		return nil, badField(at+".datatype", "is %.100q: texts are BYTES", t.datatype)
	case t.contentType != "" && t.contentType != "str" && t.contentType != "base64":
		return nil, badField(at+".parameters.content_type", "is %.100q: it can be str or base64", t.contentType)
	}
	return t, nil
}

// texts reads the tensor's data, from its JSON or from what follows it.
func (t *tensor) texts(at string, data []byte, limits api.Limits) (texts []string, err error) {
	size, err := sizeOf(at+".shape", t.shape, limits)
	if err != nil {
		return nil, err
	}
	switch {
	case t.binarySize >= 0 && t.data != nil:
		return nil, invalid("%s has both data and binary_data_size: send one of them", at)
	case max(t.binarySize, 0) != len(data):
		return nil, invalid("%s.parameters.binary_data_size is %d, but %d bytes follow the JSON, which ends where the header %s says",
			at, max(t.binarySize, 0), len(data), kserveLengthHeader)
	case t.binarySize >= 0:
		texts, err = unpackTexts(at, data, size)
	case t.data == nil:
		return nil, badField(at+".data", "is missing: send the texts as JSON strings, or as binary data")
	default:
		dims := []int{size}
		if kindOf(bytes.TrimPrefix(t.data, []byte("["))) == "a list" { // as deep as the shape
			dims = t.shape
		}
		texts, err = nestedTexts(at+".data", t.data, dims, nil)
	}
	if err == nil && t.contentType == "base64" {
		err = decodeBase64(at, texts)
	}
	if err != nil {
		return nil, err
	}
	return texts, checkTexts(at, texts)
}

// unpackTexts reads as many texts as a binary tensor has: each its length in 4
// bytes, and its bytes.
func unpackTexts(at string, data []byte, count int) ([]string, error) {
	texts := make([]string, 0, count)
	for len(data) > 0 {
		if len(texts) == count {
			return nil, invalid("%s: the binary data have more than %d texts, which shape says", at, count)
		}
		if len(data) < 4 || uint64(binary.LittleEndian.Uint32(data)) > uint64(len(data)-4) {
			return nil, invalid("%s: the binary data end within text %d", at, len(texts))
		}
		n := 4 + int(binary.LittleEndian.Uint32(data))
		texts = append(texts, string(data[4:n]))
		data = data[n:]
	}
	if len(texts) < count {
		return nil, invalid("%s: the binary data have %d texts, shape says %d", at, len(texts), count)
	}
	return texts, nil
}

// nestedTexts reads strings in lists within lists, as many in each as dims says.
func nestedTexts(at string, raw json.RawMessage, dims []int, texts []string) ([]string, error) {
	if len(dims) == 0 {
		s, err := text(at, raw)
		return append(texts, s), err
	}
	if kindOf(raw) != "a list" {
		return nil, badField(at, "is %s, a list of %d is needed, as shape says", kindOf(raw), dims[0])
	}
	count := 0
	err := eachItem(at, raw, "texts", func(i int, item json.RawMessage) (err error) {
		if i == dims[0] {
			return badField(at, "has more than %d items, which shape says", i)
		}
		count++
		texts, err = nestedTexts(fmt.Sprintf("%s[%d]", at, i), item, dims[1:], texts)
		return err
	})
	if err != nil {
		return nil, err
	}
	if count < dims[0] {
		return nil, badField(at, "has %d items, shape says %d", count, dims[0])
	}
	return texts, nil
}

// sizeOf is how many texts a shape has.
func sizeOf(at string, shape []int, limits api.Limits) (int, error) {
	if len(shape) == 0 {
		return 0, badField(at, "has no dimensions: it can have 1 to %d", maxRank)
	}
	size := 1
	for _, n := range shape {
		if n < 1 {
			return 0, badField(at, "is %v: whole numbers from 1 on are needed", shape)
		}
		if size *= min(n, limits.MaxClientBatchSize+1); size > limits.MaxClientBatchSize {
			size = limits.MaxClientBatchSize + 1 // any number above
		}
	}
	if size > limits.MaxClientBatchSize {
		return 0, tooManyTexts(at, limits)
	}
	return size, nil
}

// maxRank bounds how deep data are looked into.
const maxRank = 8

// decodeBase64 reads texts as MLServer's codec "base64" does, which takes what
// isn't base64 for the text itself; here that is an error, because it would be
// scored though it is most likely broken.
func decodeBase64(at string, texts []string) error {
	for i, s := range texts {
		decoded, err := base64.StdEncoding.DecodeString(s)
		if err != nil || strings.ContainsAny(s, "\r\n") {
			return invalid("%s: text %d is not base64, as content_type says", at, i)
		}
		texts[i] = string(decoded)
	}
	return nil
}

func checkTexts(at string, texts []string) error {
	for i, s := range texts {
		if !utf8.ValidString(s) {
			return invalid("%s: text %d is not UTF-8", at, i)
		}
	}
	return nil
}
