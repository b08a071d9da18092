// The page of a pathway: look closer at its diagram, choose an arrow or a box to read what it rests on, filter by evidence.

import { mapView } from "./map-view.js";
import { made } from "./window.js";

const NEAR = 14; // pixels

const map = document.querySelector("figure.map");
if (map) start();

function start() {
  const canvas = map.querySelector(".canvas");
  const svg = canvas.querySelector("svg");
  const rows = [...document.querySelectorAll("table.steps tr[data-step]")];
  const share = map.querySelector(".look .share");
  const view = mapView(canvas, svg, (zoom) => {
    share.textContent = zoom > 1 ? `${Math.round(zoom * 100)}%` : "All of it";
  });
  for (const button of map.querySelectorAll("[data-look]")) {
    button.addEventListener("click", () => view[button.dataset.look]());
  }
  const choice = choosing(svg, rows);
  filtering(map.querySelector("form"), svg, rows, choice.recheck);
}

/** The rows of an arrow. */
function rowsOf(arrow, rows) {
  return rows.filter((row) => `#arrow-${row.dataset.arrow}` === arrow.getAttribute("href"));
}

// Filter by evidence

/**
 * Hides the rows whose evidence is not wanted, and what of the drawing rests on them.
 * @param {HTMLFormElement} form
 * @param {SVGSVGElement} svg
 * @param {HTMLTableRowElement[]} rows
 * @param {() => void} changed
 */
function filtering(form, svg, rows, changed) {
  const status = form.querySelector("[role=status]");

  function apply() {
    const picked = form.querySelector("input:checked");
    const kinds = picked.value.split(" ").filter(Boolean);
    const kept = keptRows(rows, kinds);
    for (const row of rows) row.hidden = !kept.has(row);
    for (const arrow of svg.querySelectorAll("a.arrow")) leave(arrow, rowsOf(arrow, rows).some((row) => row.hidden));
    for (const node of svg.querySelectorAll("a.node")) {
      const own = rows.filter((row) => nodesOf(row).includes(node.dataset.node));
      node.classList.toggle("left-out", own.length > 0 && own.every((row) => row.hidden));
    }
    status.textContent = kinds.length ? toldOf(rows, kinds, kept, picked.dataset.told) : "";
    changed();
  }

  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply(); // the browser may have kept a choice
}

/** The rows that are left. Evidence against a step is left as long as that step is, whatever it rests on itself. */
function keptRows(rows, kinds) {
  const strong = (row) => !kinds.length || kinds.includes(row.dataset.evidence);
  const ends = (row) => nodesOf(row).at(-1);
  return new Set(
    rows.filter((row) => {
      if (strong(row) || !("counter" in row.dataset)) return strong(row);
      const countered = rows.filter((other) => !("counter" in other.dataset) && ends(other) === ends(row));
      return countered.length === 0 || countered.some(strong);
    }),
  );
}

/** The nodes that take part in a row's step; the last is the one that it leads to. */
function nodesOf(row) {
  return row.dataset.nodes.split(" ");
}

/** How many steps the rows tell of: one that stands for two arrows has two rows. */
function steps(rows) {
  return new Set(rows.map((row) => row.dataset.step)).size;
}

function toldOf(rows, kinds, kept, told) {
  const strong = steps(rows.filter((row) => kinds.includes(row.dataset.evidence)));
  const against = steps([...kept]) - strong;
  const count = strong === 0 ? `None of the ${steps(rows)} steps rests` : `${strong} of ${steps(rows)} steps ${strong === 1 ? "rests" : "rest"}`;
  const also = against ? ` What speaks against a step stays with it: ${against} more.` : "";
  return `${count} on ${told}.${also} A step that is hidden is not false: it rests on other evidence.`;
}

/** Takes an arrow out of the drawing, or puts it back: a thin trace is left, which says nothing and takes no focus. */
function leave(arrow, out) {
  arrow.classList.toggle("left-out", out);
  if (out) {
    arrow.setAttribute("aria-hidden", "true");
    arrow.setAttribute("tabindex", "-1");
  } else {
    arrow.removeAttribute("aria-hidden");
    arrow.removeAttribute("tabindex");
  }
}

// Choose an arrow or a box

/**
 * Shows what the table says of the arrow or box that is chosen.
 * @param {SVGSVGElement} svg
 * @param {HTMLTableRowElement[]} rows
 * @returns {{recheck: () => void}} closes the panel where what it shows is left out
 */
function choosing(svg, rows) {
  const panel = map.querySelector(".chosen");
  const hint = panel.firstElementChild;
  /** @type {SVGAElement | null} */
  let chosen = null;

  function choose(link) {
    chosen?.removeAttribute("aria-current");
    chosen = link;
    link.setAttribute("aria-current", "true");
    const isArrow = link.classList.contains("arrow");
    const all = [...svg.querySelectorAll(isArrow ? "a.arrow" : "a.node")].filter((other) => !other.matches(".left-out"));
    const content = isArrow ? arrowTold(rowsOf(link, rows)) : nodeTold(link, svg, rows, choose);
    const heading = made("p", { class: "heading", tabindex: "-1" }, isArrow ? `Arrow ${number(link)} of ${svg.querySelectorAll("a.arrow").length}` : link.getAttribute("aria-label"));
    const buttons = made("div", { class: "along" }, ...[-1, 1].map((by) => along(all, all.indexOf(link), by)), closing());
    panel.replaceChildren(heading, buttons, ...content);
    panel.classList.add("open");
    panel.scrollTop = 0;
    link.scrollIntoView({ block: "nearest", inline: "nearest" });
    heading.focus({ preventScroll: true });
  }

  /** The button to the arrow or box before or after this one. */
  function along(all, place, by) {
    const next = all[place + by];
    const button = made("button", { type: "button", "aria-disabled": String(!next) }, by < 0 ? "Previous" : "Next");
    button.addEventListener("click", () => {
      if (!next) return;
      choose(next);
      panel.querySelectorAll(".along button")[by < 0 ? 0 : 1].focus({ preventScroll: true });
      said.textContent = next.getAttribute("aria-label");
    });
    return button;
  }

  function closing() {
    const button = made("button", { type: "button" }, "Close");
    button.addEventListener("click", () => close(true));
    return button;
  }

  function close(focus) {
    const last = chosen;
    chosen = null;
    last?.removeAttribute("aria-current");
    panel.classList.remove("open");
    panel.replaceChildren(hint);
    if (focus) last?.focus({ preventScroll: true });
  }

  const said = made("p", { class: "visually-hidden", role: "status" });
  panel.after(said);
  svg.addEventListener("click", (event) => {
    const link = event.target.closest("a") ?? nearArrow(svg, event);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (!link.matches(".arrow.left-out")) choose(link);
  });
  map.addEventListener("keydown", (event) => event.key === "Escape" && chosen && close(true));
  return { recheck: () => chosen?.matches(".left-out") && close(false) };
}

/** The arrow whose line a click has nearly met; lines are thinner than fingers. */
function nearArrow(svg, { clientX, clientY }) {
  let [nearest, least] = [null, NEAR];
  for (const arrow of svg.querySelectorAll("a.arrow:not(.left-out)")) {
    const line = arrow.querySelector("path.line");
    const matrix = line.getScreenCTM();
    for (let along = 0; along <= line.getTotalLength(); along += 4) {
      const place = line.getPointAtLength(along).matrixTransform(matrix);
      const far = Math.hypot(place.x - clientX, place.y - clientY);
      if (far < least) [nearest, least] = [arrow, far];
    }
  }
  return nearest;
}

function number(arrow) {
  return arrow.getAttribute("href").replace("#arrow-", "");
}

/** What the table says of an arrow: for each step its ends, sentence, evidence and certainty; then the sources. */
function arrowTold(rows) {
  const told = rows.map((row) => {
    const [, from, what, to, evidence] = row.cells;
    const ends = made("p", { class: "ends" }, `${from.textContent} → ${to.textContent}`);
    return made("div", { class: "step" }, ends, ...copies(what), made("p", { class: "marks" }, ...copies(evidence)));
  });
  return [...told, sources(rows), toRow(`#arrow-${rows[0].dataset.arrow}`)];
}

/** What the table says of a box: what it is, where to read more, and its arrows. */
function nodeTold(node, svg, rows, choose) {
  const [, what, databases, more] = document.getElementById(`node-${node.dataset.node}`).cells;
  const told = [made("p", {}, ...copies(what))];
  if (databases.textContent) told.push(made("p", { class: "why" }, "In databases: ", ...copies(databases)));
  if (more.textContent) told.push(made("p", {}, "Read more: ", ...copies(more)));
  const own = rows.filter((row) => nodesOf(row).includes(node.dataset.node) && !row.hidden);
  const arrows = [...svg.querySelectorAll("a.arrow:not(.left-out)")].filter((arrow) => own.some((row) => rowsOf(arrow, [row]).length));
  const items = arrows.map((arrow) => {
    const link = made("a", { href: arrow.getAttribute("href") }, arrow.getAttribute("aria-label"));
    link.addEventListener("click", (event) => {
      event.preventDefault();
      choose(arrow);
    });
    return made("li", {}, link);
  });
  for (const row of own.filter((row) => !row.dataset.arrow)) {
    const text = `Not drawn: ${row.cells[1].textContent} ${row.querySelector(".relation").textContent} ${row.cells[3].textContent}`;
    items.push(made("li", {}, made("a", { href: `#${row.id}` }, text)));
  }
  if (items.length) told.push(made("p", { class: "ends" }, "Its steps"), made("ul", {}, ...items));
  return [...told, toRow(`#node-${node.dataset.node}`)];
}

/** The references that the rows cite, by their numbers on the page. */
function sources(rows) {
  const names = rows.flatMap((row) => [...row.querySelectorAll("sup.cite a")].map((link) => link.getAttribute("href").slice(1)));
  const items = [...new Set(names)].map((name) => {
    const reference = document.getElementById(name);
    const place = [...reference.parentElement.children].indexOf(reference) + 1;
    return made("li", { value: String(place) }, ...copies(reference));
  });
  return made("div", { class: "rests-on" }, made("p", { class: "ends" }, "Sources"), made("ol", {}, ...items));
}

function toRow(address) {
  return made("p", {}, made("a", { href: address }, "Go to the table row"));
}

/** Copies of what stands in an element, without the names that may stand on a page only once. */
function copies(original) {
  const copy = original.cloneNode(true);
  for (const named of copy.querySelectorAll("[id]")) named.removeAttribute("id");
  for (const term of copy.querySelectorAll("a.term[data-explanation]")) term.title = term.dataset.explanation;
  return [...copy.childNodes];
}
