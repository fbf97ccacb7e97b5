// Schemas as zod, zod-to-json-schema and TypeBox write them, with documents that
// ajv confirms to be valid or not. Writes
// inference/grammar/testdata/generators/node.json. package.json has the versions.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { z } from "zod";
import * as z3 from "zod/v3";
import { zodToJsonSchema } from "zod-to-json-schema";
import { Type } from "@sinclair/typebox";

const require = createRequire(import.meta.url);
const addFormats = require("ajv-formats");
const ajvs = { "draft-04": require("ajv-draft-04"), "draft-07": require("ajv"), "2020-12": require("ajv/dist/2020") };
const cases = [];

function check(name, schema, valid, invalid, without = "2020-12") {
  const draft = Object.keys(ajvs).find((d) => (schema.$schema ?? "").includes(d)) ?? without;
  const ajv = new (ajvs[draft].default ?? ajvs[draft])({ strict: false, logger: false, multipleOfPrecision: 9 });
  addFormats(ajv);
  const validate = ajv.compile(schema);
  for (const text of valid) if (!validate(JSON.parse(text))) throw new Error(`${name}: ${text}: ${ajv.errorsText(validate.errors)}`);
  for (const text of invalid) if (validate(JSON.parse(text))) throw new Error(`${name}: ${text} is valid`);
  cases.push({ name, strict: false, schema: JSON.parse(JSON.stringify(schema)), valid, invalid });
}

const user = (z) =>
  z.object({
    name: z.string().min(1).max(50).describe("who"),
    email: z.string().email(),
    age: z.number().int().positive().max(150),
    score: z.number().multipleOf(0.05).gt(0).lt(5),
    role: z.enum(["admin", "user"]),
    tags: z.array(z.string()).max(3),
    site: z.string().url().optional(),
    nick: z.string().nullable(),
    pair: z.tuple([z.number(), z.string()]),
    rest: z.tuple([z.string()]).rest(z.boolean()),
    counts: z.record(z.string(), z.number()),
    when: z.string().datetime(),
    id: z.string().uuid(),
    code: z.string().regex(/^[A-Z]{3}-\d+$/),
    either: z.union([z.literal("a"), z.literal(5), z.null()]),
  });
const ada = {
  name: "Ada", email: "ada@example.org", age: 36, score: 1.25, role: "admin", tags: ["a"], site: "https://example.org/x", nick: null,
  pair: [1.5, "b"], rest: ["a", true], counts: { x: 1 }, when: "2024-02-29T12:00:00Z", id: "123e4567-e89b-42d3-a456-426614174000", code: "ABC-1", either: 5,
};
const text = (change) => JSON.stringify({ ...ada, ...change });
const { site: _, ...without } = ada;
const good = [text(), JSON.stringify(without), text({ nick: "x", either: null, rest: ["a"], tags: [], score: 0.05 })];
const bad = [text({ email: "ada" }), text({ age: 0 }), text({ age: 1.5 }), text({ score: 1.26 }), text({ role: "x" }), text({ tags: ["a", "b", "c", "d"] }),
  text({ pair: [1, "b", 2] }), text({ pair: [1] }), text({ rest: ["a", 1] }), text({ rest: [] }), text({ when: "2024-02-30T12:00:00Z" }), text({ id: "x" }), text({ code: "AB-1" }),
  text({ either: 6 }), text({ more: 1 }), text({ counts: { x: "y" } }), text({ site: "no" })];
for (const target of ["draft-2020-12", "draft-7", "draft-4"]) check(`zod ${target}`, z.toJSONSchema(user(z), { target }), good, bad);
check("zod-to-json-schema draft-07", zodToJsonSchema(user(z3)), good, bad);
check("zod-to-json-schema named", zodToJsonSchema(user(z3), "User"), good, bad);

const tree = z.object({ value: z.int32(), get children() { return z.array(tree); } });
check("zod recursive", z.toJSONSchema(tree), ['{"value":1,"children":[{"value":2,"children":[]}]}'], ['{"value":1,"children":[{"value":2}]}', '{"value":3000000000,"children":[]}']);

const shape = z.discriminatedUnion("kind", [z.object({ kind: z.literal("circle"), radius: z.number() }), z.object({ kind: z.literal("square"), side: z.number() })]);
check("zod discriminated union", z.toJSONSchema(shape), ['{"kind":"circle","radius":1}', '{"kind":"square","side":1.5}'], ['{"kind":"circle","side":1}', '{"kind":"oval"}']);
check("zod record with keys", z.toJSONSchema(z.record(z.enum(["a", "b"]), z.number())), ['{"a":1,"b":2}'], ['{"a":1,"b":2,"c":3}', '{"a":"x","b":1}']);
check("zod partial record", z.toJSONSchema(z.partialRecord(z.enum(["a", "b"]), z.number())), ["{}", '{"b":2}', '{"a":1,"b":2}'], ['{"c":3}']);
check("zod meta", z.toJSONSchema(z.object({ a: z.string().default("x").meta({ title: "A", examples: ["y"], deprecated: true, "x-order": 1 }), b: z.int().readonly() }).meta({ id: "M" })),
  ['{"a":"x","b":1}'], ['{"a":1,"b":1}']);
check("zod never", z.toJSONSchema(z.object({ a: z.number(), b: z.never().optional() })), ['{"a":1}'], ['{"a":1,"b":1}']);
check("zod strings", z.toJSONSchema(z.object({
  date: z.iso.date(), time: z.iso.time(), duration: z.iso.duration(), v4: z.ipv4(), v6: z.ipv6(), base64: z.base64(), url: z.base64url(),
  nano: z.nanoid(), ulid: z.ulid(), phone: z.e164(), cidr: z.cidrv4(), hex: z.hex(), starts: z.string().startsWith("x"), includes: z.string().includes("y"),
  lower: z.string().lowercase(), template: z.templateLiteral(["id-", z.int()]),
})), [JSON.stringify({
  date: "2024-02-29", time: "12:00:00", duration: "P1DT2H", v4: "1.2.3.4", v6: "::1", base64: "aGk=", url: "aGk", nano: "V1StGXR8_Z5jdHi6B-myT",
  ulid: "01ARZ3NDEKTSV4RRFFQ69G5FAV", phone: "+15551234567", cidr: "10.0.0.0/8", hex: "00ff", starts: "xa", includes: "aya", lower: "abc", template: "id-5",
})], []);
check("zod-to-json-schema openApi3", zodToJsonSchema(z3.z.object({ a: z3.z.number().gt(1), b: z3.z.set(z3.z.enum(["x", "y"])) }), { target: "openApi3" }).properties.b,
  ["[]", '["y","x"]'], ['["x","x"]']);
check("zod-to-json-schema set and map", zodToJsonSchema(z3.z.object({ set: z3.z.set(z3.z.string()), keys: z3.z.record(z3.z.enum(["a", "b"]), z3.z.number()), never: z3.z.never().optional() })),
  ['{"set":["a","b",""],"keys":{"a":1,"b":2}}', '{"set":[],"keys":{"b":2}}'], ['{"set":["a","a"],"keys":{}}', '{"set":[],"keys":{"c":1}}', '{"set":[],"keys":{},"never":1}']);

const node = Type.Recursive((This) => Type.Object({ id: Type.String(), nodes: Type.Array(This) }), { $id: "Node" });
check("TypeBox recursive", node, ['{"id":"a","nodes":[{"id":"b","nodes":[]}]}'], ['{"id":"a","nodes":[{"id":"b"}]}']);
check("TypeBox", Type.Object({
  t: Type.Tuple([Type.Integer(), Type.Boolean()]), u: Type.Union([Type.Literal("a"), Type.Literal(1)]), o: Type.Optional(Type.String({ format: "uuid" })),
  s: Type.Array(Type.Integer({ minimum: 0, maximum: 2 }), { uniqueItems: true, minItems: 3 }), r: Type.Record(Type.String({ pattern: "^k" }), Type.Number()),
}, { additionalProperties: false, $id: "https://example.org/box.json" }),
['{"t":[1,true],"u":1,"s":[2,0,1],"r":{"k1":1}}'], ['{"t":[1],"u":1,"s":[0,1,2],"r":{}}', '{"t":[1,true],"u":1,"s":[0,1,0],"r":{}}', '{"t":[1,true],"u":1,"s":[0,1,2],"r":{"k":"x"}}'], "draft-07");

const versions = { node: process.version.slice(1) };
for (const name of ["zod", "zod-to-json-schema", "@sinclair/typebox", "ajv", "ajv-formats", "ajv-draft-04"]) {
  versions[name] = JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;
}
const folder = new URL("../../../inference/grammar/testdata/generators/", import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL("node.json", folder), JSON.stringify({ versions, cases }, null, 1) + "\n");
