// The settings as a window over any page: the form of the settings page.

import { wire } from "./settings-form.js";
import { makeWindow, styled } from "./window.js";

let dialog = null;

/** @param {URL} site the site's root */
export async function open(site) {
  if (!dialog) {
    const [answer] = await Promise.all([fetch(new URL("settings/", site)), styled("window.css"), styled("settings-page.css")]);
    if (!answer.ok) throw new Error(`settings: ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const form = document.adoptNode(page.querySelector("form.settings"));
    for (const link of form.querySelectorAll("a")) link.href = new URL(link.getAttribute("href"), answer.url).href;
    const made = makeWindow("settings", "Settings");
    made.body.append(document.adoptNode(page.querySelector("p.intro")), form);
    dialog = made.dialog;
    wire(form);
  }
  if (!dialog.open) dialog.showModal();
}
