// What every page does with JavaScript: the search and the settings as windows over the page, and words explained in place.

const site = new URL("../", import.meta.url);

const WINDOWS = { ".open-search": "search-window.js", ".open-settings": "settings-window.js" };

for (const [selector, module] of Object.entries(WINDOWS)) {
  for (const link of document.querySelectorAll(selector)) {
    link.setAttribute("aria-haspopup", "dialog");
    link.addEventListener("click", async (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      try {
        const { open } = await import(`./${module}`);
        await open(site);
      } catch {
        location.assign(link.href); // the page behind the link does the same
      }
    });
  }
}

if (document.documentElement.matches("[data-country], [data-stage]")) import("./choices.js");
addEventListener("load", () => import("./keep.js").then(({ keepAsChosen }) => keepAsChosen()).catch(() => {})); // kept another time

document.addEventListener("keydown", (event) => {
  if (document.documentElement.dataset.keys === "off") return; // a reader who speaks to the device, or whose hand shakes
  const typing = event.target.closest?.("input, textarea, select");
  const modified = event.ctrlKey || event.metaKey || event.altKey;
  if (event.key === "/" && !typing && !modified && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    document.querySelector(".open-search")?.click();
  }
});

// "Cite this page": each button copies what stands before it. It is selected too, for where the browser forbids copying.

for (const button of document.querySelectorAll(".cite-page button")) {
  button.addEventListener("click", async () => {
    const what = button.previousElementSibling;
    const told = button.nextElementSibling;
    getSelection().selectAllChildren(what);
    try {
      await navigator.clipboard.writeText(what.textContent);
      told.textContent = "Copied.";
    } catch {
      told.textContent = "Selected: copy it with your device’s own command.";
    }
  });
}

// A word of the glossary is explained where it stands: on hover and on focus; Escape takes the explanation away.

const bubble = document.createElement("div");
bubble.id = "explanation";
bubble.setAttribute("role", "tooltip");
bubble.hidden = true;
document.body.append(bubble);

let explained = null;

function explain(term) {
  hide();
  explained = term;
  bubble.textContent = term.dataset.explanation;
  bubble.hidden = false;
  term.setAttribute("aria-describedby", bubble.id);
  const box = term.getBoundingClientRect();
  const width = Math.min(320, document.documentElement.clientWidth - 16);
  const left = Math.max(8, Math.min(box.left, document.documentElement.clientWidth - width - 8));
  bubble.style.width = `${width}px`;
  bubble.style.left = `${left + scrollX}px`;
  bubble.style.top = `${box.bottom + scrollY + 4}px`;
}

function hide() {
  explained?.removeAttribute("aria-describedby");
  explained = null;
  bubble.hidden = true;
}

for (const term of document.querySelectorAll("a.term[title]")) {
  term.dataset.explanation = term.title;
  term.removeAttribute("title"); // the browser's own would show a second time, and never to the keyboard
  term.addEventListener("focus", () => explain(term));
  term.addEventListener("blur", hide);
  term.addEventListener("pointerenter", () => explain(term));
  term.addEventListener("pointerleave", (event) => event.relatedTarget === bubble || hide());
}
bubble.addEventListener("pointerleave", hide);
document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
