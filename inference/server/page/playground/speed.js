// Draws how fast a text comes, while it comes.

import { svg } from "./dom.js";

const width = 320, height = 56, span = 8; // span: tokens that a speed is taken over

// speed makes a chart. came tells it of a piece of the text, of so many tokens. It draws at
// most once a frame.
export function speed(began) {
  const line = svg("polyline", { class: "line" });
  const wait = svg("rect", { class: "wait", x: 0, y: 0, height });
  const label = svg("text", { x: 4, y: 12 });
  const chart = svg("svg", { class: "speed", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "No token yet" }, wait, line, label);
  const times = []; // of each token, in ms since began
  let asked = false;
  function draw() {
    asked = false;
    const points = [];
    for (let i = 1; i < times.length; i++) {
      const from = Math.max(0, i - span);
      if (times[i] > times[from]) points.push([times[i], (i - from) / (times[i] - times[from]) * 1000]);
    }
    const end = times.at(-1), top = Math.max(1, ...points.map((p) => p[1]));
    const x = (ms) => (ms / end * width).toFixed(1);
    wait.setAttribute("width", x(times[0]));
    line.setAttribute("points", points.map(([ms, v]) => `${x(ms)},${(height - v / top * (height - 4)).toFixed(1)}`).join(" "));
    const text = `first token ${Math.round(times[0])} ms${points.length ? `, now ${points.at(-1)[1].toFixed(1)} tokens/s` : ""}`;
    label.textContent = text;
    chart.setAttribute("aria-label", text);
  }
  return {
    chart,
    came(tokens) {
      const now = performance.now() - began;
      const last = times.at(-1) ?? now;
      // Tokens that came together were written one after the other.
      for (let i = 1; i <= tokens; i++) times.push(last + (now - last) * i / tokens);
      if (asked) return;
      asked = true;
      requestAnimationFrame(draw);
    },
  };
}
