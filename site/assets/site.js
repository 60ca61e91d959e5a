// Lets readers choose rows of a table by its columns' terms and by words. Without it the whole
// table is shown.
"use strict";

function terms(cell) {
  return (cell.dataset.terms || "").split("\n").filter(Boolean);
}

function chooser(label, control) {
  const box = document.createElement("label");
  const name = document.createElement("span");
  name.textContent = label;
  box.append(name, control);
  return box;
}

function selectFor(table, index, name) {
  const select = document.createElement("select");
  const found = new Set();
  for (const row of table.tBodies[0].rows) {
    terms(row.cells[index]).forEach((term) => found.add(term));
  }
  const all = document.createElement("option");
  all.value = "";
  all.textContent = "All";
  select.append(all);
  for (const term of [...found].sort((a, b) => a.localeCompare(b, "en"))) {
    const option = document.createElement("option");
    option.value = term;
    option.textContent = term;
    select.append(option);
  }
  return { index, name, control: select };
}

function prepare(table) {
  const rows = [...table.tBodies[0].rows];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const form = document.createElement("form");
  form.className = "choose";
  form.setAttribute("role", "search");
  form.addEventListener("submit", (event) => event.preventDefault());

  const search = document.createElement("input");
  search.type = "search";
  search.autocomplete = "off";
  form.append(chooser("Search", search));

  const selects = [...table.tHead.rows[0].cells]
    .map((cell, index) => ({ cell, index }))
    .filter(({ cell }) => cell.dataset.filter)
    .map(({ cell, index }) => selectFor(table, index, cell.dataset.filter));
  selects.forEach(({ name, control }) => form.append(chooser(name, control)));

  const clear = document.createElement("button");
  clear.type = "reset";
  clear.textContent = "Clear";
  const count = document.createElement("output");
  const foot = document.createElement("p");
  foot.append(count, clear);
  form.append(foot);

  function update() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, number) => {
      const isShown =
        words.every((word) => texts[number].includes(word)) &&
        selects.every(
          ({ index, control }) =>
            !control.value || terms(row.cells[index]).includes(control.value)
        );
      row.hidden = !isShown;
      if (isShown) shown += 1;
    });
    count.textContent = `${shown} of ${rows.length} ${table.dataset.choose}`;
    clear.hidden = shown === rows.length;
  }

  form.addEventListener("input", update);
  // The fields are empty only after the event.
  form.addEventListener("reset", () => requestAnimationFrame(update));
  table.closest(".wide").before(form);
  update();
}

document.querySelectorAll("table[data-choose]").forEach(prepare);
