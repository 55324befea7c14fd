// The page: keeps what a person sees up to date, and wires the header.

import { act, get } from "./api.js";
import { openDrawer } from "./drawer.js";
import { Frame } from "./frame.js";

const root = document.documentElement;
const byId = (id) => document.getElementById(id);
const frames = [...document.querySelectorAll(".frame")].map((element) => new Frame(element, refresh));
const shows = [...document.querySelectorAll("[data-show]")];
const people = [...document.querySelectorAll('input[name="person"]')];
const wish = new URLSearchParams(location.search);
let person = wish.get("person") ?? sessionStorage.getItem("person") ?? people[0].value;
let busy = false;
let again = false;
let skew = 0;
let greeted = false;

// News from the server

async function refresh() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    const asked = { person, ...Object.fromEntries(frames.map((frame) => [frame.platform, frame.channel])) };
    const state = await get("/state", asked);
    const moved = asked.person !== person || frames.some(({ platform, channel }) => asked[platform] !== channel);
    if (moved) again = true; // somebody went on while the answer was under way
    else show(state);
  } catch {
    banner("The playground does not answer. Start it again, and this page comes back by itself.");
  }
  busy = false;
  if (again) {
    again = false;
    refresh();
  }
}

let stream = null;
let polling = 0;

function listen() {
  clearInterval(polling);
  stream?.close();
  stream = null;
  if (document.hidden) return; // a browser opens few connections to one server: hidden windows give theirs back
  if (!window.EventSource) {
    polling = setInterval(refresh, 2000);
    return;
  }
  stream = new EventSource("/news");
  stream.onmessage = refresh;
  stream.onerror = () => {
    banner("The playground does not answer. Start it again, and this page comes back by itself.");
    if (stream?.readyState === EventSource.CLOSED) polling = setInterval(refresh, 2000);
  };
}

// What is shown

const PHASES = {
  starting: "The bot is starting…",
  restarting: "The bot is starting again…",
  died: "The bot ended by itself. It is being started again; what it said is in the terminal.",
};

function banner(text) {
  byId("banner").hidden = !text;
  byId("banner").textContent = text ?? "";
}

function show(state) {
  skew = new Date(state.now) - Date.now();
  if (state.person.key !== person) sessionStorage.removeItem("person");
  person = state.person.key;
  for (const input of people) input.checked = input.value === person;
  banner(PHASES[state.bot.phase]);
  byId("refused").hidden = state.refusals === 0;
  byId("refused").textContent = state.refusals;
  languages(state);
  for (const frame of frames) {
    const { news, unread } = frame.show(state);
    const dot = shows.find(({ dataset }) => dataset.show === frame.platform).querySelector(".dot");
    dot.hidden = unread === 0;
    announce(frame, news);
  }
  tick();
  if (!greeted && state.bot.phase === "running") {
    greeted = true;
    greet();
  }
}

function languages({ languages: known, person: { locale } }) {
  const select = byId("language");
  if (select.options.length === 0) {
    for (const [tag, name] of Object.entries(known)) select.add(new Option(name, tag));
  }
  select.value = locale;
}

// Screen readers hear each new answer once, as the platform's own client would say it.
function announce(frame, news) {
  const said = news.filter((row) => row.bot || row.kind === "error").at(-1);
  if (!said) return;
  const where = frame.platform === "slack" ? "Slack" : "Discord";
  const seen = said.private ? `, ${frame.words.private.toLowerCase()}` : "";
  byId("live").textContent = `${said.author} in ${where}${seen}: ${said.says}`;
}

function tick() {
  const now = new Date(Date.now() + skew);
  const day = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hour12: false };
  byId("clock").textContent = now.toLocaleString("en-GB", day);
  byId("clock").dateTime = now.toISOString();
}

// /?show=slack&say=treat+stress&type=/spasm+treat+str opens one window, asks, and begins to type: for pictures and demos;
// what starts with a slash is said as it stands
function greet() {
  const says = wish.get("say");
  const types = wish.get("type");
  const only = wish.get("show");
  for (const frame of frames) {
    if (only && frame.platform !== only) continue;
    if (says !== null) frame.say(says.startsWith("/") ? says : `/${frame.root} ${says}`.trim());
  }
  if (types) {
    const frame = frames.find(({ platform }) => platform === (only ?? "discord"));
    frame.composer.input.focus();
    frame.composer.text = types;
  }
}

// The header

for (const input of people) {
  input.addEventListener("change", () => {
    person = input.value;
    sessionStorage.setItem("person", person);
    refresh();
  });
}

byId("language").addEventListener("change", async (event) => {
  event.target.disabled = true;
  await act("language", { person, locale: event.target.value });
  event.target.disabled = false;
  event.target.focus();
});

function look(wanted) {
  root.dataset.look = wanted;
  byId("look").value = wanted;
}
look(wish.get("look") ?? localStorage.getItem("look") ?? "usual");
byId("look").addEventListener("change", ({ target }) => {
  localStorage.setItem("look", target.value);
  look(target.value);
});

byId("more").addEventListener("click", () => {
  const open = byId("controls").classList.toggle("open");
  byId("more").setAttribute("aria-expanded", String(open));
});

byId("reset").addEventListener("click", async ({ currentTarget: button }) => {
  button.disabled = true;
  await act("reset", { person });
  button.disabled = false;
  button.focus();
});

byId("sent").addEventListener("click", openDrawer);

function only(platform) {
  document.body.dataset.shown = platform;
  for (const button of shows) button.setAttribute("aria-pressed", String(button.dataset.show === platform));
}
for (const button of shows) {
  button.addEventListener("click", () => {
    only(button.dataset.show);
    refresh();
  });
}
only(wish.get("show") ?? "slack");
if (wish.has("show")) document.body.classList.add("alone");

document.addEventListener("visibilitychange", listen);
setInterval(tick, 5000);
listen();
