// The message beside the blocks: as wide, as dark and as whom it is asked, and what checks say of it.
const FIND_AFTER = 300;
const CHECK_AFTER = 1500;
const PART = { "HX-Request": "true", "HX-Request-Type": "partial" };

export default function (root, base, edit) {
  const pane = root.querySelector("[data-seen-pane]");
  const form = pane.querySelector("[data-seen]");
  const frame = pane.querySelector("[data-frame]");
  const person = form.querySelector("select[name=person]"); // found readers are buttons of that name
  const readers = pane.querySelector("[data-readers]");
  let findings = null;
  let checking;
  let finding;
  let opened;

  function chosen() {
    return new URLSearchParams({ width: form.width.value, look: form.look.value, person: person.value });
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
    clearTimeout(checking);
    checking = setTimeout(check, CHECK_AFTER);
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
    const found = [...headings].find((each) => each.textContent.trim() === words);
    return found ? found.getBoundingClientRect().top + shown.contentWindow.scrollY - 60 : null;
  }

  async function check() {
    try {
      const answer = await fetch(`${base}/findings`, { headers: PART });
      if (!answer.ok) return;
      const read = new DOMParser().parseFromString(await answer.text(), "text/html");
      findings = read.querySelector("[data-found]");
      beside();
    } catch {
      // Checks come again after the next change, and with the step Check.
    }
  }

  function beside() {
    if (!findings) return;
    for (const place of edit.querySelectorAll("[data-findings]")) place.replaceChildren();
    let rest = 0;
    const shown = edit.querySelector("[data-findings-rest]");
    shown.replaceChildren();
    for (const each of findings.children) {
      const place = edit.querySelector(`[data-findings="${CSS.escape(each.dataset.place)}"]`);
      if (place) place.append(each.cloneNode(true));
      else if (each.matches(".notice")) shown.append(each.cloneNode(true));
      else rest += 1;
    }
    if (rest) shown.append(more(rest));
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

  function choose(value, label) {
    if (![...person.options].some((each) => each.value === value)) person.add(new Option(label, value));
    person.value = value;
    form.find.value = "";
    readers.replaceChildren();
    person.focus();
    refresh();
  }

  async function find() {
    const asked = new URLSearchParams({ find: form.find.value });
    const answer = await fetch(`${base}/readers?${asked}`, { headers: PART });
    if (answer.ok) readers.innerHTML = await answer.text();
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", (event) => {
    if (event.target.matches("select")) refresh();
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
  checking = setTimeout(check, 300);
  return { refresh, beside };
}

function filled(edit, words) {
  for (const each of edit.querySelectorAll("[data-named]")) words = words.replaceAll(`{${each.dataset.named}}`, each.textContent);
  return words;
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
