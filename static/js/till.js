/* A scanner is a keyboard: what it types goes into the box, wherever the focus was left. Nothing here evaluates text. */
"use strict";

document.addEventListener("keydown", (event) => {
  const box = document.querySelector("[data-box]");
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const printable = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (box && printable && !typing) box.focus();
});

/* One press is one press: a second tap while the first is on its way does nothing. */
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
});
