// The blood-test reader: a figure in other units, and where it falls in the ranges that the page holds. Nothing is kept.

import { readNumber } from "./number.js";
import { converted } from "./units.js";

const LEAST = 0.001;
const MOST = 100000; // above it, in any of the units, somebody has slipped a key
const FAR = 50; // so many times under or over every limit, the unit is more likely wrong than the blood
const SVG = "http://www.w3.org/2000/svg";
const DOUBT = "This is far from every limit here. Is the unit the one on your report?";
const ADVICE = "Thresholds differ by laboratory and method: the range printed on your own report comes first.";

/**
 * A figure as it was typed.
 * @typedef {object} Figure
 * @property {number} value
 * @property {""|"<"|"≤"|">"|"≥"} sign what the laboratory printed before it
 * @property {string} unit as units.js names it
 */

/**
 * A stretch of values: from `from` to `to`, each end part of it unless it is open.
 * @typedef {{from: number, to: number, openFrom: boolean, openTo: boolean}} Span
 */

/**
 * Makes an element.
 * @param {string} name
 * @param {...(Node|string)} content
 * @returns {HTMLElement}
 */
function made(name, ...content) {
  const element = document.createElement(name);
  element.append(...content);
  return element;
}

/** A converted value, to three digits as the page's own tables have it. */
function threeDigits(value) {
  return value.toLocaleString("en-GB", { maximumSignificantDigits: 3 });
}

/** A figure as it was typed, with the sign in words. */
function inWords({ value, sign }, unit) {
  const words = { "": "", "<": "below ", "≤": "at most ", ">": "above ", "≥": "at least " };
  return `${words[sign]}${value.toLocaleString("en-GB", { maximumFractionDigits: 6 })} ${unit}`;
}

/** @returns {Span} the values that the figure may stand for */
function spanOf({ value, sign }) {
  const below = sign === "<" || sign === "≤";
  const above = sign === ">" || sign === "≥";
  return { from: below ? 0 : value, to: above ? Infinity : value, openFrom: sign === ">", openTo: above || sign === "<" };
}

/** @returns {Span} the values of a range; one with both ends holds them, "below" and "above" do not */
function spanOfRange(cell) {
  const { over, under } = cell.dataset;
  const both = over !== undefined && under !== undefined;
  return { from: Number(over ?? 0), to: Number(under ?? Infinity), openFrom: !both && over !== undefined, openTo: !both };
}

/** Whether two spans share a value. */
function meet(a, b) {
  const before = (x, y) => x.to < y.from || (x.to === y.from && (x.openTo || y.openFrom) && x.to !== Infinity);
  return !before(a, b) && !before(b, a);
}

/** Whether all of `inner` lies in `outer`. */
function within(inner, outer) {
  const starts = inner.from > outer.from || (inner.from === outer.from && (!outer.openFrom || inner.openFrom));
  const ends = inner.to < outer.to || (inner.to === outer.to && (!outer.openTo || inner.openTo));
  return starts && ends;
}

/**
 * What stands before the number, and the rest.
 * @param {string} text
 * @returns {[Figure["sign"], string]}
 */
function signed(text) {
  const found = /^\s*(<\s*=|>\s*=|[<>≤≥]|(?:less|lower|more|greater|higher) than|below|under|above|over)\s*(.*)$/isu.exec(text);
  if (!found) return ["", text];
  const sign = found[1].replace(/\s/gu, "").toLowerCase();
  if (/^(<=|≤)/u.test(sign)) return ["≤", found[2]];
  if (/^(>=|≥)/u.test(sign)) return ["≥", found[2]];
  return [/^(<|less|lower|below|under)/u.test(sign) ? "<" : ">", found[2]];
}

/** One test's section: its form, its result, its scales and its table. */
class Reader {
  constructor(section) {
    this.section = section;
    this.form = section.querySelector("form");
    this.input = this.form.elements.figure;
    this.select = this.form.elements.unit;
    this.result = section.querySelector(".result");
    this.problem = section.querySelector(".error");
    this.mass = section.dataset.mass ? Number(section.dataset.mass) : null;
    this.scales = [...section.querySelectorAll("figure.scale")];
    this.rows = [...section.querySelectorAll("table.limits tbody tr")];
    this.listen();
    this.order();
  }

  listen() {
    this.input.addEventListener("input", () => this.read());
    this.select.addEventListener("change", () => {
      this.input.value = this.input.value.replace(/(\d[.,]?)\s*[^\d\s.,][^\d]*$/u, "$1"); // the unit chosen last counts
      if (this.input.value) this.read();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.read();
    });
    this.form.addEventListener("reset", () => {
      setTimeout(() => {
        this.show("", null); // the fields change after this event
        this.preferUnit();
      });
      this.input.focus();
    });
  }

  /** The guidelines of the reader's country first, the others after them; an untouched field takes their unit. */
  order() {
    const country = document.documentElement.dataset.country;
    const own = (scale) => (country && scale.dataset.for.split(" ").includes(country) ? 0 : 1);
    this.scales.sort((a, b) => own(a) - own(b) || a.dataset.guideline - b.dataset.guideline);
    this.scales.forEach((scale) => scale.parentNode.append(scale));
    for (const scale of this.scales) this.rowsOf(scale).forEach((row) => row.parentNode.append(row));
    this.preferUnit();
    if (this.input.value) this.read();
  }

  preferUnit() {
    const options = [...this.select.options];
    const country = document.documentElement.dataset.country;
    const usual = options.find((option) => country && option.dataset.for?.split(" ").includes(country));
    const first = options.find((option) => option.value === this.scales[0]?.dataset.unit);
    if (!this.input.value) this.select.value = (usual ?? first ?? options[0]).value;
  }

  rowsOf(scale) {
    return this.rows.filter((row) => row.dataset.guideline === scale.dataset.guideline);
  }

  /** What the field holds, understood or sent back with a line that helps. */
  read() {
    const options = [...this.select.options];
    const chosen = this.select.selectedOptions[0];
    const units = [chosen, ...options.filter((option) => option !== chosen)].map((option) => option.textContent);
    const [sign, rest] = signed(this.input.value);
    const told = readNumber(rest, { min: LEAST, max: MOST, units });
    if (told.problem) {
      this.show(told.problem, null);
      return;
    }
    const option = options.find((one) => one.textContent === told.unit) ?? chosen;
    this.select.value = option.value;
    this.show("", { value: told.value, sign, unit: option.value });
  }

  /**
   * Shows a problem, or what the figure means, or neither.
   * @param {string} problem
   * @param {?Figure} figure
   */
  show(problem, figure) {
    if (this.problem.textContent !== problem) this.problem.textContent = problem;
    this.input.toggleAttribute("aria-invalid", false);
    if (problem) this.input.setAttribute("aria-invalid", "true");
    this.clearMarks();
    this.result.replaceChildren(...(figure ? this.told(figure) : []));
    if (figure) this.mark(figure);
  }

  clearMarks() {
    for (const sign of this.section.querySelectorAll("g.mine, .yours")) sign.remove();
    for (const row of this.rows) row.classList.remove("here");
  }

  /** @returns {Node[]} the result in words */
  told(figure) {
    const option = this.select.selectedOptions[0];
    const items = this.scales.map((scale) => this.place(scale, figure, option));
    const next = made("p", "Next: ", this.link("misleads", "what can make it misleading"), " and ", this.link("ask", "what to ask"), ".");
    const doubt = this.isFar(figure, option) ? [made("p", DOUBT)] : [];
    return [this.inOtherUnits(figure, option), ...doubt, ...(items.length ? [made("ul", ...items)] : []), made("p", ADVICE), next];
  }

  /** Whether a figure without a sign lies far from every limit of the test: 0.45 typed as nmol/L must not read as usual. */
  isFar({ value, sign }, option) {
    const cells = this.rows.map((row) => row.querySelectorAll(".bounds")[option.dataset.column].dataset);
    const ends = cells.flatMap(({ over, under }) => [over, under]).filter(Boolean).map(Number);
    return ends.length > 0 && !sign && (value < Math.min(...ends) / FAR || value > Math.max(...ends) * FAR);
  }

  link(part, words) {
    const link = made("a", words);
    link.href = `#${this.section.getAttribute("aria-labelledby")}-${part}`;
    return link;
  }

  /** The figure in the test's other units. */
  inOtherUnits(figure, chosen) {
    const others = [...this.select.options].filter((option) => option !== chosen);
    const words = others.map((option) => {
      const value = converted(figure.value, figure.unit, option.value, this.mass);
      const shown = threeDigits(value);
      const exact = option.dataset.column === chosen.dataset.column || Math.abs(Number(shown.replaceAll(",", "")) - value) < 1e-9 * value;
      const same = option.dataset.column === chosen.dataset.column;
      return `${exact ? "" : "about "}${same ? inWords({ ...figure, sign: "" }, "").trim() : shown} ${option.textContent}`;
    });
    const whole = inWords(figure, chosen.textContent);
    const line = made("p", made("strong", whole[0].toUpperCase() + whole.slice(1)), ` is ${figure.sign ? `${inWords(figure, "").split(/\d/u)[0]}` : ""}`);
    line.append(made("strong", words.join(", or ")), ".");
    line.className = "conversion";
    return line;
  }

  /** What one guideline calls the range that the figure lies in. */
  place(scale, figure, option) {
    const span = spanOf(figure);
    const hits = this.hits(scale, span, option);
    const item = made("li", made("strong", `${scale.dataset.name}: `));
    const called = ({ row }) => `“${row.querySelector(".called").textContent}”`;
    const letters = hits.map((hit) => `${hit.row.dataset.letter} (${called(hit)})`);
    const range = (hit) => `${hit.row.dataset.letter}, ${hit.cell.textContent} ${option.textContent}, called ${called(hit)}. `;
    if (hits.length === 0) item.append(this.beyond(this.nearest(scale, figure.value, option), option, called));
    else if (hits[0].whole) item.append(range(hits[0]), hits[0].row.querySelector(".note").textContent);
    else if (hits.length === 1) item.append(`cannot be placed, for it reaches into ${letters[0]} and beyond.`);
    else item.append(`cannot be placed, for it reaches across ${letters.slice(0, -1).join(", ")} and ${letters.at(-1)}.`);
    return item;
  }

  /** The words for a figure that no range of a guideline holds: the name of the nearest must not be read as its own. */
  beyond(hit, option, called) {
    const range = `${hit.row.dataset.letter}, ${hit.cell.textContent} ${option.textContent} (${called(hit)})`;
    return `has no name for this figure. Its nearest range does not hold it: ${range}.`;
  }

  /** The rows of a guideline with their ranges in the unit of the option. */
  ranges(scale, option) {
    return this.rowsOf(scale).map((row) => ({ row, cell: row.querySelectorAll(".bounds")[option.dataset.column] }));
  }

  /** The range whose end is next to a value that no range holds. */
  nearest(scale, value, option) {
    const away = ({ cell }) => Math.min(...[cell.dataset.over, cell.dataset.under].filter(Boolean).map((end) => Math.abs(end - value)));
    return this.ranges(scale, option).reduce((best, one) => (away(one) < away(best) ? one : best));
  }

  /** The rows of a guideline whose range meets the span; where one holds all of it, that one alone. */
  hits(scale, span, option) {
    const found = this.ranges(scale, option)
      .filter(({ cell }) => meet(span, spanOfRange(cell)))
      .map((hit) => ({ ...hit, whole: within(span, spanOfRange(hit.cell)) }));
    const whole = found.filter((hit) => hit.whole);
    return whole.length ? whole.slice(0, 1) : found;
  }

  /** Sets the figure on every scale, and marks its rows in the table. */
  mark(figure) {
    const option = this.select.selectedOptions[0];
    for (const scale of this.scales) {
      for (const { row, whole } of this.hits(scale, spanOf(figure), option)) {
        row.classList.add("here");
        const yours = made("span", whole ? " ◂ your figure" : " ◂ may hold your figure");
        yours.className = "yours";
        row.querySelector("th").append(yours);
      }
      const svg = scale.querySelector("svg");
      if (svg) svg.append(sign(svg, figure, inWords(figure, option.textContent), Number(option.dataset.column)));
    }
  }
}

/** Where a value lies across a cell: 0 at its start, 1 at its end; towards an open end ever slower. */
function share(rect, value, column) {
  const start = Number(rect.dataset.start.split(" ")[column]);
  if (rect.dataset.end === undefined) return 1 - start / value;
  const end = Number(rect.dataset.end.split(" ")[column]);
  return Math.max(0, (value - start) / (end - start));
}

/** The sign of the figure on a scale: a triangle with the figure above, and an arrow where it is "below" or "above". */
function sign(svg, figure, words, column) {
  const rects = [...svg.querySelectorAll("rect")];
  const rect = rects.find((one) => one.dataset.end === undefined || figure.value <= Number(one.dataset.end.split(" ")[column]));
  const x = rect.x.baseVal.value + share(rect, figure.value, column) * rect.width.baseVal.value;
  const top = rect.y.baseVal.value;
  const mine = document.createElementNS(SVG, "g");
  mine.setAttribute("class", "mine");
  const path = document.createElementNS(SVG, "path");
  const turn = { "<": -1, "≤": -1, ">": 1, "≥": 1 }[figure.sign];
  const arrow = turn ? `M${x} ${top - 5}h${turn * 16}m${turn * -5} -4l${turn * 5} 4l${turn * -5} 4` : "";
  path.setAttribute("d", `M${x} ${top}l-7 -11h14ZM${x} ${top}v30${arrow}`);
  const label = document.createElementNS(SVG, "text");
  label.textContent = words;
  label.setAttribute("y", String(top - 16));
  mine.append(path, label);
  const edge = x < 70 ? "start" : x > 250 ? "end" : "middle";
  label.setAttribute("text-anchor", edge);
  label.setAttribute("x", String(edge === "start" ? Math.max(1, x - 8) : edge === "end" ? Math.min(319, x + 8) : x));
  return mine;
}

const readers = [...document.querySelectorAll("section.reader")].map((section) => new Reader(section));
for (const event of ["atlas-settings", "storage"]) {
  addEventListener(event, () => setTimeout(() => readers.forEach((reader) => reader.order()))); // settings.js first
}
