// Who else is here, heard every twenty seconds; and words of before that had not reached the server.
import { PART, UNASKED } from "./asking.js";

const HERE_EVERY = 20000;

export default function (page) {
  bringBack(page);
  setInterval(() => stillHere(page), HERE_EVERY);
}

async function stillHere(page) {
  if (document.hidden) return;
  const open = page.forms().find((form) => form.dataset.save !== "lines");
  try {
    const answer = await fetch(`${page.base}/here`, { method: "POST", headers: PART, body: new URLSearchParams({ place: open?.dataset.save ?? "" }) });
    if (answer.ok) heard(page, await answer.text(), open);
  } catch {
    // The next time it may answer; what is typed says by itself that it could not be saved.
  }
}

function heard(page, html, open) {
  const place = document.getElementById("editing");
  if (place.innerHTML.trim() !== html.trim()) place.innerHTML = html;
  const stamp = place.querySelector("[data-here]")?.dataset.stamp;
  const isSame = !stamp || stamp === page.half().dataset.stamp;
  if (isSame || open || page.unsaved().length || page.edit.contains(document.activeElement)) return;
  page.show(page.base);
}

async function bringBack(page) {
  const left = page.kept.left();
  for (const each of left) {
    const told = await sendLeft(page, each);
    if (told === "saved") {
      page.kept.dropKey(each.key);
      await page.show(page.base);
      notice(page, `Words of yours from ${each.at} had not reached the server. They are saved now.`);
    } else if (told === "open") {
      notice(page, `Words of yours from ${each.at} had not reached the server. They are back in the form below.`);
      page.still(each.key);
    }
  }
}

async function sendLeft(page, { key, action, fields }) {
  const body = new URLSearchParams(fields);
  try {
    if (key !== "new") {
      const answer = await fetch(action, { method: "POST", headers: UNASKED, body });
      if (answer.status === 200) return "saved";
      if (answer.status === 401) return "away";
    }
    const again = new FormData();
    for (const [name, value] of fields) again.append(name, value);
    again.set("do", key === "new" ? "look" : "save");
    return (await page.deed(action, again)) === "failed" ? "away" : "open";
  } catch {
    return "away";
  }
}

function notice(page, sentence) {
  const shown = document.createElement("div");
  shown.className = "notice info";
  shown.setAttribute("role", "status");
  const words = document.createElement("p");
  words.textContent = sentence;
  shown.append(words);
  page.half().prepend(shown);
}
