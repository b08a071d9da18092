// What the reader chose, kept in this browser only. It runs before the page is painted: small, and not a module.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.replace("no-js", "js");
  const rules = new CSSStyleSheet();
  document.adoptedStyleSheets = [rules];

  function stored() {
    try {
      return JSON.parse(localStorage.getItem("atlas-settings")) || {};
    } catch {
      return {}; // Storage is switched off, or holds something else: the page is as it is for everybody.
    }
  }

  function apply(chosen) {
    for (const name of ["colours", "reading", "country", "stage"]) {
      if (typeof chosen[name] === "string" && /^[a-z0-9-]{1,40}$/.test(chosen[name])) root.dataset[name] = chosen[name];
      else delete root.dataset[name];
    }
    // What is for others is hidden only beside something that is for this reader: never is nothing left.
    const only = ["country", "stage"].map((name) => {
      const own = `[data-${name}~="${root.dataset[name]}"]`;
      return root.dataset[name] ? `:has(> ${own}) > [data-${name}]:not(${own}) { display: none !important }` : "";
    });
    const call = root.dataset.country ? `.call > [data-call~="${root.dataset.country}"] { display: inline-block }` : "";
    rules.replaceSync([...only, call].join("\n"));
  }

  apply(stored());
  addEventListener("atlas-settings", (event) => apply(event.detail));
  addEventListener("storage", () => apply(stored())); // chosen in another tab
})();
