// What the checks say of the content, put beside the field it is about, or beside its block.
import { PART } from "./asking.js";

const AFTER_A_DRAG = 500;

export default function (base, edit) {
  let found = null;

  async function check() {
    try {
      const answer = await fetch(`${base}/findings`, { headers: PART });
      if (!answer.ok) return;
      const read = new DOMParser().parseFromString(await answer.text(), "text/html");
      found = read.querySelector("[data-found]");
      beside();
    } catch {
      // Checks come again after the next change, and with the step Check.
    }
  }

  // Nothing moves under a block that is being dragged.
  function beside() {
    if (!found) return;
    if (edit.querySelector(".sortable-chosen")) {
      setTimeout(beside, AFTER_A_DRAG);
      return;
    }
    const held = edit.contains(document.activeElement) && document.activeElement.getAttribute("form");
    for (const place of edit.querySelectorAll("[data-findings], [data-findings-rest]")) place.replaceChildren();
    for (const each of edit.querySelectorAll("[data-field] .said-here")) {
      names(each.closest("[data-field]"), each.id, false);
      each.remove();
    }
    const rest = edit.querySelector("[data-findings-rest]");
    let elsewhere = 0;
    for (const [number, each] of [...found.querySelectorAll(":scope > .said-here, :scope > .notice")].entries()) {
      const field = each.dataset.of && atField(each.dataset.place, each.dataset.of);
      const place = edit.querySelector(`[data-findings="${CSS.escape(each.dataset.place)}"]`);
      if (field) putAt(field, each, `found-${number + 1}`);
      else if (place) place.append(each.cloneNode(true));
      else if (each.matches(".notice")) rest.append(each.cloneNode(true));
      else elsewhere += 1;
    }
    if (elsewhere) rest.append(more(elsewhere));
    edit.querySelector("[data-mends]").innerHTML = found.querySelector("[data-mends]").innerHTML;
    if (held) edit.querySelector(`button[form="${CSS.escape(held)}"]`)?.focus();
  }

  // The field of the open form, or the part of it that this is within.
  function atField(place, path) {
    const form = edit.querySelector(`form[data-save="${CSS.escape(place.replace(/^block /, ""))}"]`);
    for (let name = path; form && name; name = name.includes(".") ? name.replace(/\.[^.]*$/, "") : "") {
      const field = form.querySelector(`[data-field="${CSS.escape(name)}"]`);
      if (field) return field;
    }
    return null;
  }

  // Beside its field it need not say which field is meant; whoever listens hears it with the field.
  function putAt(field, each, id) {
    const said = each.cloneNode(true);
    said.querySelector(".of-field")?.remove();
    said.id = id;
    field.append(said);
    field.closest("details")?.setAttribute("open", "");
    names(field, id, true);
  }

  function names(field, id, isThere) {
    for (const control of field.querySelectorAll("input:not([type=hidden]), textarea, select, [contenteditable]")) {
      if (control.closest("[data-field]") !== field) continue;
      const ids = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((each) => each && each !== id);
      if (isThere) ids.push(id);
      if (ids.length) control.setAttribute("aria-describedby", ids.join(" "));
      else control.removeAttribute("aria-describedby");
    }
  }

  function more(number) {
    const line = document.createElement("p");
    const link = document.createElement("a");
    line.className = "tiny";
    link.href = base.replace(/content$/, "check");
    link.textContent = number === 1 ? "1 finding about the message as a whole" : `${number} findings about the message as a whole`;
    line.append(link);
    return line;
  }

  return { check, beside };
}
