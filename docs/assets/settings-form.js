// The settings' form, in its window and on its page: each change is kept and applied at once.

import { NAMES, choose, chosen, showAll } from "./choices.js";

/** @param {HTMLFormElement} form */
export function wire(form) {
  const status = form.querySelector(".saved");

  function fill() {
    const now = chosen();
    for (const name of NAMES) {
      const field = form.elements[name];
      field.value = now[name] ?? "";
      if (!field.value && field.options) field.value = ""; // a value that is no option of ours
    }
  }

  function told(kept) {
    status.textContent = kept ? "Kept in this browser." : "Your browser keeps nothing, so this holds for this page only.";
  }

  /** Keeps pages on this device, or takes them away. */
  async function keep(choice) {
    let done = false;
    try {
      const { keepPages } = await import("./keep.js");
      done = await keepPages(choice);
    } catch {
      // the browser keeps no pages, or there is no connection
    }
    dispatchEvent(new Event("atlas-kept"));
    if (!done) status.textContent = "Your browser could not do this. Nothing changed in what it keeps.";
    else status.textContent = choice === "off" ? "All kept pages are deleted." : "Pages are being kept on this device.";
  }

  form.addEventListener("change", (event) => {
    const choice = { labels: {} };
    for (const name of NAMES) choice[name] = form.elements[name].value;
    for (const name of ["country", "stage"]) choice.labels[name] = form.elements[name].selectedOptions[0]?.text;
    told(choose(choice));
    if (event.target.name === "offline") keep(choice.offline);
  });
  form.querySelector(".show-all").addEventListener("click", () => {
    told(showAll());
    fill();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  fill();
}
