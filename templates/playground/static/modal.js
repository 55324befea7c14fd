// The modal of one platform: drawn from what the bot sent, filled in, sent, closed. The browser's own dialog keeps the
// focus inside, gives it back, and closes on Escape.

import { act } from "./api.js";
import { listen } from "./listbox.js";
import { build } from "./tree.js";

const REQUIRED = "Please fill this in.";

export class Modal {
  constructor(frame, where) {
    this.where = where;
    this.frame = frame;
    this.dialog = frame.querySelector(".modal");
    this.form = frame.querySelector(".modal-form");
    this.title = frame.querySelector(".modal-title");
    this.body = frame.querySelector(".modal-body");
    this.error = frame.querySelector(".modal-error");
    this.save = frame.querySelector(".modal-save");
    this.closing = frame.querySelector(".modal-close");
    this.shown = "";
    this.left = "";
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#leave();
    });
    this.dialog.addEventListener("close", () => { if (this.shown) this.#leave(); });
    this.closing.addEventListener("click", () => this.#leave());
    frame.querySelector(".modal-x").addEventListener("click", () => this.#leave());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.form.addEventListener("input", (event) => this.#touched(event.target));
    this.body.addEventListener("click", (event) => {
      const button = event.target.closest("[data-press]");
      if (button) this.#use(button, { action: button.dataset.press });
    });
    listen(this.body, (list, values) => this.#use(list.previousElementSibling, { action: list.dataset.choose, values }));
  }

  // `modal` is what is open now, or null. What somebody is filling in is left alone.
  show(modal) {
    const wanted = modal ? modal.id : "";
    if (this.left && this.left !== wanted) this.left = "";
    if (this.shown === wanted || (wanted && this.left === wanted)) return;
    this.shown = wanted;
    if (!modal) {
      this.#close();
      return;
    }
    this.title.textContent = modal.title;
    this.body.replaceChildren(...modal.body.map(build));
    this.body.scrollTop = 0;
    this.error.hidden = true;
    this.closing.textContent = modal.close;
    this.save.hidden = !modal.save;
    this.save.textContent = modal.save ?? "";
    for (const group of this.body.querySelectorAll("[data-most]")) limit(group);
    if (!this.dialog.open) {
      this.from = document.activeElement?.closest?.("[data-row]")?.dataset.row ?? "";
      this.dialog.showModal();
    }
    this.title.focus();
  }

  // The browser gives the focus back; where the message was drawn anew meanwhile, its row takes it.
  #close() {
    this.dialog.close();
    const active = document.activeElement;
    if (active && active !== document.body && !this.dialog.contains(active)) return;
    const row = this.from && this.frame.querySelector(`[data-row="${CSS.escape(this.from)}"]`);
    (row || this.frame.querySelector(".write")).focus({ preventScroll: true });
  }

  async #leave() {
    this.left = this.shown;
    this.shown = "";
    this.#close();
    await act("close", this.where());
  }

  async #use(button, what) {
    await this.#busy(button, () => act("use", { ...this.where(), ...what }));
  }

  async #busy(button, work) {
    if (button.getAttribute("aria-busy") === "true") return null;
    button.setAttribute("aria-busy", "true");
    const answer = await work();
    button.removeAttribute("aria-busy");
    return answer;
  }

  #fields() { return [...this.body.querySelectorAll("[data-field]")]; }

  async #send() {
    const missing = Object.fromEntries(this.#fields().filter(lacks).map((field) => [field.dataset.field, REQUIRED]));
    this.#tell(missing, "");
    if (Object.keys(missing).length) return;
    const values = Object.fromEntries(this.#fields().map(valueOf));
    const answer = await this.#busy(this.save, () => act("submit", { ...this.where(), values }));
    if (answer) this.#tell(answer.errors, answer.error);
  }

  // What is wrong stands beside the input that it is about, which gets the focus; the rest stands at the end.
  #tell(errors, error) {
    this.error.textContent = error ?? "";
    this.error.hidden = !error;
    let first = null;
    for (const field of this.#fields()) {
      const words = errors[field.dataset.field];
      mark(field, words);
      if (words) first ??= field;
    }
    first?.querySelector("input, select, textarea")?.focus();
  }

  #touched(input) {
    const field = input.closest("[data-field]");
    if (!field) return;
    mark(field, "");
    if ("most" in field.dataset) limit(field);
  }
}

function controls(field) { return [...field.querySelectorAll("input, select, textarea")]; }

function ticked(field) { return controls(field).filter(({ checked }) => checked); }

function valueOf(field) {
  const [first] = controls(field);
  if (field.tagName !== "FIELDSET") return [first.name, first.value];
  const values = ticked(field).map(({ value }) => value);
  return [first?.name ?? field.dataset.field, first?.type === "radio" ? values[0] ?? "" : values];
}

function lacks(field) {
  if (field.tagName === "FIELDSET") return ticked(field).length < Number(field.dataset.least);
  return controls(field)[0].required && !controls(field)[0].value.trim();
}

// No more boxes can be ticked than the platform takes.
function limit(field) {
  if (controls(field)[0]?.type !== "checkbox") return;
  const full = ticked(field).length >= Number(field.dataset.most);
  for (const box of controls(field)) box.disabled = full && !box.checked;
}

function mark(field, words) {
  const error = field.querySelector(".field-error");
  if (!error) return;
  error.textContent = words ?? "";
  error.hidden = !words;
  for (const control of controls(field)) {
    if (words) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
}
