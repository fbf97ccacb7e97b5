// A table whose columns sort it, by mouse and keyboard.

import { el } from "./dom.js";

const shown = 500; // rows; a page with more becomes slow

// table shows rows, each of as many values as there are columns. A column has a name,
// and may have a cell, which makes a cell's content of a row.
export function table(caption, columns, rows) {
  let by = -1, down = false, order = [...rows];
  const body = el("tbody");
  const heads = columns.map((column, i) => {
    const button = el("button", { type: "button", className: "sort", textContent: column.name });
    button.onclick = () => {
      down = by === i ? !down : typeof rows[0]?.[i] === "number";
      by = i;
      order = [...rows].sort((a, b) => (down ? -1 : 1) * compare(a[i], b[i]));
      draw();
    };
    return el("th", { scope: "col" }, button);
  });
  const rest = el("p", { className: "timings" });
  function draw() {
    heads.forEach((head, i) => head.setAttribute("aria-sort", i !== by ? "none" : down ? "descending" : "ascending"));
    body.replaceChildren(...order.slice(0, shown).map((row) => el("tr", {},
      ...columns.map((column, i) => el("td", {}, ...(column.cell ? column.cell(row) : [String(row[i])]))))));
    rest.textContent = order.length > shown ? `The first ${shown} of ${order.length} rows. The file has all.` : "";
  }
  draw();
  const whole = el("table", {}, el("caption", { textContent: caption }), el("thead", {}, el("tr", {}, ...heads)), body);
  return el("div", { className: "wide-table", tabIndex: 0, role: "region", "aria-label": caption }, whole, rest);
}

const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b)));

// bar is a value between low and high as something to look at. The number stands beside it.
export const bar = (value, low, high, label) => el("meter", { min: low, max: high, value, "aria-label": label });

// download gives the user a file.
export function download(name, content) {
  const url = URL.createObjectURL(new Blob([content], { type: "text/csv" }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
