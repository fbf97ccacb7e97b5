package tokenizer

import (
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// parseDecoder reads the decoder, of which the parts come in the order in which
// decoder has them.
func parseDecoder(field string, raw json.RawMessage) (decoder, error) {
	const known = "ByteLevel alone, or a Sequence of Replace, ByteFallback, Fuse, Strip in this order"
	kind, err := kindOf(field, raw)
	if err != nil {
		return decoder{}, err
	}
	if kind == "ByteLevel" {
		var p byteLevelPart
		return decoder{bytes: true}, decode(field, raw, &p)
	}
	parts := []json.RawMessage{raw}
	if kind == "Sequence" {
		if parts, err = sequence(field, raw, "decoders"); err != nil {
			return decoder{}, err
		}
	}
	var d decoder
	growth := 1.0
	order := []string{"Replace", "ByteFallback", "Fuse", "Strip"}
	fused := false
	for i, part := range parts {
		at := fmt.Sprintf("%s.decoders[%d]", field, i)
		if kind != "Sequence" {
			at = field
		}
		kind, err := kindOf(at, part)
		if err != nil {
			return decoder{}, err
		}
		for len(order) > 0 && order[0] != kind {
			order = order[1:]
		}
		if len(order) == 0 {
			if kind == "" {
				kind = "null"
			}
			return decoder{}, unsupported(at, kind+" at this place", known)
		}
		switch kind {
		case "Replace":
			n, err := parseNormalizer(at, part)
			if err != nil {
				return decoder{}, err
			}
			d.replace = append(d.replace, n.(replace))
			if g, _ := costOf(n); growth*g > maxDecoded {
				return decoder{}, fmt.Errorf("%s can make a token more than %d times as long: %s", at, maxDecoded, fetchAgain)
			} else {
				growth *= g
			}
		case "ByteFallback":
			d.fallback = true
		case "Fuse":
			fused = true
		case "Strip":
			if err := d.parseStrip(at, part, fused); err != nil {
				return decoder{}, err
			}
			order = nil
		}
	}
	return d, nil
}

func (d *decoder) parseStrip(field string, raw json.RawMessage, fused bool) error {
	var p struct {
		Type    string
		Content string `json:"content"`
		Start   int    `json:"start"`
		Stop    int    `json:"stop"`
	}
	if err := decode(field, raw, &p); err != nil {
		return err
	}
	switch {
	case !fused:
		return unsupported(field, "Strip before Fuse", "Strip after Fuse")
	case p.Stop != 0:
		return unsupported(field+".stop", strconv.Itoa(p.Stop), "0")
	case p.Start < 0 || utf8.RuneCountInString(p.Content) != 1:
		return fmt.Errorf("%s strips %d times %.40q, not a character: %s", field, p.Start, p.Content, fetchAgain)
	}
	d.strip, d.count = []byte(p.Content), p.Start
	return nil
}
