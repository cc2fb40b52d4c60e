/* Single keys: ? for help, / for search, g and a letter to go somewhere. People can switch them off (WCAG 2.1.4). */
"use strict";

const JUMP_MS = 1500;
let jumpUntil = 0;

const keysOff = () => document.body.dataset.keys === "off";

function go(letter) {
  const link = document.querySelector(`.side .nav a[data-jump="${CSS.escape(letter)}"]`);
  if (link) location.assign(link.href);
  return Boolean(link);
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  if (keysOff() || typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    event.preventDefault();
    htmx.ajax("GET", "/admin/keys", { target: "#dialog", swap: "innerHTML" });
  } else if (event.timeStamp < jumpUntil) {
    jumpUntil = 0;
    if (go(event.key)) event.preventDefault();
  } else if (event.key === "g") jumpUntil = event.timeStamp + JUMP_MS;
});
