// Calls an endpoint through a gateway that does as Azure's, by OpenAI's client and by
// Vercel's AI SDK: by the endpoint's address, with its key as API key. GATEWAY_URL and
// GATEWAY_KEY say which; ../clients_test.go sets them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText } from "ai";
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";

const baseURL = `${process.env.GATEWAY_URL}/v1`;
const apiKey = process.env.GATEWAY_KEY;
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const model = "gemma-tiny-chat";
const question = "What is the capital of France?";
const answer = "The capital of France is Paris.";
const asked = { model, messages: [{ role: "user", content: question }], max_completion_tokens: 24, temperature: 0 };

test("answers come whole and streamed", async () => {
  assert.deepEqual((await client.models.list()).data.map((m) => m.id), [model]);
  assert.equal((await client.chat.completions.create(asked)).choices[0].message.content, answer);
  let streamed = "", chunks = 0;
  for await (const chunk of await client.chat.completions.create({ ...asked, stream: true })) {
    streamed += chunk.choices[0]?.delta.content ?? "";
    chunks++;
  }
  assert.equal(streamed, answer);
  assert.ok(chunks >= 3); // the role, the text, the end
  assert.ok((await client.completions.create({ model, prompt: "The capital of", max_tokens: 4 })).choices[0].text);
  const city = zodResponseFormat(z.object({ large: z.boolean() }), "city");
  const parsed = await client.chat.completions.parse({ ...asked, max_completion_tokens: 60, response_format: city });
  assert.equal(typeof parsed.choices[0].message.parsed.large, "boolean");
});

test("errors say what is wrong", async () => {
  await assert.rejects(client.chat.completions.create({ ...asked, temperature: 3 }), (error) => {
    assert.ok(error instanceof OpenAI.APIError);
    assert.deepEqual([error.status, error.headers.get("ms-azureml-model-error-statuscode"), error.code, error.param], [424, "400", "invalid_value", "temperature"]);
    assert.match(error.message, /temperature is 3/);
    return true;
  });
  await assert.rejects(new OpenAI({ baseURL, apiKey: "another", maxRetries: 0 }).models.list(), OpenAI.AuthenticationError);
});

test("the AI SDK", async () => {
  const azure = createOpenAICompatible({ name: "azure", baseURL, apiKey });
  assert.equal((await generateText({ model: azure(model), prompt: question, temperature: 0, maxOutputTokens: 60, maxRetries: 0 })).text, answer);
});
