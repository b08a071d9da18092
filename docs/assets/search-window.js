// The search as a window over any page.

import { mount } from "./search-view.js";
import { makeWindow, styled } from "./window.js";

let opened = null;

/** @param {URL} site the site's root */
export async function open(site) {
  await Promise.all([styled("window.css"), styled("search-page.css")]);
  if (!opened) {
    const { dialog, body } = makeWindow("search", "Search");
    opened = { dialog, ...mount(body, site) };
  }
  if (!opened.dialog.open) opened.dialog.showModal();
  opened.field.focus();
  opened.field.select();
}
