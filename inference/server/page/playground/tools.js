// The functions that a model calls, which the person at the page answers for.

import { el } from "./dom.js";

// Calls gathers calls that come in pieces.
export class Calls {
  all = [];

  add(pieces) {
    for (const { index, id, function: f } of pieces) {
      const call = (this.all[index] ??= { id: "", type: "function", function: { name: "", arguments: "" } });
      call.id += id ?? "";
      call.function.name += f?.name ?? "";
      call.function.arguments += f?.arguments ?? "";
    }
  }
}

// showCalls shows calls with a field for what each returns. done gets the messages of the
// tools.
export function showCalls(calls, done) {
  const fields = calls.map((call) => el("textarea", { rows: 2, spellcheck: false, required: true }));
  const form = el("form", { className: "calls" }, ...calls.flatMap((call, i) => [
    el("label", {}, el("code", { textContent: `${call.function.name}(${call.function.arguments})` }), " returns", fields[i]),
  ]), el("p", { className: "buttons" }, el("button", { type: "submit", textContent: "Return" })));
  form.onsubmit = (event) => {
    event.preventDefault();
    form.querySelectorAll("textarea, button").forEach((part) => { part.disabled = true; });
    done(calls.map((call, i) => ({ role: "tool", tool_call_id: call.id, content: fields[i].value })));
  };
  queueMicrotask(() => fields[0].focus());
  return form;
}
