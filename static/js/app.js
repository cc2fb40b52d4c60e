/* The little that HTML and htmx don't do: theme, dialogs, toasts, keys, focus. Nothing here evaluates text. */
"use strict";

const THEMES = ["auto", "light", "dark"];
const TOAST_SECONDS = 8;

/* Theme: kept in a cookie, so that the server draws the right one first and nothing flashes. */
function showTheme(theme) {
  document.documentElement.dataset.theme = theme;
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.setAttribute("aria-label", `Theme: ${theme}`);
    for (const icon of button.querySelectorAll("[data-theme-icon]")) icon.toggleAttribute("hidden", icon.dataset.themeIcon !== theme);
  }
}

function nextTheme() {
  const now = THEMES.indexOf(document.documentElement.dataset.theme);
  const theme = THEMES[(now + 1) % THEMES.length];
  document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
  showTheme(theme);
}

/* Toasts: cloned from the page's own <template>, text set as text. A toast with Undo waits longer.
   Behind an open dialog nobody would see or hear one: there the form itself says why not. */
function toast(sentence, undo) {
  const refusal = dialog()?.open && dialog().querySelector("[data-refusal]");
  if (refusal) { refusal.textContent = sentence; refusal.hidden = false; return; }
  const drawn = document.getElementById("toast").content.cloneNode(true).firstElementChild;
  drawn.querySelector("[data-sentence]").textContent = sentence;
  const form = drawn.querySelector("form");
  if (undo) {
    form.action = form.dataset.action.replace("{uid}", encodeURIComponent(undo));
    form.setAttribute("hx-post", form.getAttribute("action"));
  } else form.remove();
  document.getElementById("toasts").append(drawn);
  htmx.process(drawn);
  expire(drawn);
}

function expire(drawn) {
  const seconds = drawn.querySelector("form") ? TOAST_SECONDS * 2 : TOAST_SECONDS;
  const leave = () => (drawn.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : drawn.remove());
  setTimeout(leave, seconds * 1000);
}

/* Dialogs: an answer swapped into #dialog opens it; closing empties it. */
const dialog = () => document.getElementById("dialog");

function focusIn(region) {
  (region.querySelector('[aria-invalid="true"]') ?? region.querySelector("[autofocus]"))?.focus();
}

/* Buttons that offer a value: it goes into its field as if it had been typed. */
function fill(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

document.addEventListener("htmx:after:swap", ({ detail }) => {
  const target = detail.ctx.target;
  if (!target?.isConnected) return;
  if (target === dialog() && !target.open && target.childElementCount) target.showModal();
  if (!target.contains(document.activeElement) || target === dialog()) focusIn(target);
  if (document.activeElement === document.body) document.getElementById(opener)?.focus({ preventScroll: true });
});

/* What opened a form in place gets the focus back when the form is gone. */
let opener = "";
document.addEventListener("htmx:before:request", ({ detail }) => {
  const source = detail.ctx.sourceElement;
  if (source?.dataset && "opener" in source.dataset) opener = source.id;
});

document.addEventListener("htmx:after:request", ({ detail }) => {
  const pressed = detail.ctx.sourceElement?.closest?.(".toast");
  if (pressed) { document.getElementById("main").focus({ preventScroll: true }); pressed.remove(); }
});
document.addEventListener("toast", ({ detail }) => toast(detail.sentence, detail.undo));
document.addEventListener("dialog:close", () => dialog()?.close());
document.addEventListener("htmx:error", ({ detail }) => {
  if (detail.ctx) toast("No answer from the server. Check the connection and try again.");
});

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-theme-toggle], [data-close], [data-dismiss], [data-fill], [data-print]");
  if (!pressed) return;
  if (pressed.matches("[data-theme-toggle]")) nextTheme();
  else if (pressed.matches("[data-dismiss]")) pressed.closest(".toast").remove();
  else if (pressed.matches("[data-print]")) print();
  else if (pressed.matches("[data-fill]")) fill(document.getElementById(pressed.dataset.fill), pressed.value);
  else if (pressed.closest("dialog")) { event.preventDefault(); pressed.closest("dialog").close(); }
});

/* Ticking rows: the heading's box ticks the page, and the bar says how many. */
function tick(form, box) {
  const rows = [...form.querySelectorAll('[name="who"]')], page = form.querySelector("[data-whole-page]"), all = form.querySelector('[name="all"]');
  if (box === page || box === all) for (const row of rows) row.checked = box.checked;
  if (all && box !== all && !box.checked) all.checked = false;
  const ticked = rows.filter((row) => row.checked).length;
  page.checked = ticked === rows.length;
  page.indeterminate = ticked > 0 && !page.checked;
  form.querySelector("[data-selected]").textContent = all?.checked ? all.dataset.label : `${ticked} selected`;
}
document.addEventListener("change", ({ target }) => {
  const form = target.closest("[data-selection]");
  if (form && target.type === "checkbox") tick(form, target);
});

/* What was asked for in a panel is shown behind it. */
document.addEventListener("submit", ({ target }) => target.querySelector(":popover-open")?.hidePopover());

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const search = document.querySelector("[data-search]");
  const single = !typing && document.body.dataset.keys !== "off";
  const asked = event.key === "/" ? single : event.key === "k" && (event.metaKey || event.ctrlKey);
  if (asked && search && !event.altKey) { event.preventDefault(); search.focus(); search.select(); }
  if (event.key === "Escape" && event.target === search) search.blur();
});

document.addEventListener("DOMContentLoaded", () => {
  showTheme(document.documentElement.dataset.theme);
  dialog()?.addEventListener("close", () => dialog().replaceChildren());
  document.querySelectorAll(".toast").forEach(expire);
  // Where one is isn't left outside a row of tabs that is wider than the window. The page itself stays where it is.
  for (const here of document.querySelectorAll(":is(.tabs, .pills, .steps) [aria-current]")) {
    const row = here.closest(".tabs, .pills, .steps"), frame = row.getBoundingClientRect(), box = here.getBoundingClientRect();
    row.scrollLeft += Math.min(box.left - frame.left, 0) + Math.max(box.right - frame.right, 0);
  }
});
