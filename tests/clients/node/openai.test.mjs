// Calls a running scorer by OpenAI's client for JavaScript, as it is.
// SCORER_URL says where the scorer is; ../clients_test.go sets it.

import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";

const url = process.env.SCORER_URL;
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", maxRetries: 0 });
const model = (await client.models.list()).data[0].id;
const question = [{ role: "user", content: "What is the capital of France?" }];
const asked = { model, messages: question, max_completion_tokens: 24, temperature: 0 };

async function metric(series) {
  const lines = (await (await fetch(`${url}/metrics`)).text()).split("\n");
  const line = lines.find((l) => l.startsWith(`${series} `));
  assert.ok(line, `/metrics has no ${series}`);
  return Number(line.slice(series.length + 1));
}

async function awaitIdle() {
  for (let i = 0; i < 400; i++) {
    if (await metric("scorer_generation_running") === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.fail("a text still runs whose client left");
}

test("a model is described", async () => {
  const got = await client.models.retrieve(model);
  assert.equal(got.id, model);
  assert.equal(got.object, "model");
});

test("a streamed answer is the whole one", async () => {
  const whole = await client.chat.completions.create(asked);
  const text = whole.choices[0].message.content;
  assert.equal(text, "The capital of France is Paris.");
  assert.equal(whole.usage.total_tokens, whole.usage.prompt_tokens + whole.usage.completion_tokens);

  let streamed = "", finish, usage;
  for await (const chunk of await client.chat.completions.create({ ...asked, stream: true, stream_options: { include_usage: true } })) {
    streamed += chunk.choices[0]?.delta.content ?? "";
    finish = chunk.choices[0]?.finish_reason ?? finish;
    usage = chunk.usage ?? usage;
  }
  assert.equal(streamed, text);
  assert.equal(finish, whole.choices[0].finish_reason);
  assert.equal(usage.completion_tokens, whole.usage.completion_tokens);
});

test("the client's runner gathers a stream", async () => {
  const runner = client.chat.completions.stream({ ...asked, seed: 3, temperature: 1 });
  const pieces = [];
  runner.on("content", (piece) => pieces.push(piece));
  const final = await runner.finalChatCompletion();
  assert.equal(pieces.join(""), final.choices[0].message.content);
});

test("an answer meets its schema", async () => {
  const schema = {
    type: "object", properties: { city: { type: "string", maxLength: 12 }, large: { type: "boolean" } },
    required: ["city", "large"], additionalProperties: false,
  };
  const got = await client.chat.completions.create({
    ...asked, temperature: 1, seed: 11, max_completion_tokens: 120,
    response_format: { type: "json_schema", json_schema: { name: "city", schema, strict: true } },
  });
  const city = JSON.parse(got.choices[0].message.content);
  assert.deepEqual(Object.keys(city).sort(), ["city", "large"]);
  assert.equal(typeof city.city, "string");
  assert.equal(typeof city.large, "boolean");
});

test("an answer is parsed, and can be sent back", async () => {
  const format = zodResponseFormat(z.object({ large: z.boolean(), level: z.number().int().min(0).max(9), twin: z.string().max(5).nullable() }), "city");
  const parsed = await client.chat.completions.parse({ ...asked, max_completion_tokens: 120, response_format: format });
  assert.equal(typeof parsed.choices[0].message.parsed.large, "boolean");
  const whole = await client.chat.completions.create(asked);
  const streamed = await client.chat.completions.stream(asked).finalChatCompletion();
  for (const { message } of [parsed, whole, streamed].map((got) => got.choices[0])) {
    const again = await client.chat.completions.create({ ...asked, messages: [...question, message, { role: "user", content: "What is the capital of Italy?" }] });
    assert.ok(again.choices[0].message.content);
  }
});

test("tools", async () => {
  const parameters = { type: "object", properties: { city: { enum: ["Paris", "Rome"] } }, required: ["city"], additionalProperties: false };
  const tools = [{ type: "function", function: { name: "weather", parameters, strict: true } }];
  const call = { ...asked, max_completion_tokens: 80, tools, tool_choice: "required", parallel_tool_calls: false };
  const whole = await client.chat.completions.create(call);
  const streamed = await client.chat.completions.stream(call).finalChatCompletion();
  for (const { message, finish_reason } of [whole.choices[0], streamed.choices[0]]) {
    assert.equal(finish_reason, "tool_calls");
    assert.equal(message.tool_calls.length, 1);
    assert.ok(["Paris", "Rome"].includes(JSON.parse(message.tool_calls[0].function.arguments).city));
    const again = await client.chat.completions.create({ ...asked, tools, messages: [...question, message, { role: "tool", tool_call_id: message.tool_calls[0].id, content: "fine" }] });
    assert.ok(["stop", "length"].includes(again.choices[0].finish_reason));
  }
  // The client's own runner calls the function, and goes on until there is an answer.
  let called = 0;
  const runner = client.chat.completions.runTools({
    ...asked, max_completion_tokens: 80, tool_choice: { type: "function", function: { name: "weather" } },
    tools: [{ type: "function", function: { name: "weather", parameters, parse: JSON.parse, function: ({ city }) => { called++; return city; } } }],
  }, { maxChatCompletions: 2 });
  await runner.done();
  assert.equal(called, 1);
});

test("the Responses API", async () => {
  const asked = { model, input: question, temperature: 0, max_output_tokens: 60 };
  const whole = await client.responses.create(asked);
  assert.equal(whole.output_text, "The capital of France is Paris.");
  const stream = client.responses.stream(asked);
  let streamed = "";
  stream.on("response.output_text.delta", (event) => { streamed += event.delta; });
  assert.equal((await stream.finalResponse()).output_text, whole.output_text);
  assert.equal(streamed, whole.output_text);
  const again = await client.responses.create({ ...asked, input: [...question, ...whole.output, { role: "user", content: "What is the capital of Italy?" }] });
  assert.equal(again.output_text, "The capital of Italy is Rome.");
  const parameters = { type: "object", properties: { city: { enum: ["Paris", "Rome"] } }, required: ["city"], additionalProperties: false };
  const tools = [{ type: "function", name: "weather", parameters, strict: true }];
  const called = await client.responses.create({ ...asked, tools, tool_choice: "required", parallel_tool_calls: false });
  assert.deepEqual(called.output.map((item) => item.name), ["weather"]);
  const answered = await client.responses.create({ ...asked, tools, input: [...question, ...called.output, { type: "function_call_output", call_id: called.output[0].call_id, output: "fine" }] });
  assert.ok(answered.output.length > 0);
});

test("a text is continued", async () => {
  const got = await client.completions.create({ model, prompt: "the", max_tokens: 4, logprobs: 1 });
  assert.equal(got.object, "text_completion");
  assert.equal(got.choices[0].logprobs.tokens.length, got.choices[0].logprobs.token_logprobs.length);
});

test("errors have their types", async () => {
  const cases = [
    [{ model: "gpt-4o" }, OpenAI.NotFoundError, 404, "model_not_found", "model"],
    [{ temperature: 3 }, OpenAI.BadRequestError, 400, "invalid_value", "temperature"],
    [{ max_completion_tokens: 1 << 20 }, OpenAI.BadRequestError, 400, "context_length_exceeded", "messages"],
    [{ messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:," } }] }] }, OpenAI.BadRequestError, 400, "unsupported_parameter", "messages[0].content[0].type"],
  ];
  for (const [change, type, status, code, param] of cases) {
    for (const stream of [false, true]) {
      await assert.rejects(client.chat.completions.create({ ...asked, ...change, stream }), (error) => {
        assert.ok(error instanceof type, `${error}`);
        assert.deepEqual([error.status, error.code, error.param, error.type], [status, code, param, "invalid_request_error"]);
        assert.ok(error.requestID === null || error.headers.get("x-ms-request-id"));
        return true;
      });
    }
  }
});

// Leaves a text that would be long until one was cut short: the small model may
// be done with it before a busy machine tells the scorer that nobody reads.
async function leave(read) {
  const endless = { ...asked, max_completion_tokens: 1500, logit_bias: { 1: -100, 106: -100 }, stream: true };
  const before = await metric('scorer_generations_total{reason="cancelled"}');
  for (let i = 0; i < 20; i++) {
    await read(endless);
    await awaitIdle();
    if (await metric('scorer_generations_total{reason="cancelled"}') > before) return;
  }
  assert.fail("no text was cut short");
}

test("leaving a stream ends its text", async () => {
  await leave(async (endless) => {
    let seen = 0;
    for await (const _ of await client.chat.completions.create(endless)) {
      if (++seen === 5) break;
    }
  });
  await leave(async (endless) => {
    const controller = new AbortController();
    let seen = 0;
    await assert.rejects(async () => {
      for await (const _ of await client.chat.completions.create(endless, { signal: controller.signal })) {
        if (++seen === 5) controller.abort();
      }
      throw new Error("aborted");
    });
  });
});
