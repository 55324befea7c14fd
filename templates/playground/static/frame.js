// One platform's window: its conversations, its messages, its composer.

import { act } from "./api.js";
import { DiscordComposer } from "./discord-composer.js";
import { Feed } from "./feed.js";
import { listen } from "./listbox.js";
import { Modal } from "./modal.js";
import { SlackComposer } from "./slack-composer.js";
import { make } from "./tree.js";

export class Frame {
  constructor(element, moved) {
    this.element = element;
    this.platform = element.dataset.platform;
    this.words = JSON.parse(element.dataset.words);
    this.channel = sessionStorage.getItem(`channel:${this.platform}`) ?? "";
    this.person = "";
    this.moved = moved;
    this.nav = element.querySelector(".channels");
    this.feed = new Feed(element, this.words, (name, what, button) => this.#busy(name, what, button));
    const send = (name, what, undo) => this.#send(name, what, undo);
    const Kind = this.platform === "discord" ? DiscordComposer : SlackComposer;
    this.composer = new Kind(element, send, () => this.#where());
    this.modal = new Modal(element, () => ({ person: this.person, platform: this.platform }));
    this.#listen();
  }

  #listen() {
    const { scroller } = this.feed;
    scroller.addEventListener("click", (event) => {
      const button = event.target.closest("[data-press]");
      const spoiler = event.target.closest("[data-spoiler]");
      if (spoiler) spoiler.classList.add("told");
      if (button) this.#busy("press", { action: button.dataset.press, ...this.#on(button) }, button);
    });
    scroller.addEventListener("keydown", (event) => {
      if (event.target.matches("[data-spoiler]") && ["Enter", " "].includes(event.key)) event.target.classList.add("told");
    });
    listen(scroller, (list, values) => {
      this.#busy("choose", { action: list.dataset.choose, values, ...this.#on(list) }, list.previousElementSibling);
    });
  }

  #on(element) {
    return { message: Number(element.closest("[data-row]").dataset.row), block: element.dataset.block ?? null };
  }

  #where() { return { person: this.person, platform: this.platform, channel: this.channel }; }

  async #busy(name, what, button) {
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    await act(name, { person: this.person, ...what });
    button.removeAttribute("aria-busy");
  }

  async #send(name, what, undo) {
    const answer = await act(name, { ...this.#where(), ...what });
    if (!answer) undo();
  }

  // Say something as the person would: `/spasm treat stress` picks the command on Discord too.
  say(text) {
    this.composer.text = text;
    this.composer.submit();
  }

  show(state) {
    const seen = state.platforms[this.platform];
    this.person = state.person.key;
    this.channel = seen.channel;
    const open = seen.channels.find(({ key }) => key === seen.channel);
    this.commands = state.commands;
    this.root = state.commands[0]?.path[0] ?? "spasm";
    this.composer.offer(state.commands);
    const name = open.direct ? "direct" : "channel";
    this.composer.place(this.words[name].replace("{name}", open.name));
    this.element.querySelector(".hint-line").textContent = this.words[`hint_${name}`];
    this.#welcome(open, name, seen.feed.length === 0);
    const news = this.feed.show(`${this.person}/${this.channel}`, seen.feed, state.person.locale);
    const unread = this.#conversations(seen.channels);
    if (this.visible) this.modal.show(seen.modal);
    return { news, unread };
  }

  get visible() { return this.element.offsetParent !== null; }

  // Bring the switcher up to date; tell how many conversations hold something unread.
  #conversations(channels) {
    let unread = 0;
    const wanted = channels.map(({ key }) => key).join(" ");
    if (this.nav.dataset.of !== wanted) {
      this.nav.dataset.of = wanted;
      this.nav.replaceChildren(...channels.map((channel) => this.#conversation(channel)));
    }
    for (const { key, last } of channels) {
      const here = key === this.channel;
      const store = `seen:${this.platform}:${this.person}:${key}`;
      if (here && this.visible && last) sessionStorage.setItem(store, last);
      const fresh = last > Number(sessionStorage.getItem(store) ?? 0);
      unread += fresh ? 1 : 0;
      const button = this.nav.querySelector(`[data-channel="${CSS.escape(key)}"]`);
      if (here) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
      button.querySelector(".dot").hidden = !fresh || here;
    }
    return unread;
  }

  #conversation({ key, name, direct }) {
    const button = make("button", `channel${direct ? " direct" : ""}`, make("span", "sign", direct ? "" : "#"), direct ? "Spasmbot" : name);
    button.type = "button";
    button.dataset.channel = key;
    if (direct) button.append(make("span", "unseen", ", direct messages"));
    button.append(make("span", "dot", make("span", "unseen", ", unread")));
    button.addEventListener("click", () => this.open(key));
    return button;
  }

  open(channel) {
    this.channel = channel;
    sessionStorage.setItem(`channel:${this.platform}`, channel);
    this.moved();
    // Slack tells an app that somebody looks at it; Discord does not.
    if (this.platform === "slack" && channel.startsWith("dm-")) act("visit", this.#where());
  }

  // What to try, but for commands that the bot does not have (another pack has another root word).
  #examples(name) {
    const texts = this.words[`examples_${name}`].map((text) => text.replace("{root}", this.root));
    return texts.filter((text) => {
      const [root, command] = text.split(" ");
      return !root.startsWith("/") || !command || this.commands.some(({ path }) => path[1] === command);
    });
  }

  // The empty channel says what to try.
  #welcome(open, name, empty) {
    const { start } = this.feed;
    const wanted = empty ? `${this.person}/${open.key}/${this.commands.length}` : "";
    if (start.dataset.of === wanted) return;
    start.dataset.of = wanted;
    start.replaceChildren();
    if (!empty) return;
    const title = open.direct ? "You and Spasmbot" : `#${open.name}`;
    const examples = this.#examples(name).map((text) => {
      const button = make("button", "example", text);
      button.type = "button";
      button.addEventListener("click", () => this.say(text));
      return button;
    });
    start.append(make("p", "start-title", title), make("p", "start-text", "Nothing here yet. Try one of these:"), make("div", "examples", ...examples));
  }
}
