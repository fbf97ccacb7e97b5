// The same call in other languages, with their standard libraries alone.

import { $, el } from "./dom.js";
import { address, key } from "./calls.js";

const pretty = (body) => JSON.stringify(body, null, 2).replaceAll("\uFEFF", "\\uFEFF");

function curl(url, body, keyed) {
  const quoted = pretty(body).replaceAll("'", `'\\''`);
  return [`curl '${url}' \\`,
    ...(keyed ? [`  -H "Authorization: Bearer $ENDPOINT_KEY" \\`] : []),
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${quoted}'`].join("\n");
}

// inPython writes a value as Python does. What JSON escapes, Python escapes alike.
function inPython(value, indent = "") {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return JSON.stringify(value);
  const deeper = indent + "    ";
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const parts = Array.isArray(value)
    ? value.map((v) => inPython(v, deeper))
    : Object.entries(value).map(([name, v]) => `${JSON.stringify(name)}: ${inPython(v, deeper)}`);
  return parts.length ? `${open}\n${parts.map((p) => deeper + p).join(",\n")},\n${indent}${close}` : open + close;
}

function python(url, body, keyed) {
  return `import json
${keyed ? "import os\n" : ""}import urllib.request

body = ${inPython(body)}
request = urllib.request.Request(
    ${JSON.stringify(url)},
    data=json.dumps(body).encode(),
    headers={"Content-Type": "application/json"${keyed ? `, "Authorization": "Bearer " + os.environ["ENDPOINT_KEY"]` : ""}},
)
with urllib.request.urlopen(request) as response:
    print(json.dumps(json.load(response), indent=2, ensure_ascii=False))
`;
}

function node(url, body, keyed) {
  return `const response = await fetch(${JSON.stringify(url)}, {
  method: "POST",
  headers: { "Content-Type": "application/json"${keyed ? ", Authorization: `Bearer ${process.env.ENDPOINT_KEY}`" : ""} },
  body: JSON.stringify(${pretty(body).replaceAll("\n", "\n  ")}),
});
console.log(response.status, await response.text());
`;
}

function golang(url, body, keyed) {
  const text = pretty(body);
  return `package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
${keyed ? '\t"os"\n' : ""}	"strings"
)

const body = ${text.includes("`") ? JSON.stringify(text) : "`" + text + "`"}

func main() {
	request, err := http.NewRequest("POST", ${JSON.stringify(url)}, strings.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
${keyed ? '\trequest.Header.Set("Authorization", "Bearer "+os.Getenv("ENDPOINT_KEY"))\n' : ""}	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(response.Status, string(answer))
}
`;
}

const languages = { curl, Python: python, Node: node, Go: golang };

// offer fills a details element with the call of a path, in the language that was
// chosen there. call gives path and body when they are needed.
export function offer(details, call) {
  const choice = el("select", { "aria-label": "Language" }, ...Object.keys(languages).map((name) => el("option", { textContent: name })));
  const code = el("code");
  const pre = el("pre", { tabIndex: 0, "aria-label": "Code" }, code);
  const copy = el("button", { type: "button", textContent: "Copy" });
  const said = el("span", { role: "status" });
  const show = () => {
    said.textContent = "";
    try {
      const { path, body } = call();
      code.textContent = languages[choice.value](address(path), body, key() !== "");
      copy.disabled = false;
    } catch (error) {
      code.textContent = error.message;
      copy.disabled = true;
    }
  };
  choice.onchange = show;
  copy.onclick = async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      said.textContent = "copied";
    } catch { // there is no clipboard without TLS but on this machine
      getSelection().selectAllChildren(code);
      said.textContent = "selected: copy it by keyboard";
    }
  };
  details.append(el("summary", { textContent: "The same call as code" }), el("p", { className: "buttons" }, choice, copy, said), pre);
  details.ontoggle = () => details.open && show();
  const again = () => details.open && show();
  details.closest("section").addEventListener("input", (event) => event.target !== choice && again());
  $("key").addEventListener("input", again);
  return again;
}
