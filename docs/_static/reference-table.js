// Filters the table of reference data and copies digits; loaded on every page, at work on one.
document.addEventListener("DOMContentLoaded", () => {
  const box = document.querySelector(".reference-filter input");
  if (!box) return;
  const rows = [...document.querySelectorAll("table.reference-data tbody tr")];
  const told = document.querySelector(".reference-filter output");
  const filter = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const has = ` ${row.dataset.words} `;
      // NAME=VALUE asks for the whole value, any other word for a part
      row.hidden = !words.every((word) => has.includes(word.includes("=") ? ` ${word} ` : word));
      shown += !row.hidden;
    }
    told.textContent = `${shown} of ${rows.length}`;
  };
  box.addEventListener("input", filter);
  filter();
  for (const button of document.querySelectorAll("table.reference-data button")) {
    button.addEventListener("click", async () => {
      const digits = button.parentElement.querySelector("pre");
      getSelection().selectAllChildren(digits);
      try {
        await navigator.clipboard.writeText(digits.textContent);
        button.textContent = "copied";
      } catch {
        button.textContent = "selected"; // a page opened as a file may not write to the clipboard
      }
    });
  }
});
