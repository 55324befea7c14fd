// What both composers share: the input, its suggestions, keys and sending.

import { Suggestions } from "./suggestions.js";

export class Composer {
  constructor(frame, send) {
    this.form = frame.querySelector(".composer");
    this.input = frame.querySelector(".write");
    this.chips = frame.querySelector(".chips");
    this.send = send;
    this.commands = [];
    this.suggestions = new Suggestions(this.input, frame.querySelector(".suggestions"), (entry) => this.take(entry));
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("focus", () => this.typed());
    this.input.addEventListener("blur", () => this.suggestions.hide());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
  }

  // What an empty composer says.
  place(words) {
    this.words = words;
    this.input.placeholder = words;
  }

  get text() { return this.input.value; }

  set text(text) {
    this.input.value = text;
    this.typed();
  }

  key(event) {
    if (event.isComposing) return;
    const list = this.suggestions;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!list.isOpen) return;
      list.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      if (list.isOpen && list.chosen) this.take(list.chosen);
      else this.submit();
    } else if (event.key === "Tab" && !event.shiftKey && list.isOpen && list.entries.length && this.completes()) {
      this.take(list.chosen ?? list.entries[0]);
    } else if (event.key === "Escape" && list.isOpen) {
      list.hide();
    } else {
      return;
    }
    event.preventDefault();
  }

  // Tab completes only what somebody has begun to type; otherwise it moves on, as everywhere.
  completes() { return this.text.trim() !== ""; }
}
