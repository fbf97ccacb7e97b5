// Makes vectors of texts, and shows how alike they are.

import { $, el, complaint } from "./dom.js";
import { post } from "./calls.js";
import { offer } from "./snippets.js";

const mostTexts = 20;

const lines = () => $("embed-texts").value.split("\n").filter((line) => line.trim());

// similarity is the cosine of vectors of the length 1.
const similarity = (a, b) => a.reduce((sum, v, i) => sum + v * b[i], 0);

function cell(value) {
  const td = el("td", { textContent: value.toFixed(2) });
  td.style.setProperty("--heat", Math.max(0, value).toFixed(3));
  return td;
}

function matrix(texts, vectors) {
  const head = el("tr", {}, el("th", { scope: "col", textContent: "Text" }), ...texts.map((_, i) => el("th", { scope: "col", textContent: i + 1 })));
  const rows = texts.map((text, i) => el("tr", {}, el("th", { scope: "row", textContent: `${i + 1}. ${text}` }),
    ...vectors.map((v) => cell(similarity(vectors[i], v)))));
  const caption = "How alike the texts are: 1 is the same direction, 0 none in common";
  return el("div", { className: "wide-table", tabIndex: 0, role: "region", "aria-label": caption },
    el("table", { className: "matrix" }, el("caption", { textContent: caption }), el("thead", {}, head), el("tbody", {}, ...rows)));
}

async function run() {
  const texts = lines();
  if (!texts.length) return;
  if (texts.length > mostTexts) throw new Error(`${texts.length} texts make too large a matrix: take ${mostTexts} at most`);
  $("embed").disabled = true;
  try {
    const began = performance.now();
    const vectors = await (await post("embed", { inputs: texts })).json();
    const took = performance.now() - began;
    $("vectors").replaceChildren(matrix(texts, vectors),
      el("p", { className: "timings", textContent: `${texts.length === 1 ? "1 vector" : `${texts.length} vectors`} of ${vectors[0].length} numbers in ${Math.round(took)} ms` }));
  } finally {
    $("embed").disabled = false;
  }
}

export function start() {
  $("embed-form").onsubmit = (event) => {
    event.preventDefault();
    run().catch((error) => $("vectors").replaceChildren(complaint(error)));
  };
  offer($("embed-code"), () => ({ path: "v1/embeddings", body: { input: lines() } }));
}
