// Requests to the server that the page came from, whatever path a gateway has put
// before it.

import { $ } from "./dom.js";

export const address = (path) => new URL(path, document.baseURI).href;

// key is what the user typed. It is kept nowhere else.
export const key = () => $("key").value.trim();

const authorization = () => (key() ? { Authorization: `Bearer ${key()}` } : {});

export async function get(path) {
  const response = await fetch(address(path), { headers: authorization() });
  if (!response.ok) throw await refusal(response);
  return response.json();
}

// post returns an answer of status 200.
export async function post(path, body, signal) {
  const response = await fetch(address(path), {
    method: "POST", headers: { "Content-Type": "application/json", ...authorization() }, body: JSON.stringify(body), signal,
  });
  if (!response.ok) throw await refusal(response);
  return response;
}

// refusal is the error that an answer tells. It has the status, which gateways give as
// 424 with the server's own beside it, and after how many seconds to try again.
async function refusal(response) {
  let message = `status ${response.status}`;
  try { message = (await response.json()).error.message; } catch { /* not the server's own answer */ }
  const again = response.headers.get("Retry-After");
  const error = new Error(again ? `${message} (in ${again} s)` : message);
  error.status = Number(response.headers.get("ms-azureml-model-error-statuscode") ?? response.status);
  error.again = again === null ? null : Number(again);
  return error;
}

// events yields the data of each event of a response.
export async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      for (const line of block.split("\n")) {
        if (line.startsWith("data: ")) yield line.slice("data: ".length);
      }
    }
  }
}
