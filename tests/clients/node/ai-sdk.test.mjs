// Calls a running scorer by Vercel's AI SDK, as it is: by its provider for servers
// with OpenAI's API, and by OpenAI's own. SCORER_URL says where the scorer is;
// ../clients_test.go sets it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { APICallError, generateText, Output, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";

const baseURL = `${process.env.SCORER_URL}/v1`;
const name = "gemma-tiny-chat";
const compatible = createOpenAICompatible({ name: "scorer", baseURL, apiKey: "none", includeUsage: true, supportsStructuredOutputs: true });
const openai = createOpenAI({ baseURL, apiKey: "none" });
const models = [compatible(name), openai.chat(name), openai(name)];

const question = "What is the capital of France?";
const answer = "The capital of France is Paris.";
const asked = { prompt: question, temperature: 0, maxOutputTokens: 60, maxRetries: 0 };
const city = z.object({ large: z.boolean(), size: z.enum(["small", "large"]), level: z.number().int().min(0).max(9), twin: z.string().max(5).nullable() });

test("an answer", async () => {
  for (const model of models) {
    const got = await generateText({ model, ...asked });
    assert.equal(got.text, answer);
    assert.equal(got.finishReason, "stop");
    assert.ok(got.usage.outputTokens > 0);
  }
});

test("a stream", async () => {
  for (const model of models) {
    const got = streamText({ model, ...asked, onError({ error }) { throw error; } });
    let streamed = "";
    for await (const piece of got.textStream) streamed += piece;
    assert.equal(streamed, answer);
    assert.equal(await got.finishReason, "stop");
    assert.ok((await got.usage).outputTokens > 0);
  }
});

test("a conversation", async () => {
  for (const model of models) {
    const { prompt, ...rest } = asked;
    const first = await generateText({ model, ...asked });
    // Its Responses API refers to what it takes for kept, unless it is told that nothing is.
    const got = await generateText({
      model, ...rest, system: "Be brief.", providerOptions: { openai: { store: false } },
      messages: [{ role: "user", content: prompt }, ...first.response.messages, { role: "user", content: [{ type: "text", text: "And of Italy?" }] }],
    });
    assert.ok(got.text);
  }
});

test("an object by its schema", async () => {
  for (const model of models) {
    const got = await generateText({ model, ...asked, maxOutputTokens: 200, output: Output.object({ schema: city }) });
    city.parse(got.output);
    const streamed = streamText({ model, ...asked, maxOutputTokens: 200, output: Output.object({ schema: city }) });
    let last;
    for await (const partial of streamed.partialOutputStream) last = partial;
    city.parse(last);
  }
});

test("a choice and a list", async () => {
  for (const model of models) {
    const choice = await generateText({ model, ...asked, output: Output.choice({ options: ["Paris", "Rome"] }) });
    assert.ok(["Paris", "Rome"].includes(choice.output));
    const list = await generateText({ model, ...asked, maxOutputTokens: 400, output: Output.array({ element: z.object({ large: z.boolean() }) }), temperature: 1, seed: 3 });
    assert.ok(list.output.every((item) => typeof item.large === "boolean"));
  }
});

test("options", async () => {
  for (const model of models) {
    const got = await generateText({
      model, ...asked, topP: 1, frequencyPenalty: 0, presencePenalty: 0, seed: 7, stopSequences: ["\n\n"],
      providerOptions: { openai: { logprobs: true, user: "u", parallelToolCalls: true, store: false, metadata: {}, serviceTier: "auto", promptCacheKey: "k", safetyIdentifier: "s", textVerbosity: "low" }, scorer: { user: "u" } },
    });
    assert.equal(got.text, answer);
  }
});

test("a text is continued", async () => {
  for (const model of [compatible.completionModel(name), openai.completion(name)]) {
    const got = await generateText({ model, ...asked, maxOutputTokens: 5 });
    assert.ok(got.usage.outputTokens > 0);
    let streamed = "";
    for await (const piece of streamText({ model, ...asked, maxOutputTokens: 5 }).textStream) streamed += piece;
    assert.equal(streamed, got.text);
  }
});

test("tools", async () => {
  const weather = tool({ description: "The weather", inputSchema: z.object({ city: z.enum(["Paris", "Rome"]), days: z.number().int().min(1).max(9) }), execute: async ({ city }) => `${city}: fine` });
  for (const model of models) {
    const call = { model, ...asked, maxOutputTokens: 100, tools: { weather }, toolChoice: { type: "tool", toolName: "weather" } };
    const got = await generateText(call);
    assert.equal(got.finishReason, "tool-calls");
    assert.equal(got.toolCalls.length, 1);
    assert.ok(["Paris", "Rome"].includes(got.toolCalls[0].input.city));
    assert.equal(got.toolResults[0].output, `${got.toolCalls[0].input.city}: fine`);
    const streamed = streamText({ ...call, onError({ error }) { throw error; } });
    assert.deepEqual((await streamed.toolCalls).map((c) => c.input), got.toolCalls.map((c) => c.input));
    // The result goes back, and an answer comes.
    const { prompt, ...rest } = asked;
    const again = await generateText({ model, ...rest, tools: { weather }, messages: [{ role: "user", content: prompt }, ...got.response.messages] });
    assert.ok(["stop", "length"].includes(again.finishReason));
  }
});

// Loops of calls, results and answers, as agents have them, and the turn after them.
test("several turns with tools", async () => {
  const weather = tool({ inputSchema: z.object({ city: z.enum(["Paris", "Rome"]) }), execute: async ({ city }) => ({ city, sky: "clear" }) });
  const tools = { weather };
  const { prompt, ...rest } = asked;
  // The first step calls, the next ones may answer.
  const prepareStep = ({ stepNumber }) => ({ toolChoice: stepNumber === 0 ? "required" : "none" });
  for (const model of models) {
    for (const store of [undefined, false]) {
      const kept = { providerOptions: { openai: { ...(store === undefined ? {} : { store }), parallelToolCalls: false } } };
      const loop = { model, ...rest, ...kept, maxOutputTokens: 100, tools, stopWhen: stepCountIs(3), prepareStep };
      const messages = [{ role: "user", content: prompt }];
      const got = await generateText({ ...loop, messages });
      assert.deepEqual(got.steps.map((step) => step.toolCalls.length), [1, 0]);
      assert.equal(got.steps[0].toolResults[0].output.sky, "clear");
      const streamed = streamText({ ...loop, messages, onError({ error }) { throw error; } });
      await streamed.consumeStream();
      assert.equal(await streamed.text, got.text);
      // What was said goes back, with another question: by the Responses API as a reference to
      // what it takes for kept, unless it is told that nothing is.
      const next = { ...loop, messages: [...messages, ...got.response.messages, { role: "user", content: "And of Italy?" }] };
      if (model.provider === "openai.responses" && store === undefined) {
        await assert.rejects(generateText(next), (error) => {
          assert.equal(error.statusCode, 400);
          assert.match(error.message, /input\[3\] refers to an item of an earlier answer.*providerOptions: { openai: { store: false } }/);
          return true;
        });
        continue;
      }
      const again = await generateText(next);
      assert.equal(again.steps.length, 2);
    }
  }
});

test("errors", async () => {
  for (const model of models) {
    const cases = [
      [{ temperature: 3 }, /temperature is 3: it can be 0 to 2/],
      [{ prompt: "word ".repeat(3000) }, /maximum context length is 2048 tokens/],
    ];
    for (const [change, message] of cases) {
      await assert.rejects(generateText({ model, ...asked, ...change }), (error) => {
        assert.ok(APICallError.isInstance(error), `${error}`);
        assert.equal(error.statusCode, 400);
        assert.match(error.message, message);
        return true;
      });
    }
  }
  // Nothing is kept from which an answer could go on.
  const { prompt, ...rest } = asked;
  const first = await generateText({ model: openai(name), ...asked });
  await assert.rejects(generateText({ model: openai(name), ...rest, messages: [{ role: "user", content: prompt }, ...first.response.messages, { role: "user", content: prompt }] }),
    /providerOptions: { openai: { store: false } }/);
  await assert.rejects(generateText({ model: openai(name), ...asked, providerOptions: { openai: { previousResponseId: "resp_1" } } }), /send the whole conversation as input/);
});
