// The reader's choices: read, kept in this browser only, and told to the page, where settings.js applies them.

const KEY = "atlas-settings";
export const NAMES = ["colours", "reading", "keys", "country", "stage", "offline"];
const root = document.documentElement;

/** What is chosen now: name → value, and `labels`, what the line above a page calls them. */
export function chosen() {
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(KEY));
  } catch {
    // Storage is switched off or holds something else.
  }
  const from = kept ?? root.dataset;
  const now = Object.fromEntries(NAMES.filter((name) => typeof from[name] === "string").map((name) => [name, from[name]]));
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
  tell({ ...clean, labels });
  return kept;
}

/** Everything of every country and stage again; the other settings stay. */
export function showAll() {
  return choose({ ...chosen(), country: "", stage: "" });
}

function tell(choice) {
  dispatchEvent(new CustomEvent("atlas-settings", { detail: choice }));
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
  tell({ ...chosen(), country: "", stage: "" });
  target.scrollIntoView();
}

document.querySelector(".showing button")?.addEventListener("click", () => {
  showAll();
  const title = document.querySelector("h1"); // the button is gone: reading goes on from the title
  title?.setAttribute("tabindex", "-1");
  title?.focus();
});
for (const button of document.querySelectorAll(".names + .elsewhere")) {
  button.addEventListener("click", () => {
    const all = button.previousElementSibling.classList.toggle("all");
    button.setAttribute("aria-expanded", String(all));
  });
}
addEventListener("hashchange", reveal);
reveal();
