// The list above a composer: what can be typed next. The input keeps the focus (a combobox).

import { make } from "./tree.js";

export class Suggestions {
  constructor(input, list, pick) {
    this.input = input;
    this.list = list;
    this.pick = pick;
    this.entries = [];
    this.active = -1;
    // pointerdown, so that the input does not lose the focus first
    list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const row = event.target.closest("[data-index]");
      if (row) this.pick(this.entries[Number(row.dataset.index)]);
    });
  }

  get isOpen() { return !this.list.hidden; }
  get chosen() { return this.entries[this.active] ?? null; }

  // `entries` are {name, typed, note}; `heading` stands above them; `first` is the one that Enter takes, -1 for none.
  show(entries, { heading = [], first = -1 } = {}) {
    this.entries = entries;
    this.active = entries.length ? first : -1;
    const rows = entries.map((entry, index) => {
      const row = make("li", "suggestion", make("span", "suggestion-name", entry.name));
      if (entry.typed) row.append(make("span", "suggestion-typed", entry.typed));
      if (entry.note) row.append(make("span", "suggestion-note", entry.note));
      row.id = `${this.list.id}-${index}`;
      row.dataset.index = index;
      row.setAttribute("role", "option");
      return row;
    });
    if (heading.length) rows.unshift(make("li", "suggestion-heading", ...heading));
    rows[0]?.matches(".suggestion-heading") && rows[0].setAttribute("role", "presentation");
    this.list.replaceChildren(...rows);
    this.list.hidden = rows.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.#mark();
  }

  hide() { this.show([]); }

  move(step) {
    const count = this.entries.length;
    if (!count) return;
    this.active = this.active < 0 && step < 0 ? count - 1 : (this.active + step + count) % count;
    this.#mark();
  }

  #mark() {
    for (const row of this.list.querySelectorAll("[data-index]")) {
      const on = Number(row.dataset.index) === this.active;
      row.setAttribute("aria-selected", String(on));
      if (on) row.scrollIntoView({ block: "nearest" });
    }
    if (this.active >= 0) this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.active}`);
    else this.input.removeAttribute("aria-activedescendant");
  }
}
