// Holds a conversation with the chat model.

import { $, el, complaint } from "./dom.js";
import { events, post } from "./calls.js";
import { speed } from "./speed.js";
import { offer } from "./snippets.js";
import { Calls, showCalls } from "./tools.js";

const numbers = ["temperature", "top_p", "top_k", "min_p", "repetition_penalty", "frequency_penalty", "presence_penalty", "seed", "max_tokens"];
let conversation = [];
let begun = 0; // conversations
let running = null; // the AbortController of the text that is being written

function settings() {
  const chosen = {};
  for (const name of numbers) {
    if ($(name).value !== "") chosen[name] = Number($(name).value);
  }
  if ($("stop_at").value !== "") chosen.stop = $("stop_at").value;
  if ($("schema").value.trim() !== "") {
    let schema;
    try { schema = JSON.parse($("schema").value); } catch (error) { throw new Error(`The JSON schema is not JSON: ${error.message}`); }
    chosen.response_format = { type: "json_schema", json_schema: { name: "answer", schema } };
  }
  if ($("tools").value.trim() !== "") {
    try { chosen.tools = JSON.parse($("tools").value); } catch (error) { throw new Error(`The tools are not JSON: ${error.message}`); }
  }
  return chosen;
}

// messages is what is said next, after all before.
function messages(next) {
  const asked = [...conversation, ...next];
  return $("system").value.trim() ? [{ role: "system", content: $("system").value }, ...asked] : asked;
}

const said = (text) => [{ role: "user", content: text }];

const speakers = { user: "You", assistant: "Model", tool: "Tool" };

function turn(role, text) {
  const content = el("p", { textContent: text });
  const article = el("article", { className: `turn ${role}` }, el("h2", { textContent: speakers[role] }), content);
  $("transcript").append(article);
  follow();
  return { article, content };
}

function follow() { $("transcript").scrollTop = $("transcript").scrollHeight; }

function timings(began, first, count, usage, server) {
  const now = performance.now();
  const seconds = (ms) => `${(ms / 1000).toFixed(ms < 10000 ? 2 : 1)} s`;
  const parts = [];
  if (first) parts.push(`first token ${Math.round(first - began)} ms`);
  const tokens = usage?.completion_tokens ?? count;
  if (first && tokens > 1 && now > first) parts.push(`${((tokens - 1) / ((server?.decode_ms || now - first) / 1000)).toFixed(1)} tokens/s`);
  parts.push(`total ${seconds(now - began)}`);
  const cached = usage?.prompt_tokens_details?.cached_tokens; // servers may hide it
  if (usage) parts.push(`${usage.prompt_tokens} tokens in${cached === undefined ? "" : ` (${cached} cached)`}, ${usage.completion_tokens} out`);
  if (server) parts.push(`queue ${Math.round(server.queue_ms)} ms, prefill ${Math.round(server.prefill_ms)} ms`);
  return parts.join(" · ");
}

// answer gets an answer to the next messages: what a person said, or what tools did.
async function answer(next) {
  const body = { ...settings(), stream: true, stream_options: { include_usage: true, continuous_usage_stats: true }, messages: messages(next) };
  const asked = [...conversation, ...next];
  const questions = next.map((m) => turn(m.role, m.content));
  const thoughts = el("div", { className: "thoughts" });
  const thinking = el("details", { hidden: true }, el("summary", { textContent: "Reasoning" }), thoughts);
  const reply = turn("assistant", "");
  reply.content.before(thinking);
  reply.article.setAttribute("aria-busy", "true"); // read out when it is complete
  const text = next[0].role === "user" ? next[0].content : "";
  if (text) $("message").value = "";
  running = new AbortController();
  const mine = begun;
  $("send").disabled = true;
  $("stop").disabled = false;
  const began = performance.now();
  const drawn = speed(began);
  reply.article.append(drawn.chart);
  const calls = new Calls();
  let first = 0, count = 0, written = "", note = "", usage, server, failed;
  try {
    const response = await post("v1/chat/completions", body, running.signal);
    let ended = false;
    for await (const data of events(response)) {
      if (data === "[DONE]") { ended = true; break; }
      const chunk = JSON.parse(data);
      if (chunk.error) throw new Error(chunk.error.message);
      const before = usage?.completion_tokens ?? 0;
      usage = chunk.usage ?? usage;
      server = chunk.timings ?? server;
      const choice = chunk.choices[0];
      if (choice?.finish_reason === "length") note = "cut at the most tokens";
      const delta = choice?.delta ?? {};
      const reasoned = delta.reasoning_content ?? "";
      if (!delta.content && !reasoned && !delta.tool_calls) continue;
      first ||= performance.now();
      count++;
      drawn.came(Math.max(1, (usage?.completion_tokens ?? 0) - before));
      written += delta.content ?? "";
      reply.content.textContent = written;
      thinking.hidden &&= !reasoned;
      thoughts.textContent += reasoned;
      calls.add(delta.tool_calls ?? []);
      follow();
    }
    if (!ended) throw new Error("the answer broke off");
  } catch (error) {
    if (error.name === "AbortError") note = "stopped";
    else failed = error;
  } finally {
    running = null;
    reply.article.removeAttribute("aria-busy");
    $("send").disabled = false;
    $("stop").disabled = true;
  }
  if (mine !== begun) return; // a new conversation was begun meanwhile
  reply.article.append(el("p", { className: "timings", textContent: [note, timings(began, first, count, usage, server)].filter(Boolean).join(" · ") }));
  if (!first) drawn.chart.remove();
  if (failed) reply.article.append(complaint(failed));
  if (calls.all.length && !failed && note !== "stopped") {
    conversation = [...asked, { role: "assistant", content: written || null, tool_calls: calls.all }];
    reply.article.append(showCalls(calls.all, (results) => answer(results).catch(complain)));
    follow();
    return;
  }
  if (written) {
    conversation = [...asked, { role: "assistant", content: written }];
  } else { // turns must alternate, so the question is taken back
    for (const q of questions) q.article.classList.add("withdrawn");
    if (!$("message").value) $("message").value = text;
  }
  follow();
  $("message").focus();
}

function complain(error) {
  $("transcript").append(complaint(error));
  follow();
}

export function start() {
  $("chat-form").onsubmit = (event) => {
    event.preventDefault();
    const text = $("message").value;
    if (running || !text.trim()) return;
    answer(said(text)).catch(complain);
  };
  $("message").onkeydown = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      $("chat-form").requestSubmit();
    }
  };
  $("stop").onclick = () => running?.abort();
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") running?.abort(); });
  $("clear").onclick = () => {
    running?.abort();
    begun++;
    conversation = [];
    $("transcript").replaceChildren();
    $("message").focus();
  };
  offer($("chat-code"), () => ({ path: "v1/chat/completions", body: { ...settings(), messages: messages(said($("message").value || "Hello!")) } }));
}
