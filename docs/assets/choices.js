// The reader's choices: read, kept in this browser only, told to the page; and the line that says what is shown.

const KEY = "atlas-settings";
const NAMES = ["colours", "reading", "country", "stage"];
const root = document.documentElement;

/** What is chosen now: name → value, and `labels` for the line above a page. */
export function chosen() {
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(KEY));
  } catch {
    // Storage is switched off or holds something else.
  }
  const now = Object.fromEntries(NAMES.filter((name) => root.dataset[name]).map((name) => [name, root.dataset[name]]));
  return { ...now, labels: { ...kept?.labels, ...unkept } };
}

let unkept = {}; // the labels where nothing can be stored

/**
 * Chooses, at once and on every page to come.
 * @param {Record<string, unknown>} choice as `chosen` gives it; empty values are "as for everybody"
 * @returns {boolean} whether it could be kept
 */
export function choose(choice) {
  const clean = Object.fromEntries(NAMES.filter((name) => choice[name]).map((name) => [name, choice[name]]));
  const labels = Object.fromEntries(["country", "stage"].filter((n) => clean[n]).map((n) => [n, choice.labels?.[n]]));
  unkept = labels;
  let kept = true;
  try {
    if (Object.keys(clean).length) localStorage.setItem(KEY, JSON.stringify({ ...clean, labels }));
    else localStorage.removeItem(KEY);
  } catch {
    kept = false;
  }
  tell(clean);
  return kept;
}

/** Everything of every country and stage again; colours and reading stay. */
export function showAll() {
  return choose({ ...chosen(), country: "", stage: "" });
}

function tell(choice) {
  dispatchEvent(new CustomEvent("atlas-settings", { detail: choice }));
}

/** Says above the page what is shown of it, and takes what is hidden out of the list "On this page". */
function say() {
  const strip = document.querySelector(".showing");
  if (!strip) return;
  const { labels } = chosen();
  const names = ["country", "stage"].filter((name) => root.dataset[name]);
  const known = names.map((name) => labels[name]).filter((label) => typeof label === "string" && label.length < 80);
  strip.querySelector(".what").textContent = known.join(" · ") || "your choice";
  const own = names.some((name) => document.querySelector(`article [data-${name}~="${root.dataset[name]}"]`));
  strip.querySelector(".how").textContent = own ? "Showing what is for: " : "Nothing on this page is only for your choice, so it shows everything. You chose: ";
  for (const link of document.querySelectorAll(".contents a")) {
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    link.parentElement.hidden = target !== null && !target.checkVisibility();
  }
}

/** A link to something hidden shows it: on this page, this once, everything. */
function reveal() {
  let target = null;
  try {
    target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  } catch {
    // not an address of ours
  }
  if (!target || target.checkVisibility()) return;
  const { colours, reading } = chosen();
  tell({ colours, reading });
  target.scrollIntoView();
}

document.querySelector(".showing button")?.addEventListener("click", () => {
  showAll();
  document.querySelector("h1")?.scrollIntoView({ block: "nearest" });
});
addEventListener("atlas-settings", say);
addEventListener("storage", say);
addEventListener("hashchange", reveal);
say();
reveal();
