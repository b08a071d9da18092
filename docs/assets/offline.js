// Read it without a connection: lists what this browser keeps.

import { keptPages } from "./keep.js";
import { made } from "./window.js";

const place = document.querySelector(".kept-here");

async function show() {
  const pages = await keptPages();
  const items = pages.map(({ address, title, saved }) => {
    const day = saved.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
    const time = made("time", { datetime: saved.toISOString().slice(0, 10) }, `saved on ${day}`);
    return made("li", {}, made("a", { href: address }, title), " ", time);
  });
  place.querySelector("ul").replaceChildren(...items);
  const count = pages.length === 1 ? "1 page." : `${pages.length} pages.`;
  place.querySelector("[role=status]").textContent = pages.length ? count : "No pages.";
}

show();
addEventListener("atlas-kept", show);
navigator.serviceWorker?.addEventListener("controllerchange", show);
