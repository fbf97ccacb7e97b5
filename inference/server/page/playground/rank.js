// Ranks texts by how well they answer a question.

import { $, el, complaint } from "./dom.js";
import { post } from "./calls.js";
import { bar } from "./table.js";
import { offer } from "./snippets.js";

const body = () => ({ query: $("query").value, texts: $("rank-texts").value.split("\n").filter((line) => line.trim()) });

async function run() {
  const asked = body();
  if (!asked.texts.length) return;
  $("rank").disabled = true;
  try {
    const began = performance.now();
    const ranks = await (await post("rerank", asked)).json();
    const took = performance.now() - began;
    $("ranks").replaceChildren(
      el("ol", { className: "ranks" }, ...ranks.map((r) => el("li", {}, bar(r.score, 0, 1, `Score of text ${r.index + 1}`), ` ${r.score.toFixed(4)} `, asked.texts[r.index]))),
      el("p", { className: "timings", textContent: `${asked.texts.length === 1 ? "1 text" : `${asked.texts.length} texts`} in ${Math.round(took)} ms` }));
  } finally {
    $("rank").disabled = false;
  }
}

export function start() {
  $("rank-form").onsubmit = (event) => {
    event.preventDefault();
    run().catch((error) => $("ranks").replaceChildren(complaint(error)));
  };
  offer($("rank-code"), () => ({ path: "rerank", body: body() }));
}
