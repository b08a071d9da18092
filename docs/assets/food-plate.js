// A day's plate: foods by meal, what they add up to, and how much of it is likely absorbed. It lives in this page only.

import { absorbed, readParameters } from "./absorption.js";
import { amount, content, estimated, grouped, ranged, shares, total } from "./food-sums.js";
import { readNumber } from "./number.js";
import { made, makeWindow } from "./window.js";

const MEALS = { breakfast: "Breakfast", midday: "Midday", evening: "Evening", other: "Other times" };
const PORTIONS = { min: 0.1, max: 20, units: ["portions", "portion"] };
const MOST = 20;

/**
 * @param {HTMLTemplateElement} template
 * @param {DOMStringMap} dataset holds the parameters of the absorption model, where there is one
 * @param {{min: number, max: number, units: string[]}} limits of grams
 * @param {() => void} changed called when the plate has changed
 */
export function makePlate(template, dataset, limits, changed) {
  const { dialog, body } = makeWindow("plate", "My plate");
  body.append(template.content.cloneNode(true));
  const paper = document.querySelector(".my-plate");
  const parameters = dataset.shareLow === undefined ? null : readParameters(dataset);
  const switched = body.querySelector("[name=failed]");
  let items = [];
  let reader = { recommended: null, against: "" };
  let meal = "breakfast";
  let ever = 0; // how many were ever added: for ids

  /** Adds a portion, or so many grams; returns the meal, "" where there is no room. */
  function add(food, grams) {
    if (items.length >= MOST) return "";
    ever += 1;
    const item = { id: `plate-${ever}`, food, unit: grams === null ? "portion" : "g", text: String(grams ?? 1), meal };
    items.push(item);
    body.querySelector(".items").append(entry(item));
    count();
    return MEALS[meal].toLowerCase();
  }

  /** One food on the plate, with the controls to change it. */
  function entry(item) {
    const { food } = item;
    const named = (label) => [label, made("span", { class: "visually-hidden" }, ` of ${food.name}`)];
    const typed = { type: "text", inputmode: "decimal", autocomplete: "off", value: item.text };
    const field = made("input", { ...typed, "aria-describedby": item.id });
    const unit = options({ portion: `× ${food.portion}`, g: "g" }, item.unit, `Unit of ${food.name}`);
    const when = options(MEALS, item.meal, `Meal of ${food.name}`);
    const remove = made("button", { type: "button", "aria-label": `Remove ${food.name}` }, "Remove");
    item.told = made("span", { class: "told", id: item.id, role: "status" });
    item.sum = made("b", {});
    item.field = field;
    item.unitField = unit;
    item.entry = made(
      "li",
      {},
      made("p", { class: "name" }, made("a", { href: food.href }, food.name), " ", item.sum),
      made("p", {}, made("label", {}, ...named("Amount"), field), unit, when, remove),
      item.told,
    );
    const change = (values) => {
      Object.assign(item, values);
      count();
    };
    field.addEventListener("input", () => change({ text: field.value }));
    unit.addEventListener("change", () => change({ unit: unit.value }));
    when.addEventListener("change", () => {
      meal = when.value;
      change({ meal });
    });
    remove.addEventListener("click", () => takeOff(item));
    return item.entry;
  }

  function takeOff(item) {
    const next = item.entry.nextElementSibling ?? item.entry.previousElementSibling;
    items = items.filter((one) => one !== item);
    item.entry.remove();
    count();
    (next?.querySelector("button") ?? dialog.querySelector(".close")).focus();
  }

  /** Reads an item's amount; says beside the field what is wrong with it. */
  function weigh(item) {
    let result = readNumber(item.text, limits);
    if (result.unit) item.unit = item.unitField.value = "g"; // grams were typed, whatever was chosen
    else if (item.unit === "portion") result = readNumber(item.text, PORTIONS);
    item.field.setAttribute("aria-invalid", String(Boolean(result.problem)));
    item.told.className = result.problem ? "told error" : "told";
    if (item.told.textContent !== (result.problem ?? "")) item.told.textContent = result.problem ?? "";
    item.count = result.value;
    const grams = item.unit === "g" ? result.value : result.value * item.food.grams;
    item.eaten = result.problem ? null : content(item.food, grams);
    item.sum.textContent = item.eaten ? `${inWords(item.eaten)} µg` : "not counted";
  }

  function count() {
    items.forEach(weigh);
    const meals = Object.keys(MEALS)
      .map((name) => mealOf(MEALS[name], items.filter((item) => item.meal === name && item.eaten)))
      .filter((one) => one.foods.length);
    const day = {
      name: "The day",
      eaten: total(meals.map((one) => one.eaten)),
      taken: { low: sum(meals, "low"), high: sum(meals, "high") },
    };
    body.querySelector(".meals tbody").replaceChildren(...[...meals, day].map(row));
    body.querySelector(".empty").hidden = items.length > 0;
    body.querySelector(".full").hidden = items.length === 0;
    const lines = inWordsOf(day);
    write(body.querySelector(".day"), lines);
    changed();
    return { meals, day, lines };
  }

  /** A meal: what is eaten, and what of it is likely absorbed, the datasets' range within the model's. */
  function mealOf(name, foods) {
    const eaten = total(foods.map((item) => item.eaten));
    if (!parameters) return { name, foods, eaten, taken: { low: 0, high: 0 } };
    const [low, high] = [eaten.low, eaten.high].map((dose) => absorbed(dose, parameters, !switched?.checked));
    return { name, foods, eaten, taken: { low: low.low, high: high.high } };
  }

  function sum(meals, end) {
    return meals.reduce((all, one) => all + one.taken[end], 0);
  }

  function row({ name, eaten, taken }) {
    const cells = parameters ? [inWords(eaten), estimated(taken)] : [inWords(eaten)];
    return made("tr", {}, made("th", { scope: "row" }, name), ...cells.map((text) => made("td", {}, text)));
  }

  /** The day in a few lines: what they are called, and what they say. */
  function inWordsOf({ eaten, taken }) {
    const { recommended, against } = reader;
    const left = items.filter((item) => !item.eaten).length;
    const lines = [["Eaten", `${inWords(eaten)} µg`]];
    const share = recommended && shares({ low: eaten.value, high: eaten.value }, recommended);
    if (share) lines.push(["Share of a day", `${share}. ${against}`]);
    const without = switched?.checked ? ", without intrinsic factor" : "";
    if (parameters) lines.push(["Likely absorbed", `${estimated(taken)} µg${without}`]);
    if (left) lines.push(["Not counted", `${left} of ${items.length} foods: mend the amount`]);
    return lines;
  }

  /** Writes the lines, where they have changed: they are read out. */
  function write(place, lines) {
    const paragraphs = lines.map(([label, text]) => made("p", {}, made("strong", {}, `${label}:`), ` ${text}.`));
    if (place.textContent !== paragraphs.map((one) => one.textContent).join("")) place.replaceChildren(...paragraphs);
  }

  function print() {
    const { meals, day, lines } = count();
    const foods = meals.flatMap((one) => one.foods.map((item) => printedLine(one.name, item)));
    paper.querySelector(".foods").replaceChildren(...foods);
    paper.querySelector(".sums tbody").replaceChildren(...[...meals, day].map(row));
    write(paper.querySelector(".day"), lines);
    paper.querySelector(".failed")?.toggleAttribute("hidden", !switched?.checked);
    paper.querySelector(".address").textContent = location.origin + location.pathname;
    document.body.classList.add("printing-plate");
    window.print();
  }

  function printedLine(name, { food, unit, count: many, eaten }) {
    const of = unit === "g" ? `${grouped(many)} g` : `${grouped(many)} × ${food.portion}`;
    return made("tr", {}, ...[name, food.name, of, inWords(eaten)].map((text) => made("td", {}, text)));
  }

  body.querySelector("[data-do=print]").addEventListener("click", print);
  body.querySelector("[data-do=empty]").addEventListener("click", () => {
    items = [];
    body.querySelector(".items").replaceChildren();
    count();
    dialog.querySelector(".close").focus();
  });
  switched?.addEventListener("change", count);
  addEventListener("afterprint", () => document.body.classList.remove("printing-plate"));
  count();

  return {
    add,
    count: () => items.length,
    /** @param {{recommended: object | null, against: string}} chosen what the page counts with now */
    open(chosen) {
      reader = chosen;
      count();
      dialog.showModal();
    },
  };
}

/** An amount with the range of the datasets, where they disagree. */
function inWords(eaten) {
  const range = ranged(eaten.low, eaten.high);
  const value = amount(eaten.value);
  return range === value ? value : `${value} (${range})`;
}

/** A select with these choices. */
function options(choices, chosen, name) {
  const select = made("select", { "aria-label": name });
  for (const [value, label] of Object.entries(choices)) select.append(made("option", { value }, label));
  select.value = chosen;
  return select;
}
