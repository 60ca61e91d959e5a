// Lets readers search the site, choose and sort rows, see runs beside each other and zoom into
// plots. Without it the pages are whole, only still.
"use strict";

function make(name, properties, ...children) {
  const element = document.createElement(name);
  Object.assign(element, properties);
  element.append(...children);
  return element;
}

function labelled(label, control) {
  return make("label", {}, make("span", { textContent: label }), control);
}

// Tells that a button has nothing to do now. Disabled it would lose the focus.
function setIdle(button, isIdle) {
  button.setAttribute("aria-disabled", isIdle);
}

// Choosing rows by terms and words

function terms(cell) {
  return (cell.dataset.terms || "").split("\n").filter(Boolean);
}

function selectFor(table, index, name) {
  const found = new Set();
  for (const row of table.tBodies[0].rows) {
    terms(row.cells[index]).forEach((term) => found.add(term));
  }
  const control = make("select", {}, make("option", { value: "", textContent: "All" }));
  for (const term of [...found].sort((a, b) => a.localeCompare(b, "en"))) {
    control.append(make("option", { value: term, textContent: term }));
  }
  return { index, name, control };
}

function addChooser(table) {
  const rows = [...table.tBodies[0].rows];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const form = make("form", { className: "choose" });
  form.setAttribute("role", "search");
  form.setAttribute("aria-label", `Choose ${table.dataset.choose}`);
  form.addEventListener("submit", (event) => event.preventDefault());
  const search = make("input", { type: "search", autocomplete: "off" });
  form.append(labelled("Words", search));
  const selects = [...table.tHead.rows[0].cells]
    .map((cell, index) => ({ cell, index }))
    .filter(({ cell }) => cell.dataset.filter)
    .map(({ cell, index }) => selectFor(table, index, cell.dataset.filter));
  selects.forEach(({ name, control }) => form.append(labelled(name, control)));
  const clear = make("button", { type: "reset", textContent: "Clear" });
  const count = make("output");
  form.append(make("p", {}, count, clear));

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
    clear.hidden = ![search, ...selects.map(({ control }) => control)].some(({ value }) => value);
  }

  form.addEventListener("input", update);
  // The fields are empty only after the event.
  form.addEventListener("reset", () => {
    search.focus();
    requestAnimationFrame(update);
  });
  table.closest(".wide").before(form);
  update();
  // On the way back the browser fills the fields again.
  addEventListener("pageshow", update);
}

// Sorting

const units = { bytes: 1, byte: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };
const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

// The number that a text starts with, behind a relation if there is one, or NaN.
function numberIn(text) {
  const plain = text.trim().replace(/^[=≥≤<>≈] ?/, "").replaceAll(",", "").replaceAll("−", "-");
  const time = plain.match(/^(?:(\d+) h )?(?:(\d+) min)(?: (\d+) s)?$/);
  if (time) return (time[1] || 0) * 3600 + time[2] * 60 + +(time[3] || 0);
  const parts = plain.match(/^(-?[\d.]+)(?: × 10(⁻?)([⁰¹²³⁴-⁹]+))?\s*([a-zA-Z]*)/);
  if (!parts) return plain === "∞" ? Infinity : plain === "-∞" ? -Infinity : NaN;
  const digits = [...(parts[3] || "")].map((digit) => superscripts.indexOf(digit)).join("");
  return parts[1] * 10 ** ((parts[2] ? -1 : 1) * (digits || 0)) * (units[parts[4]] || 1);
}

function addSorting(table) {
  const body = table.tBodies[0];
  if (body.rows.length < 3) return;
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, index) => {
    if (!head.textContent.trim()) return;
    const button = make("button", { type: "button", className: "sort" }, ...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const isDown = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", isDown ? "descending" : "ascending");
      const isNumeric = head.classList.contains("number");
      const keyed = [...body.rows].map((row, place) => {
        const text = row.cells[index].innerText;
        return { row, place, text, number: isNumeric ? numberIn(text) : NaN };
      });
      keyed.sort((a, b) => {
        // What has no number stands last either way.
        if (isNumeric && (isNaN(a.number) || isNaN(b.number))) {
          return isNaN(a.number) - isNaN(b.number) || a.place - b.place;
        }
        const order = isNumeric
          ? a.number - b.number
          : a.text.localeCompare(b.text, "en", { numeric: true });
        return (isDown ? -order : order) || a.place - b.place;
      });
      body.append(...keyed.map(({ row }) => row));
    });
  });
}

// Runs beside each other

function facts(row) {
  return new Map(row.dataset.facts.split("\n").map((line) => line.split("\t")));
}

function comparison(rows) {
  const runs = rows.map((row) => ({ name: row.cells[0].innerText.trim(), facts: facts(row) }));
  const names = [...new Set(runs.flatMap((run) => [...run.facts.keys()]))];
  const differs = (name) => new Set(runs.map((run) => run.facts.get(name))).size > 1;
  const head = make("tr", {}, make("th", { scope: "col", textContent: "What" }));
  runs.forEach((run) => head.append(make("th", { scope: "col", className: "number", textContent: run.name })));
  const body = make("tbody");
  for (const name of [...names.filter(differs), ...names.filter((name) => !differs(name))]) {
    const line = make("tr", { className: differs(name) ? "differs" : "" });
    line.append(make("th", { scope: "row" }, make("code", { textContent: name })));
    for (const run of runs) {
      line.append(make("td", { className: "number", textContent: run.facts.get(name) ?? "–" }));
    }
    body.append(line);
  }
  const table = make("table", {}, make("thead", {}, head), body);
  const box = make("div", { className: "wide", tabIndex: 0 }, table);
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", "Chosen runs beside each other");
  return box;
}

function addComparing(table) {
  const button = make("button", { type: "button", textContent: "Compare chosen runs" });
  const note = make("output");
  const title = make("h3", { textContent: "Chosen runs beside each other", tabIndex: -1, hidden: true });
  const place = make("div");
  const boxes = [...table.tBodies[0].rows].map((row) => {
    const box = make("input", { type: "checkbox", className: "pick" });
    box.setAttribute("aria-label", `Choose run ${row.cells[0].innerText.trim()}`);
    row.cells[0].prepend(box);
    return { box, row };
  });
  const chosen = () => boxes.filter(({ box }) => box.checked).map(({ row }) => row);
  function update() {
    const count = chosen().length;
    setIdle(button, count < 2);
    note.textContent = count < 2 ? "Choose two runs or more." : `${count} runs are chosen.`;
  }
  update();
  table.addEventListener("change", update);
  addEventListener("pageshow", update);
  button.addEventListener("click", () => {
    if (chosen().length < 2) return;
    place.replaceChildren(comparison(chosen()));
    title.hidden = false;
    title.focus();
  });
  const bar = make("p", { className: "compare" }, button, note);
  table.closest(".wide").after(bar, title, place);
}

// Zooming into plots

const svg = "http://www.w3.org/2000/svg";

function shape(name, attributes, text) {
  const element = document.createElementNS(svg, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

// An axis in the space in which it is straight: powers of ten for a logarithmic one.
function axis(text) {
  const [low, high, scale] = text.split(" ");
  const isLogarithmic = scale === "logarithmic";
  const straight = (value) => (isLogarithmic ? Math.log10(+value) : +value);
  return { low: straight(low), high: straight(high), isLogarithmic };
}

function superscript(power) {
  return [...String(power)].map((sign) => superscripts[sign] ?? "⁻").join("");
}

// How many digits after the point a step between marks needs.
function decimals(step) {
  for (let digits = 0; digits < 15; digits += 1) {
    const scaled = step * 10 ** digits;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * scaled) return digits;
  }
  return 15;
}

// Writes the marks of one axis alike: with the digits that the step needs, and with one power of
// ten where they are very small, or very large and longer without it.
function written(values, step) {
  const texts = (power) => {
    const digits = decimals(step / 10 ** power);
    const format = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return values.map((value) => {
      if (Math.abs(value) < step * 1e-6) return "0";
      const text = (value / 10 ** power).toLocaleString("en", format).replace("-", "−");
      return power ? `${text} × 10${superscript(power)}` : text;
    });
  };
  const length = (texts) => Math.max(...texts.map((text) => text.length));
  const greatest = Math.max(...values.map(Math.abs));
  const plain = texts(0);
  if (!(greatest > 0) || (greatest >= 1e-4 && greatest < 1e9)) return plain;
  const powered = texts(Math.floor(Math.log10(greatest)));
  return greatest < 1 || length(powered) < length(plain) ? powered : plain;
}

function linearTicks(low, high) {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999) * power;
  const values = [];
  for (let index = Math.ceil(low / step - 1e-9); index <= high / step + 1e-9; index += 1) {
    values.push(index * step);
  }
  const texts = written(values, step);
  return values.map((value, index) => ({ value, text: texts[index] }));
}

function logarithmicTicks(low, high) {
  const decades = high - low;
  const factors = decades < 0.7 ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : decades < 2.2 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil(decades / 6));
  const marks = [];
  for (let power = Math.floor(low); power <= Math.ceil(high); power += 1) {
    if (power % every) continue;
    for (const factor of factors) {
      const place = power + Math.log10(factor);
      if (place < low - 1e-6 || place > high + 1e-6) continue;
      const value = factor * 10 ** power;
      const text =
        power >= -3 && power <= 4
          ? value.toLocaleString("en", { maximumFractionDigits: 3 })
          : `${factor === 1 ? "" : `${factor} × `}10${superscript(power)}`;
      marks.push({ value, text });
    }
  }
  return marks;
}

// The marks of an axis, as the drawings have them: over less than a third of a decade a
// logarithmic one is marked as a linear one.
function ticks({ low, high, isLogarithmic }) {
  if (!isLogarithmic) return linearTicks(low, high).map((mark) => ({ ...mark, place: mark.value }));
  const marks = high - low < 0.3 ? linearTicks(10 ** low, 10 ** high) : logarithmicTicks(low, high);
  return marks.map((mark) => ({ ...mark, place: Math.log10(mark.value) }));
}

// A range of the same length inside another one. Coordinates have two digits after the point: a
// part smaller than a thousandth would show their steps.
function inside(range, whole) {
  const most = whole.high - whole.low;
  const span = Math.max(range.high - range.low, most / 1000);
  if (span > most * (1 - 1e-9)) return whole;
  const low = Math.min(Math.max(range.low, whole.low), whole.high - span);
  return { ...range, low, high: low + span };
}

function addZoom(figure) {
  const drawing = figure.querySelector("svg.drawing");
  const marks = drawing && drawing.querySelector(".marks[data-plot]");
  if (!marks) return;
  const [left, top, right, bottom] = marks.dataset.plot.split(" ").map(Number);
  const whole = { x: axis(marks.dataset.x), y: axis(marks.dataset.y) };
  const axes = { x: drawing.querySelector(".x-axis"), y: drawing.querySelector(".y-axis") };
  const drawn = { x: [...axes.x.childNodes], y: [...axes.y.childNodes] };
  const title = drawing.querySelector(".y-title");
  const room = drawing.viewBox.baseVal;
  const size = { width: room.width, height: room.height };
  let shown = whole;
  const width = right - left;
  const height = bottom - top;

  function draw() {
    const spanX = shown.x.high - shown.x.low;
    const spanY = shown.y.high - shown.y.low;
    const scaleX = (whole.x.high - whole.x.low) / spanX;
    const scaleY = (whole.y.high - whole.y.low) / spanY;
    const moveX = left - scaleX * left + ((whole.x.low - shown.x.low) / spanX) * width;
    const moveY = bottom - scaleY * bottom - ((whole.y.low - shown.y.low) / spanY) * height;
    const isWhole = scaleX === 1 && scaleY === 1;
    setIdle(less, isWhole);
    setIdle(reset, isWhole);
    setIdle(more, scaleX > 999 && scaleY > 999);
    moves.forEach((move) => (move.hidden = isWhole));
    drawing.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    title?.removeAttribute("y");
    if (isWhole) {
      marks.removeAttribute("transform");
      axes.x.replaceChildren(...drawn.x);
      axes.y.replaceChildren(...drawn.y);
      return;
    }
    marks.setAttribute("transform", `matrix(${scaleX} 0 0 ${scaleY} ${moveX} ${moveY})`);
    axes.y.replaceChildren(
      ...ticks(shown.y).flatMap(({ place, text }) => {
        const y = bottom - ((place - shown.y.low) / spanY) * height;
        return [
          shape("path", { class: "grid", d: `M${left} ${y}H${right}` }),
          shape("text", { class: "tick", x: left - 6, y: y + 4, "text-anchor": "end" }, text),
        ];
      })
    );
    widen();
    axes.x.replaceChildren(
      ...ticks(shown.x).flatMap(({ place, text }) => {
        const x = left + ((place - shown.x.low) / spanX) * width;
        return [
          shape("path", { class: "rule", d: `M${x} ${bottom}v4` }),
          shape("text", { class: "tick", x, y: bottom + 16, "text-anchor": "middle" }, text),
        ];
      })
    );
    thin();
  }

  // Marks of more digits than the drawing has room for get more of it.
  function widen() {
    const texts = [...axes.y.querySelectorAll("text")];
    const longest = Math.max(0, ...texts.map((text) => text.getComputedTextLength()));
    const extra = Math.ceil(longest - (left - (title ? 28 : 10)));
    if (extra <= 0) return;
    drawing.setAttribute("viewBox", `${-extra} 0 ${size.width + extra} ${size.height}`);
    // Turned by a right angle, its ordinate leads to the right.
    title?.setAttribute("y", -extra);
  }

  // Leaves out texts that would meet their neighbours or the drawing's edges.
  function thin() {
    let free = room.x;
    for (const text of axes.x.querySelectorAll("text")) {
      const half = text.getComputedTextLength() / 2;
      const x = Number(text.getAttribute("x"));
      if (x - half < free || x + half > size.width) text.remove();
      else free = x + half + 6;
    }
  }

  function part(range, from, to) {
    const span = range.high - range.low;
    return { ...range, low: range.low + from * span, high: range.low + to * span };
  }

  function show(x, y) {
    shown = {
      x: inside(part(shown.x, ...x), whole.x),
      y: inside(part(shown.y, ...y), whole.y),
    };
    draw();
  }

  const name = figure.querySelector("figcaption strong").textContent;
  const button = (text, label, action) => {
    const element = make("button", { type: "button", textContent: text, onclick: action });
    element.setAttribute("aria-label", `${label}: ${name}`);
    return element;
  };
  const more = button("+", "Zoom in", () => show([0.25, 0.75], [0.25, 0.75]));
  const less = button("−", "Zoom out", () => show([-0.5, 1.5], [-0.5, 1.5]));
  const reset = button("Whole", "Show the whole plot", () => {
    shown = whole;
    draw();
  });
  const moves = [
    button("←", "Move left", () => show([-0.2, 0.8], [0, 1])),
    button("→", "Move right", () => show([0.2, 1.2], [0, 1])),
    button("↑", "Move up", () => show([0, 1], [0.2, 1.2])),
    button("↓", "Move down", () => show([0, 1], [-0.2, 0.8])),
  ];
  figure.querySelector(".canvas").after(
    make(
      "p",
      { className: "zoom" },
      more,
      less,
      reset,
      ...moves,
      make("span", { textContent: "or draw a box in the plot" })
    )
  );
  draw();

  // A box drawn with the pointer becomes the plot.
  let start = null;
  let box = null;
  const place = (event) => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(
      drawing.getScreenCTM().inverse()
    );
    return {
      x: Math.min(Math.max(point.x, left), right),
      y: Math.min(Math.max(point.y, top), bottom),
    };
  };
  function drop() {
    start = null;
    box?.remove();
  }
  drawing.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    event.preventDefault();
    drop();
    start = place(event);
    box = shape("rect", { class: "zoom-box" });
    drawing.append(box);
    drawing.setPointerCapture(event.pointerId);
  });
  drawing.addEventListener("pointermove", (event) => {
    if (!start) return;
    const end = place(event);
    box.setAttribute("x", Math.min(start.x, end.x));
    box.setAttribute("y", Math.min(start.y, end.y));
    box.setAttribute("width", Math.abs(end.x - start.x));
    box.setAttribute("height", Math.abs(end.y - start.y));
  });
  drawing.addEventListener("pointerup", (event) => {
    if (!start) return;
    const end = place(event);
    const [x, y] = [[start.x, end.x], [start.y, end.y]].map((pair) => pair.sort((a, b) => a - b));
    drop();
    if (x[1] - x[0] < 5 || y[1] - y[0] < 5) return;
    show(
      x.map((x) => (x - left) / width),
      [y[1], y[0]].map((y) => (bottom - y) / height)
    );
  });
  drawing.addEventListener("pointercancel", drop);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") drop();
  });
}

// Searching the site

function addSearch(header) {
  const root = document.documentElement.dataset.root || "";
  const field = make("input", { type: "search", autocomplete: "off" });
  const list = make("ul", { hidden: true });
  const most = 12;
  const note = make("output");
  const form = make("form", { className: "find" }, labelled("Search all pages", field), note, list);
  form.setAttribute("role", "search");
  form.setAttribute("aria-label", "All pages");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    list.querySelector("a")?.click();
  });
  header.append(form);
  field.addEventListener(
    "focus",
    () => document.head.append(make("script", { src: `${root}assets/search.js`, onload: update })),
    { once: true }
  );

  function update() {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = words.length
      ? (window.casebookPages || []).filter((page) => {
          const text = `${page.title} ${page.words}`.toLowerCase();
          return words.every((word) => text.includes(word));
        })
      : [];
    list.replaceChildren(
      ...found
        .slice(0, most)
        .map((page) =>
          make("li", {}, make("a", { href: root + page.file, textContent: page.title }))
        )
    );
    list.hidden = found.length === 0;
    const count = `${found.length} ${found.length === 1 ? "page" : "pages"}`;
    note.textContent = words.length ? (found.length > most ? `${most} of ${count}` : count) : "";
  }
  field.addEventListener("input", update);
  field.addEventListener("focus", update);
  // A link that is pressed is not focused in every browser: then nothing is.
  const close = (next) => {
    if (next && !form.contains(next)) list.hidden = true;
  };
  form.addEventListener("focusout", (event) => close(event.relatedTarget));
  document.addEventListener("pointerdown", (event) => close(event.target));
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    field.value = "";
    update();
    field.focus();
  });
}

// Boxes that scroll can be reached with the keyboard; the others are no stop on the way.

const watch = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});

document.querySelectorAll("body > header").forEach(addSearch);
document.querySelectorAll("table[data-choose]").forEach(addChooser);
document.querySelectorAll("article table").forEach(addSorting);
document.querySelectorAll("table[data-compare]").forEach(addComparing);
document.querySelectorAll("figure").forEach(addZoom);
document.querySelectorAll(".wide, .canvas, pre").forEach((box) => watch.observe(box));
