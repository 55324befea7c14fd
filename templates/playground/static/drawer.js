// "What was sent": the bot's last requests as JSON, and what a platform refused.

import { get, tell } from "./api.js";
import { make } from "./tree.js";

const drawer = document.getElementById("drawer");
const list = document.getElementById("drawer-list");
const tabs = [...drawer.querySelectorAll("[data-drawer]")];
let platform = "slack";
let sent = null;

function refusal({ rule, source, detail }) {
  const box = make("div", "refusal", make("strong", "", rule), make("p", "", detail));
  if (/^https?:\/\//.test(source)) {
    const link = make("a", "link", source);
    link.href = source;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    box.append(link);
  } else {
    box.append(make("span", "", source));
  }
  return box;
}

function request({ name, request: body }, index) {
  const code = make("pre", "json", JSON.stringify(body, null, 2));
  code.tabIndex = 0;
  const details = make("details", "request", make("summary", "", name), code);
  details.open = index === 0;
  return details;
}

function draw() {
  for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.dataset.drawer === platform));
  const { requests, refusals } = sent[platform];
  const parts = [];
  if (refusals.length) parts.push(make("h3", "", `Refused (${refusals.length})`), ...refusals.map(refusal));
  parts.push(make("h3", "", "Requests, newest first"));
  parts.push(...(requests.length ? requests.map(request) : [make("p", "", "Nothing yet. Ask the bot something.")]));
  list.replaceChildren(...parts);
}

export async function openDrawer() {
  try {
    sent = await get("/requests");
  } catch (error) {
    tell(error.message);
    return;
  }
  if (!sent[platform].refusals.length) platform = Object.keys(sent).find((key) => sent[key].refusals.length) ?? platform;
  draw();
  drawer.showModal();
}

for (const tab of tabs) {
  tab.addEventListener("click", () => {
    platform = tab.dataset.drawer;
    draw();
  });
}
document.getElementById("drawer-close").addEventListener("click", () => drawer.close());
drawer.addEventListener("click", (event) => { if (event.target === drawer) drawer.close(); });
