// Marks the entities in a text.

import { $, el, complaint } from "./dom.js";
import { post } from "./calls.js";
import { offer } from "./snippets.js";

const body = () => ({ inputs: $("tag-text").value, parameters: { aggregation_strategy: "simple" } });

// marked is a text whose entities are marked. Their places are in code points.
function marked(text, entities) {
  const points = [...text];
  const parts = [];
  let at = 0;
  for (const e of entities) {
    if (e.start < at) continue; // within the one before
    parts.push(points.slice(at, e.start).join(""));
    parts.push(el("mark", {}, points.slice(e.start, e.end).join(""),
      el("span", { className: "label", textContent: ` ${e.entity_group} ${e.score.toFixed(2)}` })));
    at = e.end;
  }
  return el("p", { className: "tagged" }, ...parts, points.slice(at).join(""));
}

async function run() {
  const asked = body();
  if (!asked.inputs.trim()) return;
  $("tag").disabled = true;
  try {
    const began = performance.now();
    const entities = await (await post("score", asked)).json();
    const took = performance.now() - began;
    $("tagged").replaceChildren(marked(asked.inputs, entities),
      el("p", { className: "timings", textContent: `${entities.length === 1 ? "1 entity" : `${entities.length} entities`} in ${Math.round(took)} ms` }));
  } finally {
    $("tag").disabled = false;
  }
}

export function start() {
  $("tag-form").onsubmit = (event) => {
    event.preventDefault();
    run().catch((error) => $("tagged").replaceChildren(complaint(error)));
  };
  offer($("tag-code"), () => ({ path: "score", body: body() }));
}
