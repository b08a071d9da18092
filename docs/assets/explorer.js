// The symptoms compared: filter them, tick what you have, print the list. The ticks live in this page only.

import { filterRows } from "./filter.js";

const form = document.querySelector("form.filter");
const rows = [...document.querySelectorAll("table.explorer tbody tr")];
const bar = document.querySelector(".ticked");
const list = document.querySelector(".my-list");
const found = form.querySelector("[role=status]");
const told = bar.querySelector("[role=status]");

const tick = (row) => row.querySelector(".tick input");
const ticked = () => rows.filter((row) => tick(row).checked);

/** Says something in a live region, once: the same words again would be read out again. */
function say(region, text) {
  if (region.textContent !== text) region.textContent = text;
}

/** Says what is ticked, and what of it the filter hides. */
function tell() {
  const mine = ticked();
  const hidden = mine.filter((row) => row.hidden).length;
  say(told, mine.length === 0 ? "Nothing ticked." : `${mine.length} ticked${hidden ? `, ${hidden} of them hidden by the filter` : ""}.`);
}

/**
 * The ticked rows, those with the most urgent signs first.
 * @returns {HTMLElement[]}
 */
function urgentFirst() {
  const urgencies = ["emergency-now", "same-day", "days"];
  const rank = (row) => urgencies.findIndex((one) => row.dataset.urgency.split(" ").includes(one)) >>> 0; // none: last
  return ticked().sort((a, b) => rank(a) - rank(b));
}

/** The sentences without a percentage: on a list of one's own, a figure would read like a score. */
function withoutFigures(text) {
  const sentences = text.trim().split(/(?<=[.?!])\s+(?=\p{Lu})/u);
  return sentences.filter((sentence) => !sentence.includes("%")).join(" ");
}

/** The list's entry for a ticked row: its name, room to write, what tells the two apart. */
function entry(row) {
  const item = list.querySelector("template").content.cloneNode(true);
  item.querySelector("strong").textContent = row.querySelector("th a").textContent;
  item.querySelector(".apart").textContent = withoutFigures(row.querySelector(".apart p").textContent);
  return item;
}

/**
 * Fills a card of the list with the signs of the ticked symptoms, as the page's own cards word them, each once.
 * @param {HTMLElement} card
 * @param {Map<string, string>} names the ticked symptoms: id to name
 */
function fillSigns(card, names) {
  const groups = new Map();
  for (const item of document.querySelectorAll(`.care-${card.dataset.urgency} .gathered > li`)) {
    const owners = item.dataset.symptoms.split(" ").filter((id) => names.has(id));
    if (owners.length === 0) continue;
    const named = owners.map((id) => names.get(id)).join("; ");
    const sign = item.querySelector(".sign").textContent + ("advice" in item.dataset ? "*" : "");
    groups.set(named, [...(groups.get(named) ?? []), sign]);
  }
  const items = [...groups].map(([named, signs]) => {
    const item = document.createElement("li");
    const name = document.createElement("strong");
    name.textContent = `${named}: `;
    item.append(name, signs.join(" • "));
    return item;
  });
  card.querySelector("ul").replaceChildren(...items);
  card.hidden = items.length === 0;
}

/** Fills the list: urgent signs first. Where they would fill page after page, those of the same day stay on the screen. */
function fillList() {
  const mine = urgentFirst();
  list.dataset.length = mine.length <= 3 ? "few" : mine.length <= 5 ? "some" : "many";
  const names = new Map(mine.map((row) => [row.dataset.id, row.querySelector("th a").textContent]));
  for (const card of list.querySelectorAll(".care")) fillSigns(card, names);
  list.querySelector(".mine").replaceChildren(...mine.map(entry));
  const tests = mine.flatMap((row) => [...row.querySelectorAll(".tests a:not([data-how])")].map((link) => link.textContent));
  list.querySelector("p.tests").textContent = `${[...new Set(tests)].join("; ")}.`;
  list.querySelector(".address").textContent = location.origin + location.pathname;
}

for (const row of rows) tick(row).checked = false; // some browsers would bring ticks back with a reload

filterRows(form, rows, (shown) => {
  say(found, shown.length === 0 ? "No symptom fits. Try another word, or show all." : `${shown.length} of ${rows.length} symptoms.`);
  tell();
});

for (const row of rows) tick(row).addEventListener("change", tell);

bar.querySelector("[data-do=print]").addEventListener("click", () => {
  if (ticked().length === 0) {
    say(told, "Tick what you have first: then there is a list to print.");
    return;
  }
  fillList();
  document.body.classList.add("printing-list");
  window.print();
});
addEventListener("afterprint", () => document.body.classList.remove("printing-list"));

bar.querySelector("[data-do=clear]").addEventListener("click", () => {
  for (const row of ticked()) tick(row).checked = false;
  tell();
});
