// What the reader chose, kept in this browser only. It runs before the page is painted: small, and not a module.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.replace("no-js", "js");
  let chosen = {};
  try {
    chosen = JSON.parse(localStorage.getItem("atlas-settings")) || {};
  } catch {
    // Storage is switched off, or holds something else: the page is as it is for everybody.
  }
  for (const name of ["colours", "reading", "country", "stage"]) {
    if (typeof chosen[name] === "string" && /^[a-z0-9-]{1,40}$/.test(chosen[name])) root.dataset[name] = chosen[name];
  }
})();
