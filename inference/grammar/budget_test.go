package grammar

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// repeated joins what each makes of 0 to n-1.
func repeated(n int, each func(i int) string) string {
	all := make([]string, n)
	for i := range all {
		all[i] = each(i)
	}
	return strings.Join(all, ",")
}

func list(n int, each string) string {
	return repeated(n, func(i int) string { return strings.ReplaceAll(each, "%", fmt.Sprint(i)) })
}

// attacks are schemas made to cost as much as they can, by what they are made of.
func attacks() map[string]string {
	nest := func(n int, open, inner, end string) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
	}
	words := list(3000, `"value number %"`)
	long := strings.Repeat("x", 200_000)
	pattern := func(p string) string { return fmt.Sprintf(`{"type":"string","pattern":%q}`, p) }
	patterns := func(n int, each string) string {
		return `{"type":"object","additionalProperties":false,"properties":{` + list(n, `"p%":{"type":"string","pattern":"`+each+`"}`) + `}}`
	}
	return map[string]string{
		"the issue's": `{"type":"object","properties":{` + list(400, `"p%":{"allOf":[{"$ref":"#/$defs/any"},{"$ref":"#/$defs/a"},{"$ref":"#/$defs/b"},{"title":"%"}]}`) + `,"no":false},"required":["no"],` +
			`"$defs":{"any":{"anyOf":[` + list(100, `{"title":"%"}`) + `]},"a":{"enum":[` + words + `]},"b":{"enum":[` + words + `]}}}`,
		// Reading.
		"values":                 `{"enum":[` + strings.Repeat("0,", 131_000) + `0]}`,
		"empty schemas":          `{"allOf":[` + strings.Repeat("{},", 87_000) + `{}]}`,
		"objects":                `{"x-a":[` + strings.Repeat(`{"":0},`, 37_000) + `0]}`,
		"a long name":            `{"` + long + `":[` + strings.Repeat("0,", 25_000) + `0]}`,
		"a long name refused":    `{"properties":{"` + long + `":{"allOf":[` + strings.Repeat("{},", 15_000) + `{"not":{"type":"null"}}]}}}`,
		"an anyOf of one each":   `{"allOf":[` + strings.Repeat(`{"anyOf":[{}]},`, 17_000) + `{}]}`,
		"a product":              `{"allOf":[` + list(100, `{"anyOf":[{"minLength":%},false]}`) + `]}`,
		"products of properties": `{"properties":{` + list(1500, `"p%":{"$ref":"#/$defs/a","title":"%"}`) + `},"$defs":{"a":{"allOf":[` + list(7, `{"anyOf":[{"minLength":%},{"maxLength":1%}]}`) + `]}}}`,
		"a chain of anyOf": `{"$ref":"#/$defs/d0","$defs":{` + repeated(2000, func(i int) string {
			return fmt.Sprintf(`"d%d":{"anyOf":[{"$ref":"#/$defs/d%d"},{"type":"null"}]}`, i, i+1)
		}) + `,"d2000":{}}}`,
		"a ring of anyOf": `{"$ref":"#/$defs/d0","$defs":{` + repeated(2000, func(i int) string {
			return fmt.Sprintf(`"d%d":{"anyOf":[{"$ref":"#/$defs/d%d"},{"$ref":"#/$defs/d%d"}]}`, i, (i+1)%2000, (i*7)%2000)
		}) + `}}`,
		"chains of properties": `{"properties":{` + repeated(2000, func(i int) string { return fmt.Sprintf(`"d%d":{"$ref":"#/$defs/d%d"}`, i, i) }) + `},"$defs":{` + repeated(2000, func(i int) string { return fmt.Sprintf(`"d%d":{"$ref":"#/$defs/d%d"}`, i, i+1) }) + `,"d2000":{}}}`,
		"allOf of itself": `{"$defs":{` + repeated(500, func(i int) string {
			return fmt.Sprintf(`"d%d":{"allOf":[{"$ref":"#/$defs/d%d"},{"$ref":"#/$defs/d%d"}],"properties":{"a":{"title":"%d"}}}`, i, i+1, i+2, i)
		}) + `,"d500":{},"d501":{}},"$ref":"#/$defs/d0"}`,
		"long ids":                 `{"$id":"http://a/` + strings.Repeat("y", 100_000) + `","properties":{` + list(2500, `"p%":{"$ref":"#/$defs/a","$id":"x%"}`) + `},"$defs":{"a":{}}}`,
		"a long reference":         `{"properties":{"a":{"$ref":"#` + nest(60_000, "/a", "", "") + `"}}}`,
		"deep":                     nest(98, `{"items":`, `{"enum":["`+long+`"]}`, `}`),
		"a deep constant":          `{"enum":[` + nest(90, `[`, `"`+strings.Repeat("x", 40_000)+`"`, `]`) + `,` + nest(90, `{"a":`, `"`+strings.Repeat("x", 40_000)+`"`, `}`) + `],"const":0}`,
		"keywords that say little": `{"$ref":"#/$defs/a","$defs":{"a":{"anyOf":[` + list(120, `{"$ref":"#/$defs/b","title":"%"}`) + `]},"b":{` + list(15_000, `"x-%":0`) + `}}}`,
		// Enums.
		"enums by alternatives":   `{"anyOf":[` + list(128, `{"$ref":"#/$defs/a","minLength":%}`) + `],"$defs":{"a":{"enum":[` + words + `]}}}`,
		"enums by properties":     `{"properties":{` + list(2500, `"p%":{"$ref":"#/$defs/a","minLength":%}`) + `},"$defs":{"a":{"enum":[` + words + `]}}}`,
		"enums of numbers":        `{"allOf":[{"enum":[` + list(10_000, `1%.5`) + `]},` + list(900, `{"multipleOf":0.%1}`) + `]}`,
		"an enum and patterns":    `{"enum":[` + words + `],"allOf":[` + list(20, `{"pattern":"^v.*r %?"}`) + `]}`,
		"an enum of long numbers": `{"allOf":[{"enum":[1` + strings.Repeat("0", 120_000) + `]},{"enum":[1` + strings.Repeat("0", 120_000) + `]}]}`,
		"constants by properties": `{"properties":{` + list(900, `"p%":{"$ref":"#/$defs/a","title":"%"}`) + `},"$defs":{"a":{"enum":[[` + words + `]]}}}`,
		"oneOf of enums":          `{"oneOf":[` + repeated(80, func(i int) string { return `{"enum":[` + list(250, fmt.Sprintf(`"%d %%"`, i)) + `]}` }) + `]}`,
		"oneOf of objects":        `{"oneOf":[` + list(100, `{"properties":{"a":{"oneOf":[`+list(40, `{"const":"%"}`)+`]},"b":{"const":%}}}`) + `]}`,
		"oneOf of many":           `{"oneOf":[` + list(9000, `{"const":"%"}`) + `]}`,
		"oneOf and required": `{"oneOf":[` + repeated(100, func(i int) string {
			return fmt.Sprintf(`{"$ref":"#/$defs/a","properties":{"k":{"const":%d}},"required":["k"]}`, i)
		}) + `],"$defs":{"a":{"properties":{` + list(3000, `"p%":{"anyOf":[{"const":1},{"const":2}]}`) + `},"required":[` + list(3000, `"p%"`) + `]}}}`,
		// Names.
		"names by alternatives":   `{"anyOf":[` + list(128, `{"$ref":"#/$defs/a","minProperties":%}`) + `],"$defs":{"a":{"additionalProperties":false,"properties":{` + list(3000, `"a long name %":{}`) + `}}}}`,
		"names by parts":          `{"allOf":[` + list(8000, `{"properties":{"p%":{}}}`) + `]}`,
		"required names":          `{"additionalProperties":false,"properties":{` + list(8000, `"%":{}`) + `},"required":[` + list(16_000, `"%"`) + `]}`,
		"required by others":      `{"additionalProperties":true,"required":[` + list(16_000, `"name %"`) + `]}`,
		"long names":              `{"additionalProperties":false,"properties":{` + repeated(20, func(i int) string { return `"` + strings.Repeat(fmt.Sprint(i%10), 12_000) + fmt.Sprint(i) + `":{}` }) + `}}`,
		"names by patterns":       `{"patternProperties":{` + list(300, `"^a{%}b":{}`) + `},"properties":{` + list(5000, `"aaaaaaaaaaaaaaaaaaa%":{}`) + `}}`,
		"patterns alike":          `{"patternProperties":{` + list(9000, `"a|%":{}`) + `}}`,
		"patterns that overlap":   `{"patternProperties":{"a.{6}b":{},"c.{6}d":{},"e.{3}f":{}}}`,
		"names of characters":     `{"type":"object","properties":{` + repeated(20_000, func(i int) string { return fmt.Sprintf(`"%c":{}`, 0x4e00+i) }) + `},"additionalProperties":{}}`,
		"propertyNames":           `{"propertyNames":{"enum":[` + list(15_000, `"name %"`) + `]},"patternProperties":{` + list(20, `"%$":{}`) + `},"type":"object"}`,
		"propertyNames by shapes": `{"anyOf":[` + list(128, `{"$ref":"#/$defs/a","minProperties":%}`) + `],"$defs":{"a":{"propertyNames":{"enum":[` + words + `]}}}}`,
		// Patterns.
		"a repeated pattern":   pattern("(?:" + strings.Repeat("ab", 1600) + "){1000}"),
		"a nested pattern":     pattern("^" + nest(9, "(?:", "a", "b{100}){3}")),
		"patterns of letters":  patterns(60, strings.Repeat(`\\pL\\pN`, 400)),
		"letters in classes":   patterns(60, "[%"+strings.Repeat(`\\pL`, 500)+"]"),
		"folded classes":       patterns(60, "(?i)[%"+strings.Repeat(`\\pL\\p{Greek}`, 200)+"]"),
		"folded letters":       patterns(60, "(?i)%"+strings.Repeat(`\\pL[^k]`, 400)),
		"many states":          pattern(`(a|b)[^c]{9}(\p{L}|d)[^e]{3}`),
		"a table":              patterns(50, `^(\\p{L}{1,30}\\p{Lu}){1,3}%$`),
		"words":                patterns(3000, `^(\\p{L}|%)+ `),
		"lookaheads":           pattern("^" + strings.Repeat("(?=.*[a-m].{3})(?!.*b.{4}c)", 100) + ".*$"),
		"nested lookaheads":    pattern(nest(500, "(?=", "a", ".*)")),
		"lookaheads in a loop": pattern("^(?:" + list(30, "(?=.{%}a)|") + "b)*$"),
		"patterns together":    `{"allOf":[` + list(400, `{"pattern":"a.{0,%}b"}`) + `]}`,
		"formats together":     `{"anyOf":[` + list(128, `{"$ref":"#/$defs/a","maxLength":1%}`) + `],"$defs":{"a":{"format":"uri","allOf":[{"format":"email"},{"pattern":"a.*b"}]}}}`,
		"formats":              `{"properties":{` + list(2000, `"p%":{"type":"string","format":"uri","pattern":"%"}`) + `}}`,
		// Numbers, lengths and items.
		"lengths":                 `{"type":"string","pattern":"^(\\p{L}[^x]{0,50}[a-z][^y]{0,50})*$","minLength":7,"maxLength":20000}`,
		"lengths by properties":   `{"properties":{` + list(2000, `"p%":{"type":"string","format":"email","minLength":1%,"maxLength":20%}`) + `}}`,
		"multiples":               `{"allOf":[` + list(9000, `{"multipleOf":0.%1}`) + `],"multipleOf":997}`,
		"equal multiples":         `{"type":"number","allOf":[` + strings.Repeat(`{"multipleOf":9},`, 14_000) + `{}]}`,
		"multiples by properties": `{"properties":{` + list(900, `"p%":{"type":"number","multipleOf":0.997,"minimum":-1%.5,"maximum":1e35}`) + `}}`,
		"digits":                  `{"properties":{` + list(2500, `"p%":{"type":"number","minimum":-1%.123456789012345678901234567890,"maximum":1e38}`) + `}}`,
		"items by parts":          `{"allOf":[` + list(5000, `{"prefixItems":[{},{}]}`) + `,{"prefixItems":[` + strings.Repeat("{},", 15_000) + `{}]}]}`,
		"items":                   `{"prefixItems":[` + list(12_000, `{"title":"%"}`) + `]}`,
		"items that differ":       `{"type":"array","uniqueItems":true,"minItems":999,"items":{"type":"string","pattern":"^([^a]{400}b|a)*$","minLength":9000}}`,
		"items that loop":         `{"type":"array","uniqueItems":true,"minItems":999,"items":{"type":"string","pattern":"^(` + strings.Join(strings.Split("abcdefghijklm", ""), `|`) + `.{40}|x)*(q|\\p{L}w){3}$","minLength":9999}}`,
		"unique numbers":          `{"properties":{` + list(900, `"p%":{"type":"array","uniqueItems":true,"minItems":999,"items":{"type":"number","multipleOf":0.01,"minimum":%}}`) + `}}`,
		"unique enums":            `{"properties":{` + list(1500, `"p%":{"type":"array","uniqueItems":true,"minItems":9,"maxItems":1%,"items":{"$ref":"#/$defs/a"}}`) + `},"$defs":{"a":{"anyOf":[` + list(100, `{"enum":["a%","b%"]}`) + `]}}}`,
		"needs": `{"$ref":"#/$defs/d0","$defs":{` + repeated(3000, func(i int) string {
			return fmt.Sprintf(`"d%d":{"type":"array","minItems":1,"items":{"$ref":"#/$defs/d%d"}}`, i, i+1)
		}) + `,"d3000":{}}}`,
		"needs of objects": `{"$ref":"#/$defs/d0","$defs":{` + repeated(40, func(i int) string {
			return fmt.Sprintf(`"d%d":{"$ref":"#/$defs/all","required":["p7"],"title":"%d"}`, i, i)
		}) + `,"all":{"properties":{` + repeated(2000, func(i int) string { return fmt.Sprintf(`"p%d":{"$ref":"#/$defs/d%d"}`, i, i%40) }) + `}}}}`,
	}
}

// threadTime is how long the processor has worked for this thread.
func threadTime(t *testing.T) time.Duration {
	t.Helper()
	const thread = 1 // RUSAGE_THREAD
	var u syscall.Rusage
	if err := syscall.Getrusage(thread, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestSchemasAreBounded compiles schemas that were made to cost much.
func TestSchemasAreBounded(t *testing.T) {
	for name := range formatPatterns { // they are made once for all schemas
		if _, err := compileFormat(name); err != nil {
			t.Fatal(err)
		}
	}
	for name, schema := range attacks() {
		t.Run(name, func(t *testing.T) {
			if len(schema) > maxSchemaBytes {
				t.Fatalf("it has %d bytes", len(schema))
			}
			b := newBudget(t.Context())
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			began, worked := time.Now(), threadTime(t)
			_, err := compileWithin(b, json.RawMessage(schema), false)
			took := time.Since(began)
			worked = threadTime(t) - worked
			runtime.ReadMemStats(&after)
			allocated := after.TotalAlloc - before.TotalAlloc
			t.Logf("%d bytes: %d of %d steps, %.1f of %d MiB, %.1f MiB allocated, %s, %s of the processor: %v", len(schema), b.steps, maxSteps, float64(b.bytes)/(1<<20), maxBytes>>20, float64(allocated)/(1<<20), took.Round(time.Millisecond/10), worked.Round(time.Millisecond/10), err)
			var refused *SchemaError
			if err != nil && !errors.As(err, &refused) {
				t.Errorf("%v", err)
			}
			if err != nil && len(err.Error()) > 1000 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
			if allocated > 64<<20 {
				t.Errorf("it allocates %d MiB", allocated>>20)
			}
			if b.steps > maxSteps+maxSteps/10 {
				t.Errorf("%d steps at once", b.steps-maxSteps)
			}
			if took > 3*time.Second { // a quarter of a second where nothing else runs
				t.Errorf("it takes %s", took)
			}
		})
	}
}

// TestSchemasOfGeneratorsAreFarFromTheBudget has room for schemas of ten times the
// size.
func TestSchemasOfGeneratorsAreFarFromTheBudget(t *testing.T) {
	most := *newBudget(t.Context())
	for _, c := range generatedSchemas(t) {
		b := newBudget(t.Context())
		if _, err := compileWithin(b, c.Schema, c.Strict); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		if b.steps > maxSteps/10 || b.bytes > maxBytes/10 {
			t.Errorf("%s takes %d steps and %d bytes", c.Name, b.steps, b.bytes)
		}
		most.steps, most.bytes = max(most.steps, b.steps), max(most.bytes, b.bytes)
	}
	t.Logf("at most %d steps and %d bytes", most.steps, most.bytes)
}
