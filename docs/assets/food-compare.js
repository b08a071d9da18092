// Foods side by side: bars with their ranges, and the same numbers as a table.

import { amount, content, ranged, shares } from "./food-sums.js";
import { made, makeWindow } from "./window.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 320;
const BARS = 236; // what a bar may take of the width; its number stands behind it
const LINE = 44;
const TITLE = "B12 in each food as bars, its range as a thin line. The table has the same numbers.";
const LETTERS = 46; // of a name above its bar

/** @param {HTMLTemplateElement} template */
export function makeComparison(template) {
  const { dialog, body } = makeWindow("comparison", "Foods compared");
  body.append(template.content.cloneNode(true));

  /** Shows the foods with what is chosen now: the amount of each, and what is recommended. */
  function open(foods, { grams, recommended, against }) {
    const of = (food) => (grams === null ? food.portion : `${grams} g`);
    const bars = foods.map((food) => ({ food, eaten: content(food, grams ?? food.grams), of: of(food) }));
    body.querySelector(".chart").replaceChildren(drawn(bars, recommended));
    body.querySelector("tbody").replaceChildren(...bars.map((bar) => line(bar, recommended)));
    body.querySelector(".against").textContent = recommended ? `The share is of ${against}.` : "";
    dialog.showModal();
  }

  return { open };
}

function line({ food, eaten, of }, recommended) {
  const name = made("th", { scope: "row" }, made("a", { href: food.href }, food.name), made("span", {}, of));
  const range = food.low === food.high ? [] : [made("span", {}, ranged(eaten.low, eaten.high))];
  const share = recommended ? shares({ low: eaten.value, high: eaten.value }, recommended) : "";
  return made("tr", {}, name, made("td", {}, amount(eaten.value), ...range), made("td", {}, share));
}

function shape(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** The bars on one scale, from nothing to the most that is shown. */
function drawn(bars, recommended) {
  const most = Math.max(...bars.map(({ eaten }) => eaten.high), recommended?.high ?? 0) || 1;
  const x = (value) => ((BARS * value) / most).toFixed(1);
  const height = LINE * bars.length + (recommended ? 30 : 6);
  const svg = shape(
    "svg",
    { class: "bars", viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-labelledby": "bars-title" },
    shape("title", { id: "bars-title" }, TITLE),
  );
  bars.forEach(({ food, eaten }, place) => svg.append(...bar(food, eaten, x, LINE * place)));
  if (recommended) svg.append(...reference(recommended, x, bars.length));
  return svg;
}

function bar(food, eaten, x, top) {
  const name = food.name.length > LETTERS ? `${food.name.slice(0, LETTERS - 1)}…` : food.name;
  const parts = [
    shape("text", { x: 0, y: top + 14 }, name),
    shape("rect", { class: "bar", x: 0, y: top + 20, width: x(eaten.value), height: 12 }),
    shape("text", { x: BARS + 6, y: top + 31, class: "value" }, `${amount(eaten.value)} µg`),
  ];
  if (eaten.low !== eaten.high) {
    const [low, high] = [x(eaten.low), x(eaten.high)];
    const line = `M${low} ${top + 26}H${high}M${low} ${top + 21}v10M${high} ${top + 21}v10`;
    parts.push(shape("path", { class: "whisker", d: line }));
  }
  return parts;
}

/** What is recommended, as dashed lines through the bars, and what they mean. */
function reference(recommended, x, bars) {
  const ends = [...new Set([x(recommended.low), x(recommended.high)])];
  const places = Array.from({ length: bars }, (_, place) => LINE * place + 17);
  const lines = places.flatMap((top) => ends.map((end) => `M${end} ${top}v18`)).join("");
  const bottom = LINE * bars + 10;
  return [
    shape("path", { class: "reference", d: `${lines}M2 ${bottom}v16` }),
    shape("text", { x: 10, y: bottom + 13 }, `A day’s amount: ${ranged(recommended.low, recommended.high)} µg`),
  ];
}
