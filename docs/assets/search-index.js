// Finds pages: reads the site's own data, indexes it here in the browser, and sends no query anywhere.

import MiniSearch from "./minisearch.js";

/**
 * @typedef {{ kind: string, label: string, address: string, title: string, summary: string, names: string[] }} Entry
 * @typedef {Entry & { terms: Set<string>, score: number }} Hit
 * @typedef {{ name: string, plural: string, address: string }} Kind
 */

const WORD = /[\p{L}\p{N}]+(?:['’]\p{L}+)*/gu;
const SLIGHT = new Set(
  `a an and are as at be been but by can could did do does for from get had has have how i if in into is it its just me my
  of off on or our should so than that the their them then there these they this to was we were what when where which who
  why will with would you your`.split(/\s+/)
);
const WEIGHTS = { symptom: 1.3, faq: 1.2, claim: 0.7, term: 0.7, source: 0.3 }; // what most readers look for stands higher
const ENOUGH = 5;

/** The words of a text; "B 12" and "B-12" are the one word b12. */
export function words(text) {
  return text.replace(/\b(b|cd)[\s-]?(\d{1,3})\b/gi, "$1$2").match(WORD) ?? [];
}

/** A word as written, in small letters without accents and without 's. */
export function plain(word) {
  return word
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}|['’]s$|['’]/gu, "");
}

/** A word as it is compared: British and American spelling are one. */
export function folded(word) {
  return plain(word)
    .replace(/ae|oe/g, "e")
    .replace(/ph/g, "f")
    .replace(/our/g, "or")
    .replace(/z/g, "s")
    .replace(/(fib|lit|cent)re(s?)$/, "$1er$2");
}

const known = new Map(); // the same words come again and again

function indexed(word) {
  let forms = known.get(word);
  if (!forms) known.set(word, (forms = [...new Set([plain(word), folded(word)])]));
  return forms;
}

export class Search {
  /** @param {URL} site the site's root */
  constructor(site) {
    this.site = site;
    /** @type {Entry[]} */
    this.entries = [];
    /** @type {Kind[]} */
    this.kinds = [];
    this.index = new MiniSearch({ fields: ["title", "names", "summary"], tokenize: words, processTerm: indexed });
    this.loaded = new Map();
  }

  /** Reads a file of the search's data, once. */
  load(file = "search.json") {
    if (!this.loaded.has(file)) {
      const reading = this.#read(file);
      reading.catch(() => this.loaded.delete(file)); // another try may do better
      this.loaded.set(file, reading);
    }
    return this.loaded.get(file);
  }

  async #read(file) {
    const answer = await fetch(new URL(`assets/${file}`, this.site));
    if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
    const { kinds, pages } = await answer.json();
    this.kinds = kinds.map(([name, , plural, address]) => ({ name, plural, address }));
    const first = this.entries.length;
    for (const [number, address, title, summary, names] of pages) {
      const [kind, label, , folder] = kinds[number];
      this.entries.push({ kind, label, address: folder + address, title, summary, names });
    }
    const added = this.entries.slice(first).map((entry, i) => ({ ...entry, id: first + i, names: entry.names.join(" ") }));
    await this.index.addAllAsync(added, { chunkSize: 200 }); // in pieces, so that typing stays smooth on a slow phone
  }

  /**
   * The pages that answer a query, the best first. All words, as typed; where that finds little, with slips; where that
   * finds little too, some of the words.
   * @param {string} query
   * @returns {Hit[]}
   */
  find(query) {
    const typed = words(query).map(folded).filter(Boolean);
    const weighty = typed.filter((word) => !SLIGHT.has(word));
    const terms = weighty.length ? weighty : typed;
    if (!terms.length) return [];
    const hits = new Map();
    for (const [combineWith, slips] of [["AND", false], ["AND", true], ["OR", true]]) {
      if (hits.size >= ENOUGH) break;
      const found = this.#ranked(terms, typed, combineWith, slips);
      const least = combineWith === "OR" ? (found[0]?.score ?? 0) * 0.25 : 0;
      for (const hit of found) if (hit.score >= least && !hits.has(hit.address)) hits.set(hit.address, hit);
    }
    return [...hits.values()];
  }

  #ranked(terms, typed, combineWith, slips) {
    const phrase = typed.join(" ");
    const found = this.index.search(terms.join(" "), {
      combineWith,
      processTerm: folded,
      prefix: (term, i, all) => i === all.length - 1 || term.length > 3,
      fuzzy: (term) => (slips && term.length > 3 && !/\d/.test(term) ? 0.25 : false),
      maxFuzzy: 2,
      weights: { prefix: 0.5, fuzzy: 0.25 },
      boost: { title: 6, names: 4, summary: 1 },
    });
    return found
      .map((one) => {
        const entry = this.entries[one.id];
        const weight = WEIGHTS[entry.kind] ?? (entry.address.startsWith("contribute/") ? 0.3 : 1);
        return { ...entry, terms: new Set(one.terms), score: one.score * weight * likeness(entry, phrase) };
      })
      .sort((a, b) => b.score - a.score);
  }
}

/** How much more an entry counts for holding the whole phrase in its title or in another name, or a name in the phrase. */
function likeness(entry, phrase) {
  entry.compared ??= [entry.title, ...entry.names].map((name) => ` ${words(name).map(folded).join(" ")} `);
  const asked = ` ${phrase} `;
  const [title, ...others] = entry.compared.map((name) => {
    if (name === asked) return 4;
    if (name.includes(asked) || asked.includes(name)) return 2;
    return name.includes(asked.trimEnd()) ? 1.4 : 1;
  });
  return Math.max(1.2 * title, ...others);
}
