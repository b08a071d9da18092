// The food finder: filter, sort, count by another amount or another recommendation; choose foods to compare or to eat.

import { filterRows } from "./filter.js";
import { advised, amount, content, ranged, shares, span } from "./food-sums.js";
import { readNumber } from "./number.js";

const form = document.querySelector("form.filter");
const counting = document.querySelector("form.counting");
const body = document.querySelector("table.foods tbody");
const tray = document.querySelector(".tray");
const found = form.querySelector("[role=status]");
const told = tray.querySelector("[role=status]");
const gramsTold = document.getElementById("food-grams-told");
const hint = gramsTold.textContent;
const MOST_COMPARED = 5;
const AT_ONCE = 24; // rows that get their controls between two breaths: all together would hold up a slow phone

const rows = [...body.rows];
const foods = new Map(); // row → its food as numbers, read when it is first needed
let grams = null; // null: each food's own portion
let day = null; // what a share is a share of, worked out when it is first needed
let sorted = "";
let windows = null;

/** The food of a row as numbers. */
function foodOf(row) {
  if (!foods.has(row)) foods.set(row, read(row));
  return foods.get(row);
}

function read(row) {
  const { per100, low = per100, high = per100, grams: portion, unsound } = row.dataset;
  const link = row.querySelector("th a");
  return {
    row,
    name: link.textContent,
    href: link.href,
    portion: row.querySelector(".amount span").textContent,
    grams: Number(portion),
    per100: Number(per100),
    low: Number(low),
    high: Number(high),
    sound: unsound === undefined,
  };
}

/** Says something in a live region, once: the same words again would be read out again. */
function say(region, text) {
  if (region.textContent !== text) region.textContent = text;
}

// What to count with

/** The share of a day's amount that this is, in words; "" where nothing is recommended. */
function share(eaten) {
  const { recommended } = reader();
  return recommended ? shares({ low: eaten.value, high: eaten.value }, recommended) : "";
}

function showAmounts() {
  for (const food of rows.map(foodOf)) {
    const eaten = content(food, grams ?? food.grams);
    const cell = food.row.querySelector(".amount");
    cell.querySelector("b").textContent = amount(eaten.value);
    cell.querySelector("span").textContent = grams === null ? food.portion : `${grams} g`;
    if (food.sound) food.row.querySelector(".share").textContent = share(eaten);
  }
  const head = document.querySelector("th[data-sort=amount]");
  (head.querySelector("button") ?? head).textContent = grams === null ? "µg per portion" : `µg in ${grams} g`;
}

function chooseAmount() {
  const own = counting.elements.per.value === "grams";
  const field = counting.elements.grams;
  const result = own ? readNumber(field.value, gramLimits(field)) : {};
  field.setAttribute("aria-invalid", String(Boolean(result.problem)));
  gramsTold.classList.toggle("error", Boolean(result.problem));
  say(gramsTold, result.problem ?? hint);
  if (result.problem) return; // the last good amount stands
  grams = result.value ?? null;
  showAmounts();
  resort();
}

function gramLimits(field) {
  const { min, max } = field.dataset;
  return { min: Number(min), max: Number(max), units: ["g", "gram", "grams", "gramme", "grammes"] };
}

/** What is recommended for the chosen country and stage, and the same in words. */
function reader() {
  return (day ??= readDay());
}

function readDay() {
  const { country, stage } = counting.elements;
  if (!country) return { recommended: null, against: "" };
  const wider = country.selectedOptions[0].dataset.wider ?? "";
  const here = advised(stated(), { country: country.value, wider, stage: stage.value });
  const recommended = span(here);
  const amounts = recommended ? `${ranged(recommended.low, recommended.high)} µg a day` : "nothing on record";
  const authority = country.value ? here.map((one) => one.name).join("; ") : `${here.length} authorities`;
  return { recommended, against: `${stage.selectedOptions[0].text}: ${amounts} (${authority})` };
}

/** What the table of recommended amounts states. */
function stated() {
  return [...document.querySelectorAll("table.issuers td[data-for]")].map((cell) => ({
    name: `${cell.parentElement.cells[0].textContent}, ${cell.querySelector("abbr").textContent}`,
    place: cell.parentElement.dataset.place,
    stage: cell.dataset.for,
    low: Number(cell.dataset.low),
    high: Number(cell.dataset.high),
  }));
}

function chooseRecommended() {
  day = null;
  const line = document.querySelector(".how .against");
  if (line) say(line, reader().against);
}

/** The reader's own settings are what it starts with; a choice here does not change them. */
function takeSettings() {
  for (const name of ["country", "stage"]) {
    const field = counting.elements[name];
    if (!field) continue;
    const options = [...field.options];
    const own = options.find((option) => option.value === document.documentElement.dataset[name]);
    (own ?? options.find((option) => option.defaultSelected) ?? options[0]).selected = true;
  }
}

function countForReader() {
  takeSettings();
  chooseRecommended();
  showAmounts();
}

// Sorting

const BY = {
  name: (food) => food.name.toLowerCase(),
  amount: (food) => (food.sound ? (food.per100 * (grams ?? food.grams)) / 100 : -1),
  per100: (food) => (food.sound ? food.per100 : -1),
};

function sort(by, direction) {
  sorted = by;
  const order = direction === "ascending" ? 1 : -1;
  const all = rows.map(foodOf);
  const keys = new Map(all.map((food) => [food, BY[by](food)]));
  const compare = (a, b) => (keys.get(a) < keys.get(b) ? -order : keys.get(a) > keys.get(b) ? order : 0);
  body.append(...all.sort((a, b) => b.sound - a.sound || compare(a, b)).map((food) => food.row));
  for (const head of document.querySelectorAll("th[data-sort]")) {
    if (head.dataset.sort === by) head.setAttribute("aria-sort", direction);
    else head.removeAttribute("aria-sort");
  }
}

/** Sorts again where the amounts have changed that it is sorted by. */
function resort() {
  const head = document.querySelector("th[aria-sort]");
  if (sorted === "amount" || (!sorted && grams !== null)) sort("amount", head.getAttribute("aria-sort"));
}

for (const head of document.querySelectorAll("th[data-sort]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = head.textContent;
  head.replaceChildren(button);
  button.addEventListener("click", () => {
    const first = head.dataset.sort === "name" ? "ascending" : "descending";
    const other = first === "ascending" ? "descending" : "ascending";
    sort(head.dataset.sort, head.getAttribute("aria-sort") === first ? other : first);
  });
}

// Choosing

const compared = () => [...body.querySelectorAll("input:checked")].map((tick) => foodOf(tick.closest("tr")));

function showCounts() {
  const counts = { compare: compared().length, plate: windows?.plate.count() ?? 0 };
  for (const [name, count] of Object.entries(counts)) tray.querySelector(`[data-do=${name}] span`).textContent = count;
  tray.classList.toggle("empty", !counts.compare && !counts.plate);
}

function choose(tick) {
  const { row, name } = foodOf(tick.closest("tr"));
  if (compared().length > MOST_COMPARED) {
    tick.checked = false;
    say(told, `Five foods at most: untick one first. ${name} was not added.`);
  } else {
    say(told, `${compared().length} to compare.`);
  }
  row.classList.toggle("chosen", tick.checked);
  showCounts();
}

/** The windows, fetched when they are first needed. */
async function opened() {
  if (windows) return windows;
  const [{ makeComparison }, { makePlate }, { styled }] = await Promise.all([
    import("./food-compare.js"),
    import("./food-plate.js"),
    import("./window.js"),
  ]);
  await styled("window.css");
  const limits = gramLimits(counting.elements.grams);
  windows ??= {
    comparison: makeComparison(document.querySelector("template.compare")),
    plate: makePlate(document.querySelector("template.plate"), tray.dataset, limits, showCounts),
  };
  return windows;
}

const now = () => ({ grams, ...reader() });

async function add(food) {
  const { plate } = await opened();
  const meal = plate.add(food, grams);
  const many = plate.count();
  say(told, meal ? `${food.name} added to ${meal}. ${many} on your plate.` : `${many} foods at most on the plate.`);
  showCounts();
}

async function act(what) {
  const { comparison, plate } = await opened();
  if (what === "plate") plate.open(now());
  else if (compared().length) comparison.open(compared(), now());
  else say(told, "Tick “Compare” beside up to five foods first.");
}

/** What the page says where a part of it could not be fetched. */
function failed() {
  say(told, "This part could not be fetched. Check your connection and try again.");
  tray.classList.remove("empty"); // or else it might be out of sight
}

const controls = document.querySelector("template.controls");

/** Gives the rows from this place on their controls, some at a time. */
function equip(place = 0) {
  for (const row of rows.slice(place, place + AT_ONCE)) {
    if (row.dataset.unsound !== undefined) continue;
    const own = controls.content.cloneNode(true);
    const name = row.querySelector("th a").textContent;
    own.querySelector("input").setAttribute("aria-label", `Compare: ${name}`);
    own.querySelector("button").setAttribute("aria-label", `Add to plate: ${name}`);
    row.cells[row.cells.length - 1].append(own);
  }
  if (place + AT_ONCE < rows.length) setTimeout(equip, 0, place + AT_ONCE);
}

equip();
body.addEventListener("change", (event) => choose(event.target));
body.addEventListener("click", ({ target }) => {
  if (target.matches("button")) add(foodOf(target.closest("tr"))).catch(failed);
});
for (const button of tray.querySelectorAll("button")) {
  button.addEventListener("click", () => act(button.dataset.do).catch(failed));
}

counting.addEventListener("input", (event) => {
  if (event.target.name === "grams") counting.elements.per.value = "grams";
  if (["grams", "per"].includes(event.target.name)) {
    chooseAmount();
  } else {
    chooseRecommended();
    showAmounts();
  }
});
counting.addEventListener("submit", (event) => event.preventDefault());
addEventListener("atlas-settings", countForReader);

filterRows(form, rows, (shown) => {
  say(found, shown.length ? `${shown.length} of ${rows.length} foods.` : "No food fits. Try another word, or show all.");
});
const { country, stage } = document.documentElement.dataset;
if (country || stage) countForReader(); // without them the page says so already
