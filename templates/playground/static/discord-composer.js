// Discord's composer: a command is picked from what the bot registered, then its options are filled in one by one.

import { act } from "./api.js";
import { Composer } from "./composer.js";
import { make } from "./tree.js";

const BOOLEAN = 5;
const PAUSE = 60; // milliseconds without a key before the bot is asked

export class DiscordComposer extends Composer {
  constructor(frame, send, where) {
    super(frame, send);
    this.where = where;
    this.command = null;
    this.filled = [];
    this.asked = 0;
    this.waiting = 0;
  }

  offer(commands) { this.commands = commands; }

  place(words) {
    this.words = words;
    if (!this.command) super.place(words);
  }

  get option() {
    return this.command?.options.find((option) => !this.filled.some(({ name }) => name === option.name)) ?? null;
  }

  typed() {
    if (!this.command && !this.#begun()) {
      this.#offerCommands();
      return;
    }
    this.#suggest();
  }

  // A whole command followed by a space: it becomes a chip, and its first option can be typed.
  #begun() {
    const text = this.text;
    const fits = ({ path }) => text.toLowerCase().startsWith(`/${path.join(" ")} `);
    const found = this.commands.filter(fits).sort((a, b) => b.path.length - a.path.length)[0];
    if (!found) return false;
    const rest = text.slice(found.path.join(" ").length + 2);
    const named = found.options[0] ? new RegExp(`^${found.options[0].name}:\\s*`, "i") : /^$/;
    this.#start(found, rest.replace(named, ""));
    return true;
  }

  #start(command, rest) {
    this.command = command;
    this.filled = [];
    this.input.value = command.options.length ? rest : "";
    this.#draw();
  }

  #offerCommands() {
    const text = this.text.toLowerCase();
    if (!text.startsWith("/")) {
      this.suggestions.hide();
      return;
    }
    const words = text.slice(1).split(/\s+/).filter(Boolean);
    const found = this.commands.filter(({ path }) => words.every((word) => path.some((step) => step.includes(word))));
    const entries = found.map((command) => ({
      name: `/${command.path.join(" ")}`,
      typed: command.options.map(({ name }) => name).join(" "),
      note: command.description,
      command,
    }));
    this.suggestions.show(entries, { first: 0, heading: entries.length ? [make("span", "", "Spasmbot")] : [] });
  }

  async #suggest() {
    const option = this.option;
    if (!option) {
      this.suggestions.show([], { heading: this.#heading() });
      return;
    }
    const typed = this.text;
    const mine = ++this.asked;
    const fixed = option.type === BOOLEAN ? [{ name: "True", value: "true" }, { name: "False", value: "false" }] : option.choices;
    if (fixed || !option.autocomplete) {
      const begun = (fixed ?? []).filter(({ name }) => name.toLowerCase().includes(typed.toLowerCase()));
      this.#choices(begun, typed);
      return;
    }
    clearTimeout(this.waiting);
    await new Promise((resolve) => { this.waiting = setTimeout(resolve, PAUSE); });
    const answer = await act("suggest", {
      ...this.where(), path: this.command.path, option: option.name, typed, options: this.#values(),
    });
    if (mine === this.asked && this.option === option && this.text === typed && document.activeElement === this.input) {
      this.#choices(answer?.choices ?? [], typed);
    }
  }

  #choices(choices, typed) {
    const entries = choices.map(({ name, value }) => ({ name, value: String(value) }));
    this.suggestions.show(entries, { heading: this.#heading(), first: typed.trim() ? 0 : -1 });
  }

  #heading() {
    const option = this.option;
    const parts = [make("span", "path", `/${this.command.path.join(" ")}`)];
    if (option) parts.push(make("strong", "", `${option.name}:`), ` ${option.description}`);
    else parts.push(` ${this.command.description}`);
    return parts;
  }

  #values() { return Object.fromEntries(this.filled.map(({ name, value }) => [name, value])); }

  #draw() {
    const chips = this.command ? [make("span", "chip path", `/${this.command.path.join(" ")}`)] : [];
    for (const { name, label } of this.filled) chips.push(make("span", "chip", make("b", "", name), ` ${label}`));
    if (this.option) chips.push(make("span", "chip name", this.option.name));
    this.chips.replaceChildren(...chips);
    const words = this.option ? `Option ${this.option.name} of /${this.command.path.join(" ")}` : null;
    this.input.setAttribute("aria-label", words ?? "Write in Discord");
    this.input.placeholder = this.command ? " " : this.words;
    this.input.classList.toggle("filled", Boolean(this.command && !this.option));
    this.form.classList.toggle("in-command", Boolean(this.command));
  }

  key(event) {
    const atStart = this.input.selectionStart === 0 && this.input.selectionEnd === 0;
    if (event.key === "Backspace" && this.command && atStart) {
      event.preventDefault();
      this.#back();
      return;
    }
    super.key(event);
  }

  #back() {
    const last = this.filled.pop();
    if (last) {
      this.#draw();
      this.text = last.label;
      return;
    }
    const text = `/${this.command.path.join(" ")}`;
    this.clear();
    this.text = text;
  }

  clear() {
    this.command = null;
    this.filled = [];
    this.asked += 1;
    this.input.value = "";
    this.#draw();
    this.suggestions.hide();
  }

  take(entry) {
    this.input.focus();
    if (entry.command) {
      this.#start(entry.command, "");
      this.typed();
      return;
    }
    this.#fill(entry.name, entry.value);
  }

  #fill(label, value) {
    this.filled.push({ name: this.option.name, label, value });
    this.input.value = "";
    this.#draw();
    this.typed();
  }

  submit() {
    if (!this.command) {
      const text = this.text.trim();
      if (!text) return;
      const whole = this.commands.find(({ path }) => text.toLowerCase() === `/${path.join(" ")}`);
      if (whole) this.#start(whole, "");
      else {
        this.clear();
        this.send("write", { text }, () => { this.text = this.text || text; });
        return;
      }
    }
    const last = this.text.trim();
    if (this.option && last) this.#fill(last, last);
    if (this.option?.required) {
      this.input.focus();
      this.suggestions.show([], { heading: [make("strong", "required", `${this.option.name}:`), " This option is required"] });
      return;
    }
    const typed = [`/${this.command.path.join(" ")}`, ...this.filled.map(({ name, label }) => `${name}: ${label}`)].join(" ");
    const what = { path: this.command.path, options: this.#values(), typed };
    this.clear();
    this.send("command", what, () => {});
  }
}
