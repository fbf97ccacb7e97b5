package grammar

import "testing"

// documents are schemas with what meets them and what doesn't.
var documents = []struct {
	name, schema string
	good, bad    []string
}{
	{"object", `{"type":"object"}`,
		[]string{`{}`, `{"a":1}`, `{"":{"b":[1,-2.5e+3,true,false,null,"x"]}}`, "{\n  \"a\": [\n    1,\n    2\n  ]\n}", "{\n\t\"a\": 1\n}", `{ "a": 1, "b": 2 }`, `{"a":"\u00e9\ud83d\ude00\n\"\\\/"}`, `{"a":"é😀漢"}`, `{"a":-0,"b":0.5,"c":1E9,"d":-0.0}`},
		[]string{``, `[]`, `1`, `{`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{,}`, ` {}`, `{} `, `{"a" :1}`, `{"a":  1}`, `{  }`, "{\n\n}", "{\r\n}", `{"a":01}`, `{"a":+1}`, `{"a":.5}`, `{"a":1.}`, `{"a":1e}`, `{"a":tru}`, `{"a":nulll}`, `{'a':1}`, `{"a":"` + "\n" + `"}`, `{"a":"\x"}`, `{"a":"\ud83d"}`, `{"a":"\ude00"}`, `{"a":"\ud83dx"}`, `{"a":"\ud83d\n"}`, `{"a":"\ud83d\ud83d"}`, "{\"a\":\"\xff\"}", "{\"a\":\"\xc0\xaf\"}", "{\"a\":\"\xed\xa0\x80\"}", "{\"a\":\"\xf4\x90\x80\x80\"}", "{\"a\":\"\xe2\x82\"}", "{\"a\":\"\xe0\x80\x80\"}", `{"a":1 ,"b":2}`, `{"a":[1 ,2]}`, `{"a":NaN}`, `{"a":1}}`, "{\"a\":1\n             }"}},
	{"strict object", `{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}},"required":["a","b"],"additionalProperties":false}`,
		[]string{`{"a":"","b":0}`, `{"a": "x", "b": -12}`}, []string{`{}`, `{"a":""}`, `{"b":0,"a":""}`, `{"a":"","b":0,"c":1}`, `{"a":"","b":1.0}`, `{"a":"","b":-0}`, `{"a":"","a":""}`, `{"a":1,"b":0}`}},
	{"optional properties", `{"type":"object","properties":{"a":{"type":"null"},"ab":{"type":"null"},"abc":{"type":"null"}},"required":["ab"]}`,
		[]string{`{"ab":null}`, `{"a":null,"ab":null}`, `{"a":null,"ab":null,"abc":null}`, `{"ab":null,"abc":null}`}, []string{`{"a":null}`, `{"abc":null}`, `{"a":null,"abc":null}`, `{"abc":null,"ab":null}`, `{"ab":null,"x":1}`, `{}`, `{"ab":null,}`}},
	{"additional properties", `{"type":"object","properties":{"a":{"type":"null"},"é\"":{"type":"null"}},"additionalProperties":{"type":"integer"}}`,
		[]string{`{}`, `{"a":null,"b":1}`, `{"b":1,"c":2}`, `{"aa":1}`, `{"":1}`, `{"é\"":null,"é":1}`}, []string{`{"a":1}`, `{"\u0061":1}`, `{"b":null}`, `{"b":1,"a":null}`, `{"é\"":1}`, `{"\u00e9\"":1}`}},
	{"required and not declared", `{"type":"object","required":["x"]}`, []string{`{"x":1}`, `{"x":{},"y":2}`}, []string{`{}`, `{"y":2}`}},
	{"counted properties", `{"type":"object","properties":{"a":{},"b":{},"c":{"type":"null"}},"required":["c"],"additionalProperties":false,"minProperties":2,"maxProperties":2}`,
		[]string{`{"a":1,"c":null}`, `{"b":1,"c":null}`}, []string{`{"c":null}`, `{"a":1,"b":1,"c":null}`, `{"a":1}`}},
	{"at most one additional", `{"type":"object","additionalProperties":{"type":"integer"},"maxProperties":1}`, []string{`{}`, `{"a":1}`}, []string{`{"a":1,"b":2}`}},
	{"property names", `{"type":"object","propertyNames":{"pattern":"^x","maxLength":3},"additionalProperties":{"type":"integer"}}`,
		[]string{`{}`, `{"x":1,"xyz":2}`, `{"\u0078":1}`}, []string{`{"a":1}`, `{"xxxx":1}`, `{"":1}`}},
	{"false property", `{"type":"object","properties":{"a":false,"b":true}}`, []string{`{}`, `{"b":[]}`}, []string{`{"a":1}`}},
	{"array", `{"type":"array","items":{"type":"integer"},"minItems":1,"maxItems":3}`,
		[]string{`[1]`, `[1,2,3]`, `[1, 2]`, "[\n 1,\n 2\n]"}, []string{`[]`, `[1,2,3,4]`, `[1,]`, `[,1]`, `["a"]`, `[1 2]`}},
	{"tuple", `{"type":"array","prefixItems":[{"type":"integer"},{"type":"string"}]}`, []string{`[]`, `[1]`, `[1,""]`}, []string{`[""]`, `[1,"",2]`}},
	{"open tuple", `{"type":"array","prefixItems":[{"type":"integer"}],"items":{"type":"null"},"minItems":2}`, []string{`[1,null]`, `[1,null,null]`}, []string{`[1]`, `[null,null]`, `[1,1]`}},
	{"no items", `{"type":"array","items":false}`, []string{`[]`, `[ ]`}, []string{`[1]`}},
	{"lengths", `{"type":"string","minLength":2,"maxLength":3}`, []string{`"ab"`, `"é😀漢"`, `"\ud83d\ude00a"`, `"\n\n"`}, []string{`"a"`, `"abcd"`, `"\ud83d\ude00"`, `""`, `"abc\n"`, `"abc`}},
	{"pattern", `{"type":"string","pattern":"^[a-c]+\\d{2}$"}`, []string{`"a12"`, `"abcabc00"`, `"\u0061\u0031\u0032"`}, []string{`"12"`, `"d12"`, `"a1"`, `"a123"`, `"xa12"`, `"\u0064"`}},
	{"unanchored pattern", `{"type":"string","pattern":"ab|é"}`, []string{`"ab"`, `"xxaabxx"`, `"é"`, `"\u00e9x"`, `"漢é漢"`}, []string{`""`, `"a"`, `"ba"`}},
	{"pattern of two ends", `{"type":"string","pattern":"^a|b$"}`, []string{`"a"`, `"b"`, `"axx"`, `"xxb"`}, []string{`""`, `"xa"`, `"bx"`}},
	{"empty pattern", `{"type":"string","pattern":"^$"}`, []string{`""`}, []string{`"a"`}},
	{"pattern with lengths", `{"type":"string","pattern":"^(ab)*$","minLength":3,"maxLength":5}`, []string{`"abab"`}, []string{`"ab"`, `"ababab"`, `""`}},
	{"pattern with minLength", `{"type":"string","pattern":"^(a|bcd)$","minLength":2}`, []string{`"bcd"`}, []string{`"a"`}},
	{"pattern with maxLength", `{"type":"string","pattern":"^a+b$","maxLength":3}`, []string{`"ab"`, `"aab"`}, []string{`"aaab"`, `"aaa"`}},
	{"case", `{"type":"string","pattern":"^(?i:k)$"}`, []string{`"k"`, `"K"`, `"K"`}, []string{`"x"`}},
	{"ECMAScript escapes", `{"type":"string","pattern":"^\\u0041\\x42\\cJ\\/[\\s\\w.]\\S$"}`, []string{`"AB\n/ x"`, `"AB\n/.é"`}, []string{`"AB\n/ "`, `"AB\n/\u00a0x"`}},
	{"dot", `{"type":"string","pattern":"^.$"}`, []string{`"a"`, `"é"`, `"😀"`}, []string{`"\n"`, `"\r"`, `"\u2028"`, `""`}},
	{"two patterns", `{"allOf":[{"type":"string","pattern":"^a"},{"pattern":"z$"}]}`, []string{`"az"`, `"abz"`}, []string{`"a"`, `"z"`}},
	{"enum", `{"enum":["red","green",1,1.5,null,true,[1,"a"],{"a":1,"b":{}}]}`, []string{`"red"`, `"green"`, `1`, `1.5`, `null`, `true`, `[1,"a"]`, `[1, "a"]`, `{"a":1,"b":{}}`, `{"a": 1, "b": {}}`}, []string{`"re"`, `"blue"`, `2`, `1.`, `[1]`, `[1,"a",2]`, `{"a":1}`, `{"b":{},"a":1}`, `false`}},
	{"enum of numbers in a list", `{"type":"array","items":{"enum":[1,12,123]}}`, []string{`[1,12,123]`}, []string{`[2]`, `[1234]`, `[13]`}},
	{"enum with type", `{"type":"string","enum":["a","b",1]}`, []string{`"a"`}, []string{`1`}},
	{"enum with limits", `{"enum":["a","bbb",1,5,10],"minLength":2,"maximum":7,"minimum":2}`, []string{`"bbb"`, `5`}, []string{`"a"`, `1`, `10`}},
	{"const", `{"const":"x\"\n"}`, []string{`"x\"\n"`}, []string{`"x"`}},
	{"types", `{"type":["integer","null"]}`, []string{`1`, `null`}, []string{`"1"`, `1.5`, `nul`}},
	{"anyOf", `{"anyOf":[{"type":"string"},{"type":"array","items":{"type":"string"}},{"type":"null"}]}`, []string{`"a"`, `["a","b"]`, `null`}, []string{`1`, `[1]`, `[null]`}},
	{"anyOf of objects", `{"anyOf":[{"type":"object","properties":{"k":{"const":"a"},"x":{"type":"integer"}},"required":["k","x"]},{"type":"object","properties":{"k":{"const":"ab"},"y":{"type":"string"}},"required":["k","y"]}]}`,
		[]string{`{"k":"a","x":1}`, `{"k":"ab","y":""}`}, []string{`{"k":"a","y":""}`, `{"k":"ab","x":1}`}},
	{"anyOf with siblings", `{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"],"anyOf":[{"properties":{"b":{"type":"null"}},"required":["b"]},{"properties":{"c":{"type":"null"}},"required":["c"]}]}`,
		[]string{`{"a":1,"b":null}`, `{"a":1,"c":null}`}, []string{`{"a":1}`, `{"a":1,"b":null,"c":null}`}},
	{"oneOf", `{"oneOf":[{"type":"integer"},{"type":"object","properties":{"t":{"const":1}},"required":["t"]},{"type":"object","properties":{"t":{"const":2}},"required":["t"]}]}`, []string{`5`, `{"t":1}`, `{"t":2}`}, []string{`{"t":3}`, `""`}},
	{"allOf", `{"allOf":[{"type":"object","properties":{"a":{"type":"number"}},"required":["a"]},{"properties":{"a":{"maximum":5},"b":{"type":"null"}},"required":["b"]}]}`,
		[]string{`{"a":5,"b":null}`, `{"a":-2.5,"b":null}`}, []string{`{"a":6,"b":null}`, `{"a":5}`}},
	{"reference", `{"$ref":"#/$defs/a~1b","$defs":{"a/b":{"type":"integer"}}}`, []string{`1`}, []string{`""`}},
	{"reference with siblings", `{"$ref":"#/definitions/n","minimum":3,"definitions":{"n":{"type":"integer","maximum":4}}}`, []string{`3`, `4`}, []string{`2`, `5`}},
	{"recursive list", `{"$ref":"#/$defs/n","$defs":{"n":{"type":"object","properties":{"v":{"type":"integer"},"next":{"anyOf":[{"$ref":"#/$defs/n"},{"type":"null"}]}},"required":["v","next"],"additionalProperties":false}}}`,
		[]string{`{"v":1,"next":null}`, `{"v":1,"next":{"v":2,"next":null}}`}, []string{`{"v":1}`, `{"v":1,"next":{}}`}},
	{"recursive root", `{"type":"object","properties":{"children":{"type":"array","items":{"$ref":"#"}}},"required":["children"]}`,
		[]string{`{"children":[]}`, `{"children":[{"children":[]},{"children":[{"children":[]}]}]}`}, []string{`{"children":[{}]}`}},
	{"reference that leads back", `{"anyOf":[{"$ref":"#"},{"type":"integer"}]}`, []string{`1`}, []string{`""`}},
	{"integer range", `{"type":"integer","minimum":-12,"exclusiveMaximum":205}`, []string{`-12`, `-9`, `-1`, `0`, `5`, `99`, `200`, `204`}, []string{`-13`, `-20`, `-100`, `205`, `210`, `300`, `1000`, `-0`, `1.0`, `1e1`, `00`}},
	{"large integers", `{"type":"integer","minimum":99999999999999999999,"maximum":100000000000000000001}`, []string{`99999999999999999999`, `100000000000000000000`, `100000000000000000001`}, []string{`99999999999999999998`, `100000000000000000002`, `1`}},
	{"number range", `{"type":"number","exclusiveMinimum":-0.25,"maximum":1}`, []string{`0`, `1`, `0.5`, `1.0`, `-0.2`, `-0.2499`, `0.999`}, []string{`1.01`, `-0.25`, `-0.250`, `-0.3`, `2`, `-1`, `1e-1`}},
	{"number above", `{"type":"number","minimum":1.5}`, []string{`1.5`, `1.50`, `2`, `10`, `1.51`, `100000`}, []string{`1`, `1.49`, `1.4`, `-2`, `0`}},
	{"one number", `{"type":"number","minimum":0.1,"maximum":0.1}`, []string{`0.1`, `0.10`}, []string{`0`, `0.11`, `0.2`, `0.0`}},
	{"multiples", `{"type":"integer","multipleOf":7,"minimum":-14,"maximum":40}`, []string{`-14`, `0`, `7`, `35`}, []string{`1`, `42`, `-21`, `34`}},
	{"cents", `{"type":"number","multipleOf":0.01,"minimum":0}`, []string{`1`, `1.2`, `1.25`, `0.01`}, []string{`1.255`, `-1`}},
	{"date", `{"type":"string","format":"date"}`, []string{`"2024-02-29"`, `"2000-02-29"`, `"1999-12-31"`, `"2023-02-28"`}, []string{`"2023-02-29"`, `"1900-02-29"`, `"2024-13-01"`, `"2024-04-31"`, `"2024-1-1"`, `"2024-00-10"`}},
	{"time", `{"type":"string","format":"time"}`, []string{`"23:59:59Z"`, `"00:00:00.123+02:00"`}, []string{`"24:00:00Z"`, `"12:00:00"`, `"12:60:00Z"`, `"12:00:60Z"`}},
	{"date-time", `{"type":"string","format":"date-time"}`, []string{`"2024-02-29T12:00:00Z"`}, []string{`"2024-02-29 12:00:00Z"`, `"2024-02-29"`}},
	{"uuid", `{"type":"string","format":"uuid"}`, []string{`"123e4567-e89b-12d3-a456-426614174000"`}, []string{`"123e4567e89b12d3a456426614174000"`, `"g23e4567-e89b-12d3-a456-426614174000"`}},
	{"email", `{"type":"string","format":"email"}`, []string{`"a.b+c@example.org"`}, []string{`"a"`, `"a@"`, `"@b.c"`, `"a..b@c.d"`, `".a@c.d"`, `"a@b"`, `"a b@c.d"`, `"a@-b.c"`}},
	{"ipv4", `{"type":"string","format":"ipv4"}`, []string{`"0.0.0.0"`, `"255.1.20.199"`}, []string{`"256.0.0.0"`, `"1.2.3"`, `"01.2.3.4"`, `"1.2.3.4.5"`}},
	{"ipv6", `{"type":"string","format":"ipv6"}`, []string{`"::"`, `"::1"`, `"2001:db8::8:800:200c:417a"`, `"1:2:3:4:5:6:7:8"`, `"1:2:3:4:5:6:7::"`, `"fe80::1"`}, []string{`":"`, `"1::2::3"`, `"1:2:3:4:5:6:7"`, `"1:2:3:4:5:6:7:8:9"`, `"12345::"`, `"1:2:3:4:5:6:7:8::"`, `"1:2:3:4:5:6:7::8"`}},
	{"hostname", `{"type":"string","format":"hostname"}`, []string{`"a"`, `"a-b.example.org"`}, []string{`""`, `"-a"`, `"a-"`, `"a..b"`, `"a_b"`}},
	{"duration", `{"type":"string","format":"duration"}`, []string{`"P1Y2M3D"`, `"PT5M"`, `"P1DT2H"`, `"P3W"`}, []string{`"P"`, `"PT"`, `"1D"`, `"P1DT"`, `"P1H"`}},
	{"older tuple", `{"$schema":"http://json-schema.org/draft-07/schema#","type":"array","items":[{"type":"integer"},{"type":"string"}],"additionalItems":{"type":"null"},"minItems":1}`, []string{`[1]`, `[1,""]`, `[1,"",null,null]`}, []string{`[]`, `[""]`, `[1,null]`, `[1,"",1]`}},
	{"closed older tuple", `{"type":"array","items":[{"type":"integer"},{"type":"string"}],"additionalItems":false}`, []string{`[]`, `[1,""]`}, []string{`[1,"",1]`, `["",1]`}},
	{"open older tuple", `{"type":"array","items":[{"type":"integer"}],"additionalItems":true,"minItems":2}`, []string{`[1,1]`, `[1,"",null]`}, []string{`[1]`, `["",1]`}},
	{"additionalItems alone", `{"type":"array","items":{"type":"integer"},"additionalItems":false}`, []string{`[]`, `[1,2,3]`}, []string{`[""]`}},
	{"draft-04 limits", `{"$schema":"http://json-schema.org/draft-04/schema#","type":"integer","minimum":1,"exclusiveMinimum":true,"maximum":4,"exclusiveMaximum":false}`, []string{`2`, `4`}, []string{`1`, `5`}},
	{"listed names", `{"type":"object","propertyNames":{"enum":["a","b c",5]},"additionalProperties":{"type":"integer"}}`, []string{`{}`, `{"b c":1}`, `{"a":1,"b c":2}`}, []string{`{"c":1}`, `{"a":""}`, `{"a":1,"a":2}`, `{"b c":1,"a":2}`, `{"5":1}`}},
	{"listed names by reference", `{"type":"object","propertyNames":{"$ref":"#/$defs/e"},"minProperties":1,"$defs":{"e":{"anyOf":[{"const":"x"},{"enum":["y","zz"],"maxLength":1}]}}}`, []string{`{"x":1}`, `{"y":null}`, `{"x":1,"y":2}`}, []string{`{}`, `{"zz":1}`, `{"z":1}`}},
	{"listed names with properties", `{"type":"object","properties":{"a":{"type":"null"},"q":{}},"propertyNames":{"enum":["a","b"]},"additionalProperties":{"type":"integer"}}`, []string{`{"a":null,"b":1}`, `{"b":1}`}, []string{`{"a":1}`, `{"q":1}`}},
	{"not empty", `{"type":"object","additionalProperties":{"type":"integer"},"minProperties":1}`, []string{`{"a":1}`, `{"a":1,"b":2}`}, []string{`{}`, `{"a":""}`}},
	{"one more than required", `{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"],"additionalProperties":{"type":"integer"},"minProperties":2}`, []string{`{"a":1,"b":2}`}, []string{`{}`, `{"a":1}`, `{"b":1,"c":2}`}},
	{"pattern properties", `{"type":"object","properties":{"xa":{"type":"integer"}},"patternProperties":{"^x":{"type":["integer","null"]},"y$":{"type":["integer","string"]}},"additionalProperties":{"type":"boolean"}}`,
		[]string{`{}`, `{"xa":1,"xb":null,"ay":"","xy":5,"q":true}`, `{"q":false,"x":1}`}, []string{`{"xa":null}`, `{"xb":""}`, `{"ay":null}`, `{"xy":""}`, `{"xy":null}`, `{"q":1}`, `{"\u0078b":""}`}},
	{"pattern properties alone", `{"type":"object","patternProperties":{"^[0-9]+$":{"type":"string"}}}`, []string{`{}`, `{"12":"a","3":""}`}, []string{`{"a":""}`, `{"1":1}`}},
	{"closed pattern properties", `{"type":"object","patternProperties":{"^[0-9]+$":{"type":"string"}},"additionalProperties":false,"required":["7"]}`, []string{`{"7":""}`, `{"7":"","8":"x"}`}, []string{`{}`, `{"8":""}`, `{"7":1}`, `{"7":"","a":""}`}},
	{"pattern properties everywhere", `{"type":"object","patternProperties":{".*":{"type":"integer"}}}`, []string{`{"a":1,"":2}`}, []string{`{"a":""}`}},
	{"oneOf by an optional property", `{"oneOf":[{"type":"object","properties":{"k":{"const":"a"},"x":{"type":"integer"}}},{"type":"object","properties":{"k":{"const":"b"},"x":{"type":"integer"}}},{"type":"null"}]}`, []string{`{"k":"a","x":1}`, `{"k":"b"}`, `null`}, []string{`{"x":1}`, `{}`, `{"k":"c"}`}},
	{"oneOf by several properties", `{"oneOf":[{"type":"object","properties":{"k":{"const":1}}},{"type":"object","properties":{"k":{"const":2},"l":{"const":1}}},{"type":"object","properties":{"k":{"const":2},"l":{"const":2}}}]}`, []string{`{"k":1}`, `{"k":2,"l":1}`, `{"k":2,"l":2}`}, []string{`{"k":2}`, `{"l":1}`, `{}`}},
	{"never", `{"type":"object","properties":{"a":{"not":{}},"b":{"anyOf":[{"not":true},{"type":"integer"}]},"c":{"not":false,"type":"null"}}}`, []string{`{}`, `{"b":1,"c":null}`}, []string{`{"a":1}`, `{"b":""}`}},
	{"anchor", `{"$ref":"#n","$defs":{"x":{"$anchor":"n","type":"integer"}}}`, []string{`1`}, []string{`""`}},
	{"older anchor", `{"$schema":"http://json-schema.org/draft-07/schema#","allOf":[{"$ref":"#n"}],"definitions":{"x":{"$id":"#n","type":"integer"}}}`, []string{`1`}, []string{`""`}},
	{"reference by address", `{"$id":"https://example.org/s.json","anyOf":[{"$ref":"https://example.org/s.json#/$defs/a"},{"$ref":"s.json#/$defs/b"},{"$ref":"other.json"}],"$defs":{"a":{"const":1},"b":{"const":2},"c":{"$id":"other.json","$ref":"#/$defs/a","$defs":{"a":{"const":3}}}}}`, []string{`1`, `2`, `3`}, []string{`4`}},
	{"reference by name", `{"$id":"T","type":"array","items":{"$ref":"T"}}`, []string{`[]`, `[[],[[]]]`}, []string{`[1]`}},
	{"halves", `{"type":"number","multipleOf":2.5,"minimum":-10,"maximum":100}`, []string{`0`, `2.5`, `-7.5`, `5`, `5.0`, `97.5`}, []string{`1`, `2.4`, `-12.5`, `2.50`, `102.5`}},
	{"several multiples", `{"type":"number","allOf":[{"multipleOf":0.25},{"multipleOf":1.5}]}`, []string{`0`, `1.5`, `4.5`, `3`, `-1.5`}, []string{`0.5`, `1`, `2.5`}},
	{"integer multiples of a fraction", `{"type":"integer","multipleOf":0.75}`, []string{`0`, `3`, `-6`}, []string{`1`, `2`, `1.5`}},
	{"tiny multiples", `{"type":"number","multipleOf":1e-7}`, []string{`0.0000001`, `3`}, []string{`0.00000001`, `1e-7`}},
	{"lookahead", `{"type":"string","pattern":"^(?=.*\\d)(?!.*xx)[a-z0-9]{3,5}$"}`, []string{`"ab1"`, `"x1x2x"`}, []string{`"abc"`, `"axx1"`, `"a1"`, `"1xx"`}},
	{"lookahead within", `{"type":"string","pattern":"^a(?!b|c$)[bcd]+$"}`, []string{`"ad"`, `"acd"`, `"adb"`}, []string{`"ab"`, `"ac"`, `"abd"`}},
	{"number as text", `{"type":"string","pattern":"^(?!^[-+.]*$)[+-]?0*\\d*\\.?\\d*$"}`, []string{`"1"`, `"-0.5"`, `".5"`, `"5."`}, []string{`""`, `"."`, `"-"`, `"1x"`}},
	{"different strings", `{"type":"array","items":{"type":"string"},"uniqueItems":true}`, []string{`[]`, `["a"]`, `["a","b",""]`, `["a", "aa", "aaa"]`, `["ab","a"]`, `["\n","n"]`, "[\n  \"a\",\n  \"b\"\n]"}, []string{`["a","a"]`, `["a","\u0061"]`, `["","x",""]`, `["é","\u00e9"]`, `["\ud83d\ude00","😀"]`, `["/","\/"]`, `["\n","\u000A"]`, `["a","b","c","a"]`}},
	{"different numbers", `{"type":"array","items":{"type":"number"},"uniqueItems":true}`, []string{`[1,1.5,-1,0,10]`, `[1.25, 1.2]`}, []string{`[1,1]`, `[1,1.0]`, `[1.5,1.50]`, `[10,1e1]`, `[0,-0]`}},
	{"different values", `{"type":"array","items":{"enum":["a","b",1,1.0,true,null]},"uniqueItems":true,"minItems":2}`, []string{`["a",1]`, `[null,true,"b"]`, `[1,"a","b",true,null]`}, []string{`["a"]`, `["a","a"]`, `[1,1]`, `[true,null,true]`}},
	{"all different digits", `{"type":"array","items":{"type":"integer","minimum":0,"maximum":9},"uniqueItems":true,"minItems":10}`, []string{`[0,1,2,3,4,5,6,7,8,9]`, `[9,8,7,6,5,4,3,2,1,0]`}, []string{`[0,1,2,3,4,5,6,7,8]`, `[0,1,2,3,4,5,6,7,8,8]`}},
	{"different strings of few", `{"type":"array","items":{"type":"string","pattern":"^(é|è|ab?|\\n)$"},"uniqueItems":true,"minItems":5}`, []string{`["é","è","a","ab","\n"]`, `["\n","ab","a","\u00e8","\u00E9"]`}, []string{`["é","è","a","ab"]`, `["é","è","a","ab","\u00e9"]`}},
	{"different short strings", `{"type":"array","items":{"type":"string","maxLength":1,"pattern":"^[a-c😀]*$"},"uniqueItems":true,"minItems":5}`, []string{`["","a","b","c","😀"]`, `["\ud83d\ude00","c","b","","a"]`}, []string{`["","a","b","c","a"]`, `["ab"]`}},
	{"different mixed items", `{"type":"array","items":{"anyOf":[{"enum":["a","b"]},{"type":"string","minLength":2},{"type":["integer","null"]}]},"uniqueItems":true}`, []string{`["a","aa",1,null]`, `["b","a"]`}, []string{`["a","a"]`, `["aa","aa"]`, `[null,null]`}},
	{"two arrays of different items", `{"type":"object","properties":{"a":{"type":"array","items":{"type":"string"},"uniqueItems":true},"b":{"type":"array","items":{"type":"array","items":{"type":"integer"},"uniqueItems":true}}},"required":["a","b"]}`, []string{`{"a":["x","a"],"b":[[1,2],[1,2],[2]]}`, `{"a":[],"b":[]}`}, []string{`{"a":["x","x"],"b":[]}`, `{"a":[],"b":[[1,1]]}`}},
	{"one item", `{"type":"array","items":{"type":"object"},"uniqueItems":true,"maxItems":1}`, []string{`[]`, `[{}]`}, []string{`[{},{}]`}},
	{"uri", `{"type":"string","format":"uri","minLength":1,"maxLength":60}`, []string{`"https://example.org"`, `"ftp://a.example.org:8080/b%20c?d=e&f#g/h"`, `"mailto:ada@example.org"`, `"urn:isbn:0451450523"`, `"http://10.0.0.1/"`}, []string{`""`, `"example.org"`, `"/a"`, `"http://"`, `"http://a b"`, `"http://a/%zz"`, `"http://a:123456"`, `"http://300.1.1.1"`, `"https://example.org/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"`}},
	{"int32", `{"type":["integer","null"],"format":"int32"}`, []string{`2147483647`, `-2147483648`, `null`}, []string{`2147483648`, `-2147483649`, `1.5`}},
	{"NJsonSchema's style", `{"$schema":"http://json-schema.org/draft-04/schema#","title":"Person","type":"object","additionalProperties":false,"required":["FirstName"],"properties":{"FirstName":{"type":"string","minLength":1},"Age":{"type":"integer","format":"int32"},"Id":{"type":"string","format":"guid"},"Weight":{"type":"number","format":"double"},"Gender":{"oneOf":[{"type":"null"},{"$ref":"#/definitions/Gender"}]},"Tags":{"type":["array","null"],"uniqueItems":false,"items":{"type":"string"}}},"definitions":{"Gender":{"type":"integer","description":"","x-enumNames":["Male","Female"],"enum":[0,1]}}}`,
		[]string{`{"FirstName":"A"}`, `{"FirstName":"A","Age":5,"Id":"x","Weight":1.5,"Gender":1,"Tags":null}`}, []string{`{"FirstName":""}`, `{"FirstName":"A","Age":3000000000}`, `{"FirstName":"A","Gender":2}`}},
	{"other annotations", `{"type":"string","x-order":1,"contentEncoding":"base64","contentMediaType":"text/plain","contentSchema":{"not":{"type":"null"}},"deprecated":true,"readOnly":true,"writeOnly":true,"format":"binary","externalDocs":{}}`, []string{`"a"`}, []string{`1`}},
	{"annotations", `{"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"x","title":"t","description":"d","default":1,"examples":[1],"type":"integer"}`, []string{`1`}, []string{`""`}},
	{"anything", `{}`, []string{`1`, `"a"`, `[]`, `{"a":[null]}`, `true`}, []string{``, `x`, `1 `}},
	{"by keyword alone", `{"properties":{"a":{"minLength":1}}}`, []string{`{}`, `{"a":"x"}`}, []string{`1`, `{"a":""}`, `{"a":1}`, `{"b":1}`}},
}

func TestDocumentsOfSchemas(t *testing.T) {
	for _, d := range documents {
		t.Run(d.name, func(t *testing.T) {
			g := mustCompile(t, d.schema)
			for _, text := range d.good {
				if !g.accepts(text) {
					t.Errorf("%s is refused", text)
				}
			}
			for _, text := range d.bad {
				if g.accepts(text) {
					t.Errorf("%s is accepted", text)
				}
			}
		})
	}
}
