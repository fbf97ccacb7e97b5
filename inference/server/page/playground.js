"use strict";

// Tries the models that /info names. What people and models write is shown as
// text, never as markup.

const $ = (id) => document.getElementById(id);

const el = (tag, properties = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
};

const post = (path, body, signal) => fetch(path, {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal,
});

// refusal is the error that an answer tells.
async function refusal(response) {
  let message = `status ${response.status}`;
  try { message = (await response.json()).error.message; } catch { /* not the server's own answer */ }
  const again = response.headers.get("Retry-After");
  return new Error(again ? `${message} (in ${again} s)` : message);
}

// Tabs

const tabs = [$("chat-tab"), $("sentiment-tab")];

function select(tab) {
  for (const t of tabs) {
    const on = t === tab;
    t.setAttribute("aria-selected", on);
    t.tabIndex = on ? 0 : -1;
    $(t.getAttribute("aria-controls")).hidden = !on;
  }
}

for (const tab of tabs) {
  tab.onclick = () => select(tab);
  tab.onkeydown = (event) => {
    const shown = tabs.filter((t) => !t.hidden);
    const at = shown.indexOf(tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: shown.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = shown[(to + shown.length) % shown.length];
    select(next);
    next.focus();
  };
}

async function begin() {
  const response = await fetch("/info");
  if (!response.ok) throw await refusal(response);
  const info = await response.json();
  const classifier = info.model.task === "text-classification" ? info.model : null;
  const generator = info.generation ?? null;
  $("chat-tab").hidden = !generator;
  $("sentiment-tab").hidden = !classifier;
  const about = [];
  if (generator) about.push(`${generator.name}: ${generator.precision} on ${generator.provider}, ${generator.context_length} tokens`);
  if (classifier) about.push(`${classifier.name}: ${classifier.labels.join(", ")}`);
  $("about").textContent = about.join(" · ");
  select(generator ? $("chat-tab") : $("sentiment-tab"));
  $("main").hidden = false;
}

// Chat

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
  return chosen;
}

function turn(role, text) {
  const content = el("p", { textContent: text });
  const article = el("article", { className: `turn ${role}` }, el("h2", { textContent: role === "user" ? "You" : "Model" }), content);
  $("transcript").append(article);
  follow();
  return { article, content };
}

function follow() { $("transcript").scrollTop = $("transcript").scrollHeight; }

// events yields the data of each event of a response.
async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      if (block.startsWith("data: ")) yield block.slice("data: ".length);
    }
  }
}

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

async function answer(text) {
  const body = { ...settings(), stream: true, stream_options: { include_usage: true } };
  const asked = [...conversation, { role: "user", content: text }];
  body.messages = $("system").value.trim() ? [{ role: "system", content: $("system").value }, ...asked] : asked;
  const question = turn("user", text);
  const reply = turn("assistant", "");
  reply.article.setAttribute("aria-busy", "true"); // read out when it is complete
  $("message").value = "";
  running = new AbortController();
  const mine = begun;
  $("send").disabled = true;
  $("stop").disabled = false;
  const began = performance.now();
  let first = 0, count = 0, written = "", note = "", usage, server, failed;
  try {
    const response = await post("/v1/chat/completions", body, running.signal);
    if (!response.ok) throw await refusal(response);
    let ended = false;
    for await (const data of events(response)) {
      if (data === "[DONE]") { ended = true; break; }
      const chunk = JSON.parse(data);
      if (chunk.error) throw new Error(chunk.error.message);
      usage = chunk.usage ?? usage;
      server = chunk.timings ?? server;
      const choice = chunk.choices[0];
      if (choice?.finish_reason === "length") note = "cut at the most tokens";
      if (!choice?.delta.content) continue;
      first ||= performance.now();
      count++;
      written += choice.delta.content;
      reply.content.textContent = written;
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
  if (failed) reply.article.append(el("p", { className: "error", textContent: failed.message }));
  if (written) {
    conversation = [...asked, { role: "assistant", content: written }];
  } else { // turns must alternate, so the question is taken back
    question.article.classList.add("withdrawn");
    if (!$("message").value) $("message").value = text;
  }
  follow();
  $("message").focus();
}

function complain(error) {
  $("transcript").append(el("p", { className: "error", textContent: error.message }));
  follow();
}

$("chat-form").onsubmit = (event) => {
  event.preventDefault();
  const text = $("message").value;
  if (running || !text.trim()) return;
  answer(text).catch(complain);
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

// Sentiment

$("sentiment-form").onsubmit = async (event) => {
  event.preventDefault();
  const texts = $("texts").value.split("\n").filter((line) => line.trim());
  if (!texts.length) return;
  $("classify").disabled = true;
  const began = performance.now();
  try {
    const response = await post("/score", { inputs: texts, parameters: { top_k: 1 } });
    if (!response.ok) throw await refusal(response);
    const rows = (await response.json()).map(([best], i) => {
      const meter = el("meter", { min: 0, max: 1, value: best.score });
      meter.setAttribute("aria-label", best.label);
      return el("tr", {}, el("td", { textContent: texts[i] }), el("td", { textContent: best.label }), el("td", {}, meter, ` ${best.score.toFixed(3)}`));
    });
    const head = el("tr", {}, ...["Text", "Label", "Score"].map((name) => el("th", { textContent: name, scope: "col" })));
    $("scores").replaceChildren(
      el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows)),
      el("p", { className: "timings", textContent: `${texts.length} texts in ${Math.round(performance.now() - began)} ms` }));
  } catch (error) {
    $("scores").replaceChildren(el("p", { className: "error", textContent: error.message }));
  } finally {
    $("classify").disabled = false;
  }
};

begin().catch((error) => { $("about").textContent = `/info could not be read: ${error.message}`; });
