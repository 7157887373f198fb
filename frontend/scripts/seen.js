// The message beside the blocks: as wide, as dark and as whom it is asked, and what there is to say of it.
import { PART } from "./asking.js";
import findings from "./findings.js";

const FIND_AFTER = 300;
const CHECK_AFTER = 1500;

export default function (root, base, edit) {
  const pane = root.querySelector("[data-seen-pane]");
  const form = pane.querySelector("[data-seen]");
  const frame = pane.querySelector("[data-frame]");
  const facts = pane.querySelector("[data-facts]");
  const readers = pane.querySelector("[data-readers]");
  const found = findings(base, edit);
  let checking;
  let finding;
  let opened;

  function chosen() {
    const asked = new URLSearchParams({ width: form.width.value, look: form.look.value, person: person().value });
    if (facts.querySelector("[name=parts]")) {
      asked.set("parts", "chosen");
      for (const each of facts.querySelectorAll("[name=within]:checked")) asked.append("within", each.value);
    }
    return asked;
  }

  function person() {
    return form.querySelector("input[name=person]:checked");
  }

  // The next one is loaded unseen and takes the place, where the reader was, of the one before.
  function refresh() {
    const now = frame.querySelector("iframe:not(.coming)");
    frame.querySelector("iframe.coming")?.remove();
    const next = now.cloneNode();
    const asked = chosen();
    next.classList.add("coming");
    next.setAttribute("aria-hidden", "true");
    next.src = `${base}/preview?${asked}`;
    next.addEventListener("load", () => {
      frame.className = `frame w${asked.get("width")} ${asked.get("look")}`;
      next.contentWindow?.scrollTo(0, there(next) ?? now.contentWindow?.scrollY ?? 0);
      next.classList.remove("coming");
      next.removeAttribute("aria-hidden");
      now.remove();
    });
    frame.append(next);
    measure(asked);
    clearTimeout(checking);
    checking = setTimeout(found.check, CHECK_AFTER);
  }

  // The line in the inbox, the size, and the parts for some readers; a box that has the focus keeps it.
  async function measure(asked) {
    try {
      const answer = await fetch(`${base}/preview/facts?${asked}`, { headers: PART });
      if (!answer.ok) return;
      const held = facts.contains(document.activeElement) ? document.activeElement.value : null;
      facts.innerHTML = await answer.text();
      if (held !== null) facts.querySelector(`[name=within][value="${CSS.escape(held)}"]`)?.focus();
    } catch {
      // The next change asks again.
    }
  }

  // Where the block that was just opened stands in the message, found by its heading.
  function there(shown) {
    const field = edit.querySelector(".piece-form [name=heading]");
    const key = field?.form.dataset.save;
    if (!key || key === opened) {
      opened = key;
      return null;
    }
    opened = key;
    const words = filled(edit, field.value).trim();
    const headings = shown.contentDocument?.querySelectorAll("h1, h2, h3") ?? [];
    const heading = [...headings].find((each) => each.textContent.trim() === words);
    return heading ? heading.getBoundingClientRect().top + shown.contentWindow.scrollY - 60 : null;
  }

  // A contact that was found becomes one more to choose from.
  function choose(value, label) {
    form.querySelector("[data-chosen]")?.remove();
    const chip = form.querySelector(".chip").cloneNode(true);
    chip.dataset.chosen = "";
    chip.querySelector("input").value = value;
    chip.querySelector("span").textContent = label;
    form.querySelector(".chips").append(chip);
    chip.querySelector("input").checked = true;
    form.find.value = "";
    readers.replaceChildren();
    chip.querySelector("input").focus();
    changed();
  }

  function changed() {
    const tested = pane.querySelector("[data-test] [name=person]");
    if (tested) tested.value = person().value;
    refresh();
  }

  async function find() {
    const asked = new URLSearchParams({ find: form.find.value });
    const answer = await fetch(`${base}/readers?${asked}`, { headers: PART });
    if (answer.ok) readers.innerHTML = await answer.text();
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, [type=radio], [type=checkbox]")) changed();
  });
  form.addEventListener("input", (event) => {
    if (event.target !== form.find) return;
    clearTimeout(finding);
    finding = setTimeout(find, FIND_AFTER);
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-reader]");
    if (!button) return;
    event.preventDefault();
    choose(button.value, button.dataset.reader);
  });
  edit.addEventListener("input", (event) => {
    const line = event.target.closest("[data-line]");
    if (line) cut(edit, line);
  });
  checking = setTimeout(found.check, FIND_AFTER);
  return { refresh, beside: found.beside };
}

function filled(edit, words) {
  for (const each of edit.querySelectorAll("[data-named]")) words = words.replaceAll(`{${each.dataset.named}}`, each.textContent);
  return words.replace(/\{(?:first_name|last_name|email)\|([^{}|<>]*)\}/g, "$1");
}

// How inboxes cut a line, with the names in it filled in.
function cut(edit, line) {
  const words = filled(edit, line.value);
  for (const place of edit.querySelectorAll(`[data-cuts="${line.dataset.line}"] [data-most]`)) {
    const most = Number(place.dataset.most);
    const shown = place.querySelector(".line");
    shown.textContent = words.length > most ? `${words.slice(0, most).trimEnd()}…` : words;
    shown.classList.toggle("cut", words.length > most);
  }
}
