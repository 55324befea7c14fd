// Menus on cards: a button that opens a list. Arrow keys, Home, End, letters, Enter, Escape. Where several can be
// chosen, Enter and Space tick, and what is ticked is sent when the list is left; Escape leaves it as it was.

let open = null;

function close(focus, keep = true) {
  if (!open) return;
  const { button, list, before, choose } = open;
  const now = ticked(list);
  const changed = isSeveral(list) && now.join() !== before.join();
  open = null;
  list.hidden = true;
  button.setAttribute("aria-expanded", "false");
  if (focus) button.focus();
  if (!changed) return;
  const enough = now.length >= Number(list.dataset.least);
  if (keep && enough) choose(list, now);
  else for (const option of optionsOf(list)) tick(option, before.includes(option.dataset.value));
}

function isSeveral(list) { return "most" in list.dataset; }

function tick(option, on) { option.setAttribute("aria-selected", String(on)); }

function ticked(list) {
  const chosen = optionsOf(list).filter((option) => option.getAttribute("aria-selected") === "true");
  return chosen.map((option) => option.dataset.value);
}

// One more or one less; nothing when there are as many as the platform takes.
function toggle(option) {
  const list = option.closest("[data-choose]");
  const on = option.getAttribute("aria-selected") === "true";
  if (on || ticked(list).length < Number(list.dataset.most)) tick(option, !on);
}

function optionsOf(list) {
  return [...list.querySelectorAll('[role="option"]')];
}

function show(button, list, choose) {
  close(false);
  open = { button, list, choose, before: ticked(list) };
  list.hidden = false;
  list.classList.remove("up");
  button.setAttribute("aria-expanded", "true");
  const feed = button.closest(".feed");
  const limit = (feed ?? document.documentElement).getBoundingClientRect();
  const at = button.getBoundingClientRect();
  const height = list.offsetHeight;
  if (at.bottom + height > limit.bottom && at.top - limit.top > height) list.classList.add("up");
  const options = optionsOf(list);
  const first = options.find((option) => option.getAttribute("aria-selected") === "true") ?? options[0];
  first?.focus({ preventScroll: true });
  list.scrollIntoView({ block: "nearest" });
}

function step(list, to) {
  const options = optionsOf(list);
  const at = options.indexOf(document.activeElement);
  const wanted = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: options.length - 1 }[to];
  options[Math.max(0, Math.min(options.length - 1, wanted))]?.focus();
}

function jump(list, letter) {
  const options = optionsOf(list);
  const at = options.indexOf(document.activeElement);
  const later = [...options.slice(at + 1), ...options.slice(0, at + 1)];
  later.find((option) => option.textContent.toLowerCase().startsWith(letter.toLowerCase()))?.focus();
}

// Make every menu below `root` work; `choose` is told the list element and the value.
export function listen(root, choose) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-menu]");
    if (button) {
      if (open?.button === button) close(true);
      else show(button, button.nextElementSibling, choose);
      return;
    }
    if (event.target.closest("[data-done]")) close(true);
    const option = event.target.closest('[data-choose] [role="option"]');
    if (option) pick(option, choose);
  });
  root.addEventListener("keydown", (event) => {
    if (event.target.matches("[data-menu]") && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      show(event.target, event.target.nextElementSibling, choose);
      return;
    }
    const list = event.target.closest("[data-choose]");
    if (!list) return;
    if (event.target.matches("[data-done]") && event.key !== "Escape" && event.key !== "Tab") return;
    if (["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) step(list, event.key);
    else if (event.key === "Enter" || event.key === " ") pick(event.target, choose);
    else if (event.key === "Escape") close(true, false);
    else if (event.key === "Tab" && isSeveral(list)) leave(event, list);
    else if (event.key === "Tab") { close(true); return; }
    else if (event.key.length === 1) jump(list, event.key);
    else return;
    event.preventDefault();
  });
}

function pick(option, choose) {
  const list = option.closest("[data-choose]");
  if (isSeveral(list)) {
    toggle(option);
    return;
  }
  const value = option.dataset.value;
  close(true);
  choose(list, [value]);
}

// Tab goes from the options to "Done", and from there out.
function leave(event, list) {
  const done = list.querySelector("[data-done]");
  if (event.target === done || event.shiftKey) close(true);
  else done.focus();
}

document.addEventListener("pointerdown", (event) => {
  if (open && !event.target.closest(".menu")) close(false);
});
