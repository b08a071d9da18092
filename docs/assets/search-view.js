// The search as a reader meets it: a field, the kinds, the results. The window and the search page show the same.

import { Search, folded, plain, words } from "./search-index.js";
import { made } from "./window.js";

const FIELD = {
  type: "search",
  id: "search-field",
  autocomplete: "off",
  spellcheck: "false",
  maxlength: "200",
  enterkeyhint: "go",
  placeholder: "Everyday words work",
};
const FIRST = 30;
const BEFORE = { page: "In it: ", source: "", faq: "Also asked: ", claim: "Also said: " }; // what stands before another name
const TRY = ["pins and needles", "electric shock", "Ocrevus", "tablets or injections"];

let search = null; // one index for the window and the page

/**
 * Puts the search into `place`.
 * @param {HTMLElement} place
 * @param {URL} site the site's root
 * @returns {{ field: HTMLInputElement, ask: (query: string) => void }}
 */
export function mount(place, site) {
  search ??= new Search(site);
  const field = made("input", FIELD);
  const form = made("form", { role: "search" }, made("label", { for: "search-field" }, "Search the atlas"), field);
  const kinds = made("div", { class: "kinds", role: "group", "aria-label": "Show only" });
  const status = made("p", { class: "found", role: "status" });
  const list = made("ul", { class: "results" });
  const below = made("div", { class: "below" });
  place.append(made("div", { class: "search" }, form, kinds, status, list, below));

  let chosen = "";
  let all = false;
  let ready = false;

  async function load(file) {
    try {
      await search.load(file);
      return true;
    } catch {
      status.textContent = "The search could not be loaded. Check your connection and type again.";
      return false;
    }
  }

  async function show() {
    if (!ready) {
      status.textContent = "Loading …";
      ready = await load();
      if (!ready) return;
    }
    const query = field.value.trim();
    let hits = search.find(query);
    if (query && !hits.length && (await load("search-sources.json"))) {
      if (query !== field.value.trim()) return; // typed on meanwhile: that is shown already
      hits = search.find(query);
    }
    draw(query, hits);
  }

  function draw(query, hits) {
    const counts = new Map();
    for (const { kind } of hits) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (chosen !== "source" && !counts.has(chosen)) chosen = "";
    drawKinds(counts, hits.length);
    const wanted = chosen ? hits.filter(({ kind }) => kind === chosen) : hits;
    const shown = all ? wanted : wanted.slice(0, FIRST);
    list.replaceChildren(...shown.map((hit) => result(hit, site)));
    list.dataset.query = query; // a list that is being drawn anew is known by what it answers
    status.textContent = query ? counted(wanted.length) : "";
    below.replaceChildren();
    if (!query) below.append(examples());
    else if (!wanted.length) below.append(nothing(query));
    else if (shown.length < wanted.length) below.append(more(wanted.length));
  }

  function drawKinds(counts, total) {
    const button = (kind, label, count) => {
      const one = made("button", { type: "button", "aria-pressed": String(kind === chosen), "data-kind": kind }, label);
      if (count !== undefined) one.append(" ", made("span", {}, String(count)));
      return one;
    };
    const focused = kinds.contains(document.activeElement) ? document.activeElement.dataset.kind : null;
    const buttons = search.kinds
      .filter(({ name }) => counts.has(name) || name === "source")
      .map(({ name, plural }) => button(name, plural, counts.get(name)));
    kinds.replaceChildren(...(total ? [button("", "All", total), ...buttons] : []));
    if (focused !== null) [...kinds.children].find((one) => one.dataset.kind === focused)?.focus();
  }

  function examples() {
    const tries = TRY.map((text) => {
      const one = made("button", { type: "button" }, text);
      one.addEventListener("click", () => ask(text));
      return one;
    });
    return made("p", { class: "try" }, "Try: ", ...tries);
  }

  function nothing(query) {
    const links = search.kinds
      .filter(({ address }) => address)
      .map(({ plural, address }) => made("li", {}, made("a", { href: new URL(address, site).href }, plural)));
    const text = `Nothing found for “${query}”. Try fewer words, or another word for it. Or look through a list:`;
    return made("div", { class: "nothing" }, made("p", {}, text), made("ul", {}, ...links));
  }

  function more(count) {
    const button = made("button", { type: "button" }, `Show all ${count}`);
    button.addEventListener("click", () => {
      all = true;
      const next = list.children.length;
      show().then(() => list.children[next]?.querySelector("a").focus());
    });
    return made("p", {}, button);
  }

  function ask(query) {
    field.value = query;
    field.focus();
    chosen = "";
    all = false;
    show();
  }

  field.addEventListener("input", () => {
    all = false;
    show();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await show();
    list.querySelector("a")?.click();
  });
  kinds.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    chosen = button.dataset.kind;
    all = false;
    if (chosen === "source") await load("search-sources.json");
    show();
  });
  place.addEventListener("keydown", (event) => walk(event, field, [...list.querySelectorAll("a")]));
  show();
  return { field, ask };
}

/** The arrow keys go from the field through the results and back. */
function walk(event, field, links) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
  const stops = [field, ...links];
  const at = stops.indexOf(document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  stops[Math.min(Math.max(at + step, 0), stops.length - 1)].focus();
}

function counted(count) {
  return count === 1 ? "1 result" : `${count || "No"} results`;
}

function result(hit, site) {
  const marks = (text) => marked(text, hit.terms);
  const link = made("a", { href: new URL(hit.address, site).href }, made("span", { class: "title" }, ...marks(hit.title)));
  const item = made("li", {}, link, made("span", { class: "kind" }, hit.label));
  const inTitle = new Set(words(hit.title).flatMap((word) => [plain(word), folded(word)]));
  const other = best(hit, inTitle);
  if (other) item.append(made("span", { class: "other" }, BEFORE[hit.kind] ?? "Also called: ", ...marks(other)));
  if (hit.summary) item.append(made("span", { class: "summary" }, ...marks(hit.summary)));
  return item;
}

/** The other name that holds most of the words found and not in the title. */
function best(hit, inTitle) {
  let found = "";
  let most = 0;
  for (const name of hit.names) {
    const count = words(name).filter((word) => isFound(word, hit.terms) && !inTitle.has(plain(word))).length;
    if (count > most) [found, most] = [name, count];
  }
  return found;
}

function isFound(word, terms) {
  return terms.has(plain(word)) || terms.has(folded(word));
}

/** A text with the words found marked, as nodes. */
function marked(text, terms) {
  return text
    .split(/([\p{L}\p{N}]+(?:['’]\p{L}+)*)/u)
    .filter(Boolean)
    .map((part) => (isFound(part, terms) ? made("mark", {}, part) : part));
}
