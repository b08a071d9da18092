// The settings on their own page.

import { wire } from "./settings-form.js";

wire(document.querySelector("form.settings"));
for (const link of document.querySelectorAll(".open-settings")) {
  // Here the settings are open already: no window over them.
  link.addEventListener("click", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    document.querySelector("form.settings input:checked").focus();
  }, true);
}
