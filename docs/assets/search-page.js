// The search on its own page; `?q=` asks at once.

import { mount } from "./search-view.js";

const { field, ask } = mount(document.querySelector(".search-here"), new URL("../", import.meta.url));
for (const link of document.querySelectorAll(".open-search")) {
  // Here the search is open already: no window over it.
  link.addEventListener("click", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    field.focus();
  }, true);
}
const query = new URLSearchParams(location.search).get("q");
if (query) ask(query.slice(0, 200));
