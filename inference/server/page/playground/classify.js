// Scores texts: one as a bar for every label, many as a table.

import { $, el, complaint } from "./dom.js";
import { post } from "./calls.js";
import { bar, download, table } from "./table.js";
import * as csv from "./csv.js";
import { offer } from "./snippets.js";

const mostBars = 25, mostTexts = 100_000;
let model, limits;
let file = null; // {name, head, rows}, instead of what is pasted
let running = null;

const pasted = () => $("texts").value.split("\n").filter((line) => line.trim());

// candidates are the user's own labels, null where the model scores its own.
function candidates() {
  const own = $("candidates").value.split(",").map((label) => label.trim()).filter(Boolean);
  return $("own-labels").hidden || !own.length ? null : own;
}

const labels = () => candidates() ?? model.labels;

function body(texts) {
  const own = candidates();
  return { inputs: texts.length === 1 ? texts[0] : texts, parameters: own ? { candidate_labels: own } : { top_k: model.labels.length } };
}

// scoresOf is a text's scores, best first, of either kind of answer.
const scoresOf = (answer) => (Array.isArray(answer) ? answer : answer.labels.map((label, i) => ({ label, score: answer.scores[i] })));

// range is what a bar spans: probabilities, or as far as logits go.
function range(rows) {
  if (candidates() || model.function_to_apply !== "none") return [0, 1];
  const all = rows.flat().map((s) => s.score);
  return [Math.min(0, ...all), Math.max(0, ...all)];
}

async function score(texts, signal) {
  for (;;) {
    try {
      const answer = await (await post("score", body(texts), signal)).json();
      const one = texts.length === 1 && !(Array.isArray(answer) && Array.isArray(answer[0]));
      return (one ? [answer] : answer).map(scoresOf);
    } catch (error) {
      if (error.status !== 429 || error.again === null) throw error;
      await wait(error.again * 1000, signal);
    }
  }
}

const wait = (ms, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    reject(signal.reason);
  }, { once: true });
});

// scoreAll scores batch by batch. A text that the server refuses costs nothing but
// itself: its place has the error.
async function scoreAll(texts, signal, progress) {
  const results = [];
  const size = Math.min(32, limits.max_client_batch_size);
  for (let at = 0; at < texts.length; at += size) {
    const some = texts.slice(at, at + size);
    try {
      results.push(...await score(some, signal));
    } catch (error) {
      if (some.length === 1 || ![400, 413, 422].includes(error.status)) throw error;
      for (const text of some) {
        try { results.push(...await score([text], signal)); } catch (e) {
          if (![400, 413, 422].includes(e.status)) throw e;
          results.push(e);
        }
      }
    }
    progress(results.length);
  }
  return results;
}

function showOne(scores) {
  const [low, high] = range([scores]);
  const rows = scores.slice(0, mostBars).map((s) => el("tr", {}, el("th", { scope: "row", textContent: s.label }),
    el("td", {}, bar(s.score, low, high, s.label)), el("td", { textContent: s.score.toFixed(4) })));
  const more = scores.length > mostBars ? [el("p", { textContent: `… and ${scores.length - mostBars} more labels` })] : [];
  return [el("table", { className: "bars" }, el("caption", { textContent: "How much the model gives each label" }), el("tbody", {}, ...rows)), ...more];
}

function showMany(texts, results) {
  const [low, high] = range(results.filter(Array.isArray));
  const rows = texts.map((text, i) => (Array.isArray(results[i]) ? [i + 1, text, results[i][0].label, results[i][0].score] : [i + 1, text, `refused: ${results[i].message}`, -Infinity]));
  const save = el("button", { type: "button", id: "save", textContent: "Download as CSV" });
  save.onclick = () => download("scores.csv", asCSV(texts, results));
  return [
    table("The best label of each text", [
      { name: "Row" }, { name: "Text" }, { name: "Label" },
      { name: "Score", cell: (row) => (Number.isFinite(row[3]) ? [bar(row[3], low, high, row[2]), ` ${row[3].toFixed(4)}`] : ["–"]) },
    ], rows),
    el("p", { className: "buttons" }, save),
  ];
}

// asCSV has the file's own columns, or the text, then the best label and all scores.
function asCSV(texts, results) {
  const head = [...(file ? file.head : ["text"]), "label", "score", ...labels()];
  return csv.format([head, ...texts.map((text, i) => {
    const row = file ? file.head.map((_, c) => file.rows[i][c] ?? "") : [text];
    if (!Array.isArray(results[i])) return [...row, `refused: ${results[i].message}`];
    const by = Object.fromEntries(results[i].map((s) => [s.label, s.score]));
    return [...row, results[i][0].label, results[i][0].score, ...labels().map((label) => by[label])];
  })]);
}

async function run() {
  const texts = file ? file.rows.map((row) => row[$("column").value] ?? "") : pasted();
  if (!texts.length || running) return;
  if (texts.length > mostTexts) throw new Error(`${texts.length} texts are too many for a page: take ${mostTexts}, or write a program`);
  running = new AbortController();
  $("classify").disabled = true;
  $("classify-stop").hidden = texts.length === 1;
  const done = el("progress", { max: texts.length, value: 0, "aria-label": "Texts scored" });
  const count = el("span", { textContent: `0 of ${texts.length}` });
  if (texts.length > 1) $("scores").replaceChildren(el("p", {}, done, " ", count));
  const began = performance.now();
  try {
    const results = await scoreAll(texts, running.signal, (n) => {
      done.value = n;
      count.textContent = `${n} of ${texts.length}`;
    });
    const took = performance.now() - began;
    const shown = texts.length > 1 ? showMany(texts, results) : Array.isArray(results[0]) ? showOne(results[0]) : [complaint(results[0])];
    $("scores").replaceChildren(...shown, el("p", { className: "timings", textContent:
      `${texts.length === 1 ? "1 text" : `${texts.length} texts`} in ${Math.round(took)} ms, ${(texts.length / took * 1000).toFixed(texts.length < took / 1000 * 10 ? 1 : 0)} a second` }));
  } finally {
    running = null;
    $("classify").disabled = false;
    $("classify-stop").hidden = true;
  }
}

async function read() {
  file = null;
  $("columns").hidden = true;
  const chosen = $("file").files[0];
  $("texts").disabled = Boolean(chosen);
  if (!chosen) return;
  const text = new TextDecoder("utf-8", { fatal: true });
  let rows;
  try { rows = csv.parse(text.decode(await chosen.arrayBuffer())); } catch (error) {
    throw new Error(`${chosen.name} can't be read: ${error instanceof TypeError ? "it is not UTF-8" : error.message}`);
  }
  if (rows.length < 2) throw new Error(`${chosen.name} has no rows under its head`);
  file = { name: chosen.name, head: rows[0], rows: rows.slice(1) };
  const likely = file.head.findIndex((name) => /text|review|comment|sentence|message|body/i.test(name));
  $("column").replaceChildren(...file.head.map((name, i) => el("option", { value: i, textContent: name || `column ${i + 1}` })));
  $("column").value = Math.max(0, likely);
  $("columns").hidden = false;
}

const failed = (error) => $("scores").replaceChildren(error.name === "AbortError" ? el("p", { textContent: "stopped" }) : complaint(error));

export function start(info) {
  model = info.model;
  limits = info.limits;
  $("own-labels").hidden = !model.labels.some((label) => /^entail/i.test(label));
  $("classify-form").onsubmit = (event) => {
    event.preventDefault();
    run().catch(failed);
  };
  $("classify-stop").onclick = () => running?.abort();
  $("file").onchange = () => read().catch((error) => {
    $("file").value = "";
    $("texts").disabled = false;
    failed(error);
  });
  $("no-file").onclick = () => {
    $("file").value = "";
    read();
  };
  offer($("classify-code"), () => ({ path: "score", body: body(pasted().slice(0, 8)) }));
}
