package grammar

import (
	"maps"
	"math/big"
	"slices"
	"strings"
	"sync"
)

// The formats are narrower than their standards where those allow what few
// programs read: e-mail addresses have no quotes or comments, host names no
// final dot, and times no leap second.
const (
	datePattern = `(?:\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))` +
		`|(?:(?:[02468][048]|[13579][26])00|\d\d(?:0[48]|[2468][048]|[13579][26]))-02-29)`
	timePattern  = `(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)`
	labelPattern = `[A-Za-z0-9](?:[A-Za-z0-9-]{0,38}[A-Za-z0-9])?`
	octetPattern = `(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`
	groupPattern = `[0-9a-fA-F]{1,4}`
)

// URIs have // and a host, or a scheme that has neither.
const (
	hostPattern = `(?:(?:` + labelPattern + `\.){0,5}[A-Za-z](?:[A-Za-z0-9-]{0,38}[A-Za-z0-9])?|` + octetPattern + `(?:\.` + octetPattern + `){3})`
	portPattern = `(?::(?:[1-5]\d{4}|[1-9]\d{0,3}))?`
	uriChar     = `(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})`
	uriPattern  = `(?:[A-Za-z][A-Za-z0-9+.-]{0,19}://` + hostPattern + portPattern + `(?:/` + uriChar + `*)*` +
		`|(?:mailto|urn:[A-Za-z0-9]{2,31}|tel):` + uriChar + `+)` +
		`(?:\?(?:` + uriChar + `|[/?])*)?(?:#(?:` + uriChar + `|[/?])*)?`
)

var formatPatterns = map[string]string{
	"date":      datePattern,
	"time":      timePattern,
	"date-time": datePattern + `T` + timePattern,
	"duration":  `P(?:\d{1,6}W|(?:\d{1,6}Y(?:\d{1,6}M(?:\d{1,6}D)?)?|\d{1,6}M(?:\d{1,6}D)?|\d{1,6}D)(?:T` + clockPattern + `)?|T` + clockPattern + `)`,
	"uuid":      `[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`,
	"email":     emailLocal + `@` + labelPattern + `(?:\.` + labelPattern + `){1,3}`,
	"hostname":  labelPattern + `(?:\.` + labelPattern + `){0,5}`,
	"ipv4":      octetPattern + `(?:\.` + octetPattern + `){3}`,
	"ipv6":      ipv6Pattern(),
	"uri":       uriPattern,
}

// integerFormats are OpenAPI's, by their number of bits.
var integerFormats = map[string]struct {
	bits     uint
	unsigned bool
}{
	"int8": {bits: 8}, "int16": {bits: 16}, "int32": {bits: 32}, "int64": {bits: 64},
	"uint8": {8, true}, "uint16": {16, true}, "uint32": {32, true}, "uint64": {64, true},
}

// freeFormats limit nothing that JSON could break: they say how a number is
// stored, and how a string is shown or what its characters stand for.
var freeFormats = []string{"float", "double", "decimal", "password", "binary"}

func readFormat(c *compiler, s *shape, k *keywordAt) error {
	if k.value.kind != '"' {
		return k.refuse("it has to be a string")
	}
	name := k.value.text
	if f, ok := integerFormats[name]; ok {
		low, high := new(big.Int), new(big.Int).Lsh(big.NewInt(1), f.bits)
		if !f.unsigned {
			high.Rsh(high, 1)
			low.Neg(high)
		}
		s.number.atLeast(bound{decimal: integer(low)})
		s.number.atMost(bound{decimal: integer(high.Sub(high, big.NewInt(1)))})
		s.number.multiples = append(s.number.multiples, decimal{whole: "1"})
		s.spoken |= typeNumber
		return nil
	}
	if _, ok := formatPatterns[name]; !ok {
		if c.strict && !slices.Contains(freeFormats, name) {
			return k.refuse("with strict it has to be enforced, which is supported for %s: take one of these, a pattern, or leave strict out", formatNames())
		}
		return nil // an annotation
	}
	d, err := compileFormat(name)
	if err != nil {
		return k.refuse("%v", err)
	}
	s.texts = append(s.texts, d)
	s.spoken |= typeString
	s.textRules = true
	return nil
}

func integer(n *big.Int) decimal {
	return decimal{negative: n.Sign() < 0, whole: new(big.Int).Abs(n).String()}
}

const (
	clockPattern = `(?:\d{1,6}H(?:\d{1,6}M(?:\d{1,6}S)?)?|\d{1,6}M(?:\d{1,6}S)?|\d{1,6}S)`
	emailAtom    = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
	emailLocal   = emailAtom + `{1,31}(?:\.` + emailAtom + `{1,31})?`
)

// ipv6Pattern has eight groups, or fewer with one :: for at least one group of
// zeros.
func ipv6Pattern() string {
	all := []string{`(?:` + groupPattern + `:){7}` + groupPattern}
	groups := func(n string) string { return groupPattern + `(?::` + groupPattern + `){` + n + `}` }
	for before := range 8 {
		left := ""
		if before > 0 {
			left = groups(string(rune('0' + before - 1)))
		}
		right := ""
		if after := 7 - before; after > 0 {
			right = `(?:` + groups("0,"+string(rune('0'+after-1))) + `)?`
		}
		all = append(all, left+`::`+right)
	}
	return `(?:` + strings.Join(all, "|") + `)`
}

var compiledFormats sync.Map // name -> func() (*runeDFA, error)

// compileFormat returns the automaton of a format's strings. They are made
// once. The name is one of formatPatterns.
func compileFormat(name string) (*runeDFA, error) {
	compile, _ := compiledFormats.LoadOrStore(name, sync.OnceValues(func() (*runeDFA, error) {
		return compilePattern(`^(?:`+formatPatterns[name]+`)$`, false, unlimited())
	}))
	return compile.(func() (*runeDFA, error))()
}

func formatNames() string {
	names := slices.AppendSeq(slices.Clone(freeFormats), maps.Keys(formatPatterns))
	names = slices.AppendSeq(names, maps.Keys(integerFormats))
	slices.Sort(names)
	return strings.Join(names, ", ")
}
