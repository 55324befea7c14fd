// One channel's messages: draws what is new or changed, keeps the rest, and moves the reader to it.

import { build, make } from "./tree.js";

const HUES = 5;

function hue(key) {
  let sum = 0;
  for (const letter of key) sum = (sum * 31 + letter.codePointAt(0)) % 997;
  return `hue-${sum % HUES}`;
}

export class Feed {
  constructor(frame, words, press) {
    this.frame = frame;
    this.discord = frame.dataset.platform === "discord";
    this.words = words;
    this.scroller = frame.querySelector(".feed");
    this.rows = frame.querySelector(".rows");
    this.start = frame.querySelector(".start");
    this.drawn = new Map();
    this.press = press;
    this.place = "";
  }

  // Show `rows`. Returns those that came or changed since the last time, unless another place was opened.
  show(place, rows, locale) {
    const fresh = this.place !== place;
    if (fresh) {
      this.rows.replaceChildren();
      this.drawn.clear();
      this.place = place;
    }
    const focused = document.activeElement?.closest?.("[data-row]")?.dataset.row;
    const changed = this.#update(rows, locale);
    if (fresh) this.scroller.scrollTop = this.scroller.scrollHeight;
    else if (changed.length) this.#reveal(changed, focused);
    return fresh ? [] : changed;
  }

  #update(rows, locale) {
    const kept = new Set(rows.map((row) => String(row.id)));
    for (const [id, { element }] of this.drawn) {
      if (kept.has(id)) continue;
      element.remove();
      this.drawn.delete(id);
    }
    const changed = [];
    let before = null;
    for (const row of rows) {
      const id = String(row.id);
      const text = JSON.stringify(row);
      let known = this.drawn.get(id);
      if (known?.text !== text) {
        const element = this.#row(row, locale);
        known?.element.replaceWith(element);
        known = { text, element };
        this.drawn.set(id, known);
        changed.push(row);
      }
      const wanted = before ? before.nextSibling : this.rows.firstChild;
      if (known.element !== wanted) this.rows.insertBefore(known.element, wanted);
      before = known.element;
    }
    return changed;
  }

  // Bring the top of what changed into view; keep the keyboard where the pressed button was.
  #reveal(changed, focused) {
    const last = this.drawn.get(String(changed.at(-1).id)).element;
    const box = this.scroller.getBoundingClientRect();
    const at = last.getBoundingClientRect();
    const room = box.height - 16;
    const before = last.previousElementSibling;
    const top = (this.discord && before?.dataset.kind === "typed" ? before : last).getBoundingClientRect().top;
    if (at.bottom - top > room || at.top < box.top) this.scroller.scrollTop += top - box.top - 4;
    else if (at.bottom > box.bottom) this.scroller.scrollTop += at.bottom - box.bottom + 12;
    if (focused && changed.some((row) => String(row.id) === focused)) {
      this.drawn.get(focused).element.focus({ preventScroll: true });
    }
  }

  #row(row, locale) {
    const at = new Date(row.at);
    const time = at.toLocaleTimeString(locale, { hour: "numeric", minute: "2-digit" });
    const item = make("li", `row ${row.kind}${row.private ? " private" : ""}`);
    item.dataset.row = row.id;
    item.dataset.kind = row.kind;
    item.tabIndex = -1;
    if (row.kind === "typed" && this.discord) item.append(...this.#used(row));
    else if (row.kind === "error") item.append(...this.#error(row));
    else item.append(...this.#message(row, time, at));
    return item;
  }

  #message(row, time, at) {
    const typed = row.kind === "typed";
    const avatar = make("span", `avatar ${row.bot ? "bot" : hue(row.key)}`, row.bot ? "" : [...row.author][0]);
    avatar.setAttribute("aria-hidden", "true");
    const head = make("div", "head", make("span", "author", row.author));
    if (row.bot) head.append(make("span", "app", "APP"));
    const clock = make("time", "", this.discord ? `Today at ${time}` : time);
    clock.dateTime = row.at;
    clock.title = at.toLocaleString();
    head.append(clock);
    const content = make("div", "content");
    if (!this.discord && (row.private || typed)) content.append(make("div", "only", make("span", "eye"), this.words.private));
    if (row.reply) content.append(make("div", "only", "Replied in a thread"));
    const body = make("div", "body", ...(typed ? [make("span", "typed-text", row.says)] : row.body.map(build)));
    content.append(head, body);
    if (row.edited) body.append(make("span", "edited", "(edited)"));
    if (this.discord && row.private) content.append(this.#dismiss(row));
    return [avatar, content];
  }

  #dismiss(row) {
    const button = make("button", "dismiss", "Dismiss message");
    button.type = "button";
    button.addEventListener("click", () => this.press("dismiss", { message: row.id }, button));
    return make("div", "only", make("span", "eye"), `${this.words.private} • `, button);
  }

  #used(row) {
    const avatar = make("span", `avatar tiny ${hue(row.key)}`, [...row.author][0]);
    avatar.setAttribute("aria-hidden", "true");
    return [make("span", "corner"), make("span", "used", avatar, make("strong", "", row.author), " used ", make("span", "command-name", row.says))];
  }

  #error(row) {
    const missing = row.says.startsWith("cannot draw");
    return [make("div", missing ? "cannot-draw" : "failed", make("span", "only", make("span", "eye"), this.words.private), make("span", "", row.says))];
  }
}
