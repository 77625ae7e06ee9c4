"use strict";
// Filtering and copying. Without this script the page holds all the same findings, unfiltered.
(() => {
  const form = document.getElementById("filter");
  const status = document.getElementById("filter-status");
  const checks = [...document.querySelectorAll("details.check")].map((element) => ({
    element,
    opened: element.open,
    rows: [...element.querySelectorAll("tr[data-verdict]")].map((row) => ({ row, text: "" })),
    // as it is shown, and as it is typed: M_ji
    text: `${element.querySelector("summary").textContent} ${element.querySelector("summary").dataset.claim}`.toLowerCase(),
  }));
  const total = checks.reduce((sum, check) => sum + check.rows.length, 0);
  const [GRADE, DIGITS] = [3, 6]; // columns of a row
  const AUTO_OPEN = 200; // so many matching rows are shown without a further click

  // inputs stand in the page once, however many findings have them: a row takes its own in when it is opened
  const link = (row) => row.querySelector('details a[href^="#i"]');
  const inputsOf = (row) => link(row) && document.getElementById(link(row).hash.slice(1));
  document.addEventListener("toggle", ({ target }) => {
    const row = target.open && target.closest("tr[data-verdict]");
    if (row && link(row)) link(row).replaceWith(inputsOf(row).firstElementChild.cloneNode(true));
  }, true);
  const list = document.getElementById("inputs");
  if (list) list.hidden = true;

  const wanted = () => ({
    words: form.elements.q.value.toLowerCase().replaceAll("->", "→").split(/\s+/).filter(Boolean),
    verdicts: new Set([...form.querySelectorAll("[name=verdict]:checked")].map((box) => box.value)),
    stage: form.elements.stage.value,
    grade: form.elements.grade.value,
    digits: form.elements.digits.value === "" ? Infinity : Number(form.elements.digits.value),
  });

  const matches = (check, entry, want) => {
    const { cells, dataset } = entry.row;
    if (want.verdicts.size && !want.verdicts.has(dataset.verdict)) return false;
    if (want.grade && cells[GRADE].textContent !== want.grade) return false;
    // of an interval the smaller end; NaN if nothing was compared
    if (want.digits < Infinity && !(parseFloat(cells[DIGITS].textContent) < want.digits)) return false;
    if (!want.words.length) return true;
    entry.text ||= `${entry.row.textContent} ${inputsOf(entry.row)?.textContent ?? ""}`.toLowerCase();
    return want.words.every((word) => check.text.includes(word) || entry.text.includes(word));
  };

  const apply = () => {
    const want = wanted();
    const narrowed = want.words.length || want.verdicts.size || want.grade || want.stage || want.digits < Infinity;
    let shown = 0;
    for (const check of checks) {
      check.hits = 0;
      for (const entry of check.rows) {
        const hit = (!want.stage || check.element.dataset.stage === want.stage) && matches(check, entry, want);
        entry.row.hidden = !hit;
        check.hits += hit;
      }
      check.element.hidden = check.hits === 0;
      shown += check.hits;
    }
    for (const check of checks) check.element.open = narrowed ? shown <= AUTO_OPEN : check.opened;
    for (const heading of document.querySelectorAll(".stage")) {
      heading.hidden = !heading.querySelector("details.check:not([hidden])");
    }
    status.textContent = `${shown} of ${total} findings`;
  };

  let timer = 0;
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(apply, 80); });
  form.addEventListener("reset", () => setTimeout(apply));
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, select, textarea")) {
      event.preventDefault();
      form.elements.q.focus();
    }
  });

  // a link to a check opens it
  const reveal = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.matches("details.check")) { target.hidden = false; target.open = true; target.scrollIntoView(); }
  };
  addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#check-"]');
    if (link && link.hash === location.hash) reveal();
  });

  for (const button of document.querySelectorAll("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const code = button.previousElementSibling;
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(code);
        button.textContent = "Selected";
      }
    });
  }
  apply();
  reveal();
})();
