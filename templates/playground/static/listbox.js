// Menus on cards: a button that opens a list. Arrow keys, Home, End, letters, Enter, Escape.

let open = null;

function close(focus) {
  if (!open) return;
  const { button, list } = open;
  open = null;
  list.hidden = true;
  button.setAttribute("aria-expanded", "false");
  if (focus) button.focus();
}

function optionsOf(list) {
  return [...list.querySelectorAll('[role="option"]')];
}

function show(button, list) {
  close(false);
  open = { button, list };
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
      else show(button, button.nextElementSibling);
      return;
    }
    const option = event.target.closest('[data-choose] [role="option"]');
    if (option) pick(option, choose);
  });
  root.addEventListener("keydown", (event) => {
    if (event.target.matches("[data-menu]") && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      show(event.target, event.target.nextElementSibling);
      return;
    }
    const list = event.target.closest("[data-choose]");
    if (!list) return;
    if (["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) step(list, event.key);
    else if (event.key === "Enter" || event.key === " ") pick(event.target, choose);
    else if (event.key === "Escape") close(true);
    else if (event.key === "Tab") { close(true); return; }
    else if (event.key.length === 1) jump(list, event.key);
    else return;
    event.preventDefault();
  });
}

function pick(option, choose) {
  const list = option.closest("[data-choose]");
  const value = option.dataset.value;
  close(true);
  choose(list, value);
}

document.addEventListener("pointerdown", (event) => {
  if (open && !event.target.closest(".menu")) close(false);
});
