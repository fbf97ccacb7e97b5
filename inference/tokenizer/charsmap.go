package tokenizer

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// charsmap is the Precompiled normalizer: a SentencePiece model's map of characters
// and short sequences, as a double array of Darts and the texts that its values are
// places in.
type charsmap struct {
	units  []uint32
	texts  []byte
	growth float64 // of a text in bytes, at most
}

// maxMapped is how many bytes a grapheme cluster may have to be looked up as a whole.
const maxMapped = 5

// maxUnits bounds the search for a map's entries.
const maxUnits = 1 << 21

func parseCharsmap(field string, raw json.RawMessage) (*charsmap, error) {
	var p struct {
		Type string
		Map  string `json:"precompiled_charsmap"`
	}
	if err := decode(field, raw, &p); err != nil {
		return nil, err
	}
	data, err := base64.StdEncoding.DecodeString(p.Map)
	if err == nil {
		var m *charsmap
		if m, err = newCharsmap(data); err == nil {
			return m, nil
		}
	}
	return nil, fmt.Errorf("%s.precompiled_charsmap can't be read (%w): %s", field, err, fetchAgain)
}

func newCharsmap(data []byte) (*charsmap, error) {
	if len(data) < 4 {
		return nil, errors.New("it is too short")
	}
	size := uint64(binary.LittleEndian.Uint32(data))
	data = data[4:]
	if size%4 != 0 || size == 0 || size > uint64(len(data)) {
		return nil, fmt.Errorf("its table has %d bytes, there are %d", size, len(data))
	}
	m := &charsmap{texts: data[size:], growth: 1}
	for i := uint64(0); i < size; i += 4 {
		m.units = append(m.units, binary.LittleEndian.Uint32(data[i:]))
	}
	if !utf8.Valid(m.texts) {
		return nil, errors.New("its texts aren't UTF-8")
	}
	left := maxUnits
	if err := m.check(0, 0, &left); err != nil {
		return nil, err
	}
	return m, nil
}

// check looks at the entries below a place that depth bytes lead to.
func (m *charsmap) check(at uint32, depth int, left *int) error {
	if *left--; *left < 0 {
		return errors.New("its table has too many entries")
	}
	at ^= offset(m.units[at])
	for label := uint32(1); label < 256 && depth < maxMapped; label++ {
		next := at ^ label
		if next >= uint32(len(m.units)) || m.units[next]&(1<<31|0xFF) != label {
			continue
		}
		if m.units[next]>>8&1 == 1 {
			leaf := next ^ offset(m.units[next])
			if leaf >= uint32(len(m.units)) {
				return errors.New("its table points outside of itself")
			}
			text, ok := m.text(m.units[leaf])
			if !ok {
				return errors.New("it points outside of its texts")
			}
			m.growth = max(m.growth, float64(len(text))/float64(depth+1))
		}
		if err := m.check(next, depth+1, left); err != nil {
			return err
		}
	}
	return nil
}

// offset leads from a unit to those below it.
func offset(unit uint32) uint32 { return unit >> 10 << (unit & (1 << 9) >> 6) }

func (m *charsmap) text(leaf uint32) ([]byte, bool) {
	start := int(leaf & (1<<31 - 1))
	if start > len(m.texts) || start < len(m.texts) && !utf8.RuneStart(m.texts[start]) {
		return nil, false
	}
	text, _, _ := bytes.Cut(m.texts[start:], []byte{0})
	return text, true
}

// find is what the shortest entry that chunk begins with stands for. As in the
// reference, it stands for the whole chunk.
func (m *charsmap) find(chunk []byte) ([]byte, bool) {
	at := offset(m.units[0])
	for _, c := range chunk {
		if c == 0 {
			break
		}
		at ^= uint32(c)
		if at >= uint32(len(m.units)) {
			break
		}
		unit := m.units[at]
		if unit&(1<<31|0xFF) != uint32(c) {
			break
		}
		at ^= offset(unit)
		if unit>>8&1 == 1 && at < uint32(len(m.units)) {
			return m.text(m.units[at])
		}
	}
	return nil, false
}

func (m *charsmap) normalize(dst, src []byte) []byte {
	m.chunks(src, func(chunk, text []byte, found bool) {
		if found {
			dst = append(dst, text...)
		} else {
			dst = append(dst, chunk...)
		}
	})
	return dst
}

// chunks calls each for the parts that src is looked up by, and what they stand for.
func (m *charsmap) chunks(src []byte, each func(chunk, text []byte, found bool)) {
	var g graphemes
	for len(src) > 0 {
		n := g.next(src)
		cluster := src[:n]
		src = src[n:]
		if n <= maxMapped {
			if text, ok := m.find(cluster); ok {
				each(cluster, text, true)
				continue
			}
		}
		for len(cluster) > 0 {
			size := 1
			if cluster[0] >= utf8.RuneSelf {
				_, size = utf8.DecodeRune(cluster)
			}
			text, ok := m.find(cluster[:size])
			each(cluster[:size], text, ok)
			cluster = cluster[size:]
		}
	}
}
