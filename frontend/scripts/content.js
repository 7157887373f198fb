// The content step: blocks are edited in place, saved while one types, and seen beside at once.
import Sortable from "sortablejs";
import { PART, UNASKED } from "./asking.js";
import backups from "./backups.js";
import others from "./others.js";
import pictures from "./pictures.js";
import seen from "./seen.js";

const SAVE_AFTER = 900;
const TRY_AGAIN_AFTER = 5000;
const IN_SIGHT = 3000;

const isNew = (form) => form.dataset.save === "new";
const wordless = (form) => [...form.querySelectorAll("[data-picture] [name$='.alt']")].some((each) => !each.value.trim());
const waits = (form) => isNew(form) || "clash" in form.dataset || wordless(form);

// What a save that nobody pressed sends: never a file.
function words(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

export default function (root) {
  if (root) new Content(root).begin();
}

class Content {
  constructor(root) {
    this.root = root;
    this.base = root.dataset.content;
    this.edit = root.querySelector("#content-edit");
    this.kept = backups(this.base);
    this.states = new WeakMap();
  }

  begin() {
    this.seen = seen(this.root, this.base, this.edit);
    pictures(this.root);
    this.listen();
    this.enhance();
    if (!this.edit.querySelector("[data-save]")) return;
    if (new URLSearchParams(location.search).has("field")) this.focus(this.half().dataset.focus);
    others(this);
  }

  listen() {
    this.edit.addEventListener("input", (event) => this.touched(event.target.closest("form[data-save]"), event.target));
    this.edit.addEventListener("change", (event) => this.touched(event.target.closest("form[data-save]"), event.target));
    this.edit.addEventListener("submit", (event) => this.submitted(event));
    this.root.addEventListener("click", (event) => this.clicked(event));
    this.edit.addEventListener("focusin", (event) => {
      const field = event.target.closest("rich-text, input[type=text], textarea");
      if (field && !event.target.closest(".rich-link")) this.lastField = field;
    });
    document.addEventListener("click", (event) => this.leaving(event));
    addEventListener("beforeunload", (event) => {
      if (this.unsaved().length) event.preventDefault();
    });
    addEventListener("pagehide", () => navigator.sendBeacon(`${this.base}/here?leave=yes`));
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.flush();
    });
  }

  // ---- what stands in the page

  forms() {
    return [...this.edit.querySelectorAll("form[data-save]")];
  }

  state(form) {
    if (!this.states.has(form)) this.states.set(form, { version: 0, saved: 0 });
    return this.states.get(form);
  }

  unsaved() {
    return this.forms().filter((form) => this.state(form).version > this.state(form).saved);
  }

  half() {
    return this.edit.querySelector("[data-edit]");
  }

  enhance() {
    for (const each of this.root.querySelectorAll("[data-insert], [data-when-dragging]")) each.hidden = false;
    for (const each of this.root.querySelectorAll("[data-without-scripts]")) each.hidden = !each.closest("[data-clash]");
    for (const each of this.edit.querySelectorAll("form[data-save]:not([data-save=new]) [data-close]")) each.hidden = true;
    for (const each of this.edit.querySelectorAll("[data-leads]")) this.leads(each);
    if (this.edit.querySelector("rich-text")) this.load();
    this.tell();
    this.sortable();
    this.seen.beside();
  }

  // The editor of rich text is large: it comes when the first text is opened.
  load() {
    if (this.loaded) return;
    this.loaded = document.createElement("script");
    this.loaded.src = this.root.dataset.editor;
    document.head.append(this.loaded);
  }

  sortable() {
    const list = this.edit.querySelector("[data-pieces]");
    if (!list?.querySelector("[data-handle]")) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    Sortable.create(list, {
      handle: "[data-handle]",
      draggable: ".piece:not(.fixed)",
      animation: still ? 0 : 150,
      ghostClass: "dragged",
      onEnd: ({ item, oldIndex, newIndex }) => {
        if (oldIndex === newIndex) return;
        const after = item.previousElementSibling?.dataset.piece ?? "";
        this.deed(`${this.base}/blocks/${item.dataset.piece}/move`, new URLSearchParams({ after }));
      },
    });
  }

  leads(select) {
    const name = select.name.replace(/action$/, "url");
    const field = select.form.querySelector(`[data-field="${CSS.escape(name)}"]`);
    if (!field) return;
    const input = field.querySelector("input");
    field.hidden = Boolean(select.value) && !field.classList.contains("wrong");
    input.disabled = field.hidden;
  }

  // ---- saving

  touched(form, field) {
    if (!form || field?.type === "search") return;
    if (field?.matches("[data-leads]")) this.leads(field);
    const state = this.state(form);
    state.version += 1;
    this.kept.keep(form);
    clearTimeout(state.timer);
    if (!waits(form) && !state.pressed) state.timer = setTimeout(() => this.save(form), SAVE_AFTER);
    this.tell();
  }

  async save(form) {
    const state = this.state(form);
    if (state.saving) await state.saving;
    if (state.version === state.saved) return true;
    state.saving = this.send(form, state);
    const done = await state.saving;
    state.saving = null;
    return done;
  }

  async send(form, state) {
    clearTimeout(state.timer);
    const version = state.version;
    this.tell("Saving…");
    let answer;
    let told;
    try {
      answer = await fetch(form.getAttribute("action"), { method: "POST", headers: UNASKED, body: words(form), keepalive: document.hidden });
      told = answer.status === 401 ? { state: "away" } : await answer.json();
    } catch {
      told = { state: "unreachable" };
    }
    return this.became(form, state, version, told);
  }

  became(form, state, version, told) {
    if (told.state === "saved") return this.wasSaved(form, state, version, told);
    if (told.state === "clash") {
      this.press(form, null, { evenSo: true });
      return false;
    }
    if (told.state === "unreachable") state.timer = setTimeout(() => this.save(form), TRY_AGAIN_AFTER);
    state.why = this.why(form, told);
    this.tell(state.why, told.state === "refused" ? "info" : "bad");
    return false;
  }

  wasSaved(form, state, version, told) {
    form.elements.seen.value = told.mark;
    if (this.half()) this.half().dataset.stamp = told.stamp;
    state.saved = version;
    state.why = "";
    if (state.version === version) this.kept.drop(form);
    else state.timer = setTimeout(() => this.save(form), SAVE_AFTER);
    for (const each of form.querySelectorAll(".wrong")) each.classList.remove("wrong");
    this.tell();
    this.seen.refresh();
    return state.version === version;
  }

  why(form, told) {
    if (told.state === "away") return "You are signed out. Your words are kept on this computer: sign in in another window, then go on here.";
    if (told.state === "stopped") return `Not saved: ${told.say} Your words are kept on this computer.`;
    if (told.state !== "refused") return "The server does not answer. Your words are kept on this computer and are sent again by themselves.";
    const [name, sentence] = Object.entries(told.errors)[0];
    const label = form.querySelector(`[data-field="${CSS.escape(name)}"] :is(label, legend)`);
    const what = label ? `${label.firstChild.textContent.trim()}: ` : "";
    return `Not saved yet. ${what}${sentence}`;
  }

  tell(sentence = "", tone = "info") {
    const place = this.edit.querySelector("[data-saving]");
    if (!place) return;
    const left = this.unsaved();
    const waiting = left.find(waits);
    const quiet = waiting ? this.waitingFor(waiting) : left.length ? "Not saved yet…" : "All changes are saved.";
    const why = left.map((form) => this.state(form).why).find(Boolean);
    place.hidden = false;
    place.textContent = sentence || why || quiet;
    place.classList.toggle("bad", tone === "bad");
    this.settle(place, !sentence && !left.length);
    if (tone === "bad") this.say(sentence);
  }

  waitingFor(form) {
    if (isNew(form)) return "Not added yet.";
    if ("clash" in form.dataset) return "Not saved: choose one of the two texts.";
    return "Not saved yet: say what the picture shows.";
  }

  // It stands at its own place; while something is not saved it is kept in sight, below everything.
  settle(place, isQuiet) {
    clearTimeout(this.landing);
    if (isQuiet) this.landing = setTimeout(() => place.classList.remove("aloft"), IN_SIGHT);
    else place.classList.add("aloft");
  }

  say(sentence) {
    const spoken = document.getElementById("spoken");
    if (spoken && sentence) spoken.textContent = sentence;
  }

  // What cannot be saved by itself (a new block, two texts, a mistake) is left for its person.
  async flush(except) {
    const left = this.unsaved().filter((form) => form !== except);
    const done = await Promise.all(left.map((form) => (waits(form) ? false : this.save(form))));
    return done.every(Boolean);
  }

  // ---- pressing

  submitted(event) {
    const form = event.target;
    if (!form.matches("[data-part]") && !form.closest("[data-told]")) return;
    event.preventDefault();
    if (event.submitter?.getAttribute("aria-disabled") === "true") return;
    this.press(form, event.submitter);
  }

  async press(form, submitter, { evenSo = false } = {}) {
    const state = this.state(form);
    clearTimeout(state.timer);
    if (state.saving && !evenSo) await state.saving;
    if (!(await this.flush(form))) return this.first();
    const data = new FormData(form);
    if (submitter?.name) data.set(submitter.name, submitter.value);
    const elsewhere = submitter?.getAttribute("formaction");
    this.held(form, elsewhere);
    const isRow = submitter?.name === "do" && submitter.value.includes(":");
    const done = await this.deed(elsewhere ?? form.getAttribute("action"), data, form);
    this.held(form, false);
    if (done === "refused") this.still(form.dataset.save);
    if (done === "done" && "save" in form.dataset && !isRow) {
      this.kept.drop(form);
      history.replaceState(null, "", this.base);
    }
    if (isRow) this.touched(this.forms().find((each) => each.dataset.save === form.dataset.save));
  }

  // While a picture is on its way nobody types into the form that it comes back with.
  held(form, isHeld) {
    this.state(form).pressed = Boolean(isHeld);
    form.inert = Boolean(isHeld);
  }

  // A form that came back (a mistake, two texts) is as unsaved as it was.
  still(key) {
    const form = this.forms().find((each) => each.dataset.save === key);
    if (form) this.state(form).version += 1;
    this.tell();
  }

  async deed(action, body, form) {
    if (!(body instanceof FormData) && !(await this.flush())) {
      await this.show(this.base);
      return this.first();
    }
    try {
      const answer = await fetch(action, { method: "POST", headers: PART, body });
      return await this.take(answer, form);
    } catch {
      this.tell("The server does not answer. Nothing was done; try again.", "bad");
      return "failed";
    }
  }

  async take(answer, pressed) {
    const to = answer.headers.get("HX-Redirect");
    if (to) {
      this.tell("You are signed out. Sign in in another window, then go on here.", "bad");
      return "failed";
    }
    const html = await answer.text();
    if (!html.includes("data-edit")) {
      this.tell("That was not possible. Load the page again to see it as it is now.", "bad");
      return "failed";
    }
    this.swap(html, pressed);
    return answer.ok ? "done" : "refused";
  }

  clicked(event) {
    const insert = event.target.closest("[data-insert]");
    if (insert) return this.insert(insert.dataset.insert);
    const link = event.target.closest("a[data-part]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if ("drop" in link.dataset || "close" in link.dataset) this.forget(link.closest("form"));
    this.follow(link.href);
  }

  forget(form) {
    if (!form) return;
    const state = this.state(form);
    clearTimeout(state.timer);
    state.saved = state.version;
    this.kept.drop(form);
  }

  async follow(href) {
    if (!(await this.flush())) return this.first();
    await this.show(href);
    const url = new URL(href);
    history.replaceState(null, "", url.searchParams.get("edit") ? url : this.base);
  }

  async show(href) {
    try {
      return await this.take(await fetch(href, { headers: PART }));
    } catch {
      return this.tell("The server does not answer. Try again in a moment.", "bad");
    }
  }

  // A link that leads away waits for what is being saved.
  async leaving(event) {
    const link = event.target.closest?.("a[href]");
    const stays = !link || link.matches("[data-part], [target]") || event.defaultPrevented;
    if (stays || event.button || event.ctrlKey || event.metaKey || !this.unsaved().length) return;
    event.preventDefault();
    await this.flush();
    location.href = link.href;
  }

  // The form that has to be finished before anything else is done.
  first() {
    const [form] = this.unsaved();
    if (!form) return;
    const first = isNew(form) ? "Add this block first, or drop it." : this.state(form).why || this.waitingFor(form);
    this.tell(first, "bad");
    form.scrollIntoView({ block: "nearest" });
    this.into(form);
  }

  insert(words) {
    const field = this.lastField?.isConnected ? this.lastField : this.edit.querySelector("#subject");
    if (field.insert) return field.insert(words);
    field.focus();
    field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // ---- swapping

  swap(html, pressed) {
    const typing = this.unsaved().filter((form) => form !== pressed && form.contains(document.activeElement));
    const pasted = this.edit.querySelector("#source");
    this.edit.innerHTML = html;
    const source = this.edit.querySelector("#source");
    if (source && pasted && pasted.value !== pasted.defaultValue) source.value = pasted.value;
    for (const form of typing) {
      const place = this.edit.querySelector(`form[data-save="${CSS.escape(form.dataset.save)}"]`);
      if (place && !("clash" in place.dataset)) place.replaceWith(form);
    }
    this.enhance();
    const { focus, say } = this.half().dataset;
    this.focus(focus);
    this.say(say);
    this.seen.refresh();
  }

  focus(id) {
    if (!id) return;
    if (id === "undo") return this.edit.querySelector("[data-told] button")?.focus();
    const found = document.getElementById(id) ?? document.getElementById(id.replace(/-[a-z_.0-9]+(:add)?$/, ""));
    found?.closest("details")?.setAttribute("open", "");
    const rich = found?.closest("rich-text:not([data-plain])");
    if (found?.matches("form, .row-of")) this.into(found);
    else if (rich) this.intoRich(rich);
    else found?.focus();
  }

  // The editor may still be on its way.
  async intoRich(rich) {
    await customElements.whenDefined("rich-text");
    rich.focusWords();
  }

  into(part) {
    const field = part.querySelector("rich-text, input:not([type=hidden]):not([disabled]), select, textarea:not([disabled])");
    if (!field) part.focus();
    else if (field.matches("rich-text:not([data-plain])")) this.intoRich(field);
    else field.focus();
  }
}
