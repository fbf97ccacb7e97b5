// Tries the models that info names.

import { $ } from "./dom.js";
import { get } from "./calls.js";
import * as chat from "./chat.js";
import * as classify from "./classify.js";
import * as embed from "./embed.js";
import * as rank from "./rank.js";
import * as tag from "./tag.js";

// encoder is the panel of the model that reads whole texts. A classifier with one label
// says how well the second text of a pair goes with the first.
function encoder(model) {
  switch (model.task) {
    case "text-classification":
      return model.labels.length === 1
        ? { tab: "rank-tab", panel: rank, about: "ranks texts" }
        : { tab: "classify-tab", panel: classify, about: model.labels.join(", ") };
    case "token-classification":
      return { tab: "tag-tab", panel: tag, about: model.labels.join(", ") };
    case "feature-extraction":
      return { tab: "embed-tab", panel: embed, about: `vectors of ${model.dimensions} numbers` };
  }
}

const tabs = [...document.querySelectorAll("[role=tab]")];

function select(tab) {
  for (const t of tabs) {
    const on = t === tab;
    t.setAttribute("aria-selected", on);
    t.tabIndex = on ? 0 : -1;
    $(t.getAttribute("aria-controls")).hidden = !on;
  }
}

for (const tab of tabs) {
  tab.onclick = () => select(tab);
  tab.onkeydown = (event) => {
    const shown = tabs.filter((t) => !t.hidden);
    const at = shown.indexOf(tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: shown.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = shown[(to + shown.length) % shown.length];
    select(next);
    next.focus();
  };
}

async function begin() {
  const info = await get("info");
  const about = [];
  if (info.generation) {
    const g = info.generation;
    about.push(`${g.name}: ${g.precision} on ${g.provider}, ${g.context_length} tokens`);
    $("chat-tab").hidden = false;
    chat.start();
  }
  const reads = encoder(info.model);
  if (reads) {
    about.push(`${info.model.name}: ${reads.about}`);
    $(reads.tab).hidden = false;
    reads.panel.start(info);
  }
  $("about").textContent = about.join(" · ");
  select(tabs.find((t) => !t.hidden));
  $("main").hidden = false;
}

function open() {
  begin().catch((error) => {
    $("about").textContent = `info could not be read: ${error.message}`;
    if (error.status === 401 || error.status === 403) $("access").open = true;
  });
}

$("key-form").onsubmit = (event) => {
  event.preventDefault();
  if ($("main").hidden) open();
};
open();
