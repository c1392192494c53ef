// Keyboard of the operations pages. Every key has a link or a button that does the same.
(() => {
  "use strict";
  const find = (selector) => document.querySelector(selector);
  const rows = () => Array.from(document.querySelectorAll("table[data-keys] tbody tr"));
  const link = (row) => row && row.querySelector(".ss-table__link");
  const chosen = () => rows().find((row) => row.matches(".ss-table__row--selected, :focus-within"));

  // On a phone the doors are one line that scrolls, on a low screen a column: the present one is shown.
  const here = find(".ss-rail__nav [aria-current]");
  for (const place of here ? [here.closest(".ss-rail__nav"), here.closest(".ss-rail")] : []) {
    const inner = here.getBoundingClientRect();
    const outer = place.getBoundingClientRect();
    if (place.scrollWidth > place.clientWidth) {
      place.scrollLeft += inner.left + inner.width / 2 - (outer.left + outer.width / 2);
    }
    if (inner.bottom > outer.bottom) place.scrollTop += inner.bottom - outer.bottom + inner.height;
  }

  const select = (row) => {
    if (!row) return;
    rows().forEach((each) => {
      each.classList.toggle("ss-table__row--selected", each === row);
      each.toggleAttribute("data-selected", each === row);
    });
    link(row)?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    // A page that listens shows the row's detail beside the table.
    row.dispatchEvent(new CustomEvent("ss:select", { bubbles: true }));
  };

  const move = (step) => {
    const all = rows();
    const focused = all.findIndex((row) => row.contains(document.activeElement));
    const from = focused >= 0 ? focused : all.findIndex((row) => row.hasAttribute("data-selected"));
    select(all[Math.min(all.length - 1, Math.max(0, from < 0 ? 0 : from + step))]);
  };

  const showKeys = (event) => {
    const dialog = find("#keys");
    if (!dialog || !dialog.showModal) return;
    event.preventDefault();
    if (!dialog.open) dialog.showModal();
  };

  const press = (selector) => {
    const target = find(selector);
    if (!target) return false;
    if (target.matches("summary, button, a")) target.click();
    else target.focus();
    return true;
  };

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    Enter: (event) => {
      if (document.activeElement !== document.body) return;
      const target = link(chosen());
      if (target) {
        event.preventDefault();
        target.click();
      }
    },
    f: (event) => press("[data-key=f]") && event.preventDefault(),
    "/": (event) => press("[data-key=search]") && event.preventDefault(),
    "?": showKeys,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (keys[key]) keys[key](event);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-open=keys]")) showKeys(event);
    // The mouse chooses a row as J and K do; its links and controls keep their own work.
    const row = event.target.closest("table[data-keys] tbody tr");
    if (row && !event.target.closest("a, button, input, label")) select(row);
  });
})();
