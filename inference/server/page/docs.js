"use strict";

// Shows the operations of /openapi.json, and sends requests to them.

const el = (tag, properties = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
};

const pretty = (value) => JSON.stringify(value, null, 2);

function examplesOf(operation) {
  const content = operation.requestBody?.content?.["application/json"];
  if (!content) return [];
  return Object.entries(content.examples ?? {}).map(([name, example]) => ({
    name: example.summary ?? name,
    body: pretty(example.value),
  }));
}

// tryIt makes the form that sends a request and shows the answer.
function tryIt(method, path, operation) {
  const examples = examplesOf(operation);
  const body = el("textarea", { spellcheck: false, value: examples[0]?.body ?? "" });
  body.setAttribute("aria-label", "Body of the request");
  const address = el("input", { value: path, size: 50 });
  address.setAttribute("aria-label", "Path");
  const answer = el("pre", { hidden: true });
  const send = el("button", { textContent: "Send" });
  send.onclick = async () => {
    send.disabled = true;
    answer.hidden = false;
    answer.textContent = "…";
    const began = performance.now();
    try {
      const response = await fetch(new URL(address.value.replace(/^\//, ""), document.baseURI), { // a gateway may have put a path before it
        method,
        headers: method === "POST" ? { "Content-Type": "application/json" } : {},
        body: method === "POST" ? body.value : undefined,
      });
      const text = await response.text();
      let shown = text;
      try { shown = pretty(JSON.parse(text)); } catch { /* not every answer is JSON */ }
      answer.textContent = `${response.status} in ${Math.round(performance.now() - began)} ms\n${shown}`;
    } catch (error) {
      answer.textContent = `No answer: ${error.message}`;
    } finally {
      send.disabled = false;
    }
  };
  const form = el("div");
  if (path.includes("{")) form.append(el("p", {}, "Path ", address));
  if (method === "POST") {
    if (examples.length > 1) {
      const choose = el("select");
      choose.setAttribute("aria-label", "Example");
      examples.forEach((example, i) => choose.append(el("option", { value: i, textContent: example.name })));
      choose.onchange = () => { body.value = examples[choose.value].body; };
      form.append(el("p", {}, "Example ", choose));
    }
    form.append(body);
  }
  form.append(el("p", {}, send), answer);
  return form;
}

function responses(operation) {
  const rows = Object.entries(operation.responses).map(([status, response]) =>
    el("tr", {}, el("td", {}, el("code", { textContent: status })), el("td", { textContent: response.description })));
  return el("table", {}, el("tbody", {}, ...rows));
}

function show(document_) {
  document.getElementById("title").textContent = document_.info.title;
  document.getElementById("description").textContent = document_.info.description;
  const operations = [];
  for (const [path, item] of Object.entries(document_.paths)) {
    for (const method of ["get", "post"]) {
      const operation = item[method];
      if (!operation) continue;
      operations.push(el("details", { open: path === "/score" },
        el("summary", {}, el("span", { className: "method", textContent: method.toUpperCase() }),
          el("code", { textContent: path }), ` ${operation.summary}`),
        el("p", { textContent: operation.description ?? "" }),
        responses(operation),
        tryIt(method.toUpperCase(), path, operation)));
    }
  }
  document.getElementById("operations").replaceChildren(...operations);
}

fetch("openapi.json")
  .then((response) => response.json())
  .then(show)
  .catch((error) => {
    document.getElementById("operations").textContent = `/openapi.json could not be read: ${error.message}`;
  });
