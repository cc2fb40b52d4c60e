/* The little that the portal's HTML doesn't do: copying, sharing, printing. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
  for (const button of document.querySelectorAll("[data-share]")) button.hidden = !navigator.share;
  for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
});

document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-print]")) print();
  const share = event.target.closest("[data-share]");
  if (share) navigator.share({ title: share.dataset.shareTitle, url: share.dataset.share }).catch(() => {});
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const label = button.querySelector("[data-copy-label]");
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    label.textContent = label.dataset.copied;
  } catch {
    getSelection().selectAllChildren(document.getElementById("code"));
    label.textContent = label.dataset.selected;
  }
});
