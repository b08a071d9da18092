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
    for (const name of ["colours", "reading", "keys", "country", "stage"]) {
      if (typeof chosen[name] === "string" && /^[a-z0-9-]{1,40}$/.test(chosen[name])) root.dataset[name] = chosen[name];
      else delete root.dataset[name];
    }
    // What is for others is hidden only beside something that is for this reader: never is nothing left.
    const names = ["country", "stage"].filter((name) => root.dataset[name]);
    const css = names.map((name) => {
      const own = `[data-${name}~="${root.dataset[name]}"]`;
      const call = own.replace(name, "call");
      return `:has(> ${own}):not(.all) > [data-${name}]:not(${own}) { display: none !important }
        .units:has(> ${own}) .also { display: none }
        .names:has(> ${own}):has(> [data-${name}]:not(${own})) + .elsewhere { display: inline }
        .md-content:has(article ${own}) .showing .some { display: inline }
        .md-content:has(article ${own}) .showing .none { display: none }
        .call > p:has(> ${call}) > a:not(${call}) { display: none }
        .call > p > a${call} { display: inline-block }`;
    });
    const labels = names.map((name) => chosen.labels?.[name]).filter((label) => /^[\p{L}\p{N} ,.()-]{1,60}$/u.test(label));
    css.push(`.showing .what::after { content: "${labels.join(" · ") || "your choice"}" }`);
    rules.replaceSync(css.join("\n"));
  }

  apply(stored());
  addEventListener("atlas-settings", (event) => apply(event.detail));
  addEventListener("storage", () => apply(stored())); // chosen in another tab
})();
