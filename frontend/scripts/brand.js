// The sample and its contrast follow colours and type while they are chosen.
const WAIT = 200;
const NAMES = ["primary", "accent", "page", "scale", "headings"];
const PART = { "HX-Request": "true", "HX-Request-Type": "partial" };

export default function () {
  const form = document.querySelector("[data-colours]");
  if (!form) return;
  let waiting;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => follow(form), WAIT);
  });
}

function follow(form) {
  const asked = new URLSearchParams();
  for (const name of NAMES) {
    const field = form.querySelector(`:is(input, select)[name=${name}]`);
    if (field) asked.set(name, field.value.replace(/^#/, ""));
  }
  for (const frame of document.querySelectorAll("iframe[data-look]")) show(frame, asked);
  measure(asked);
}

// The next one is loaded behind the one that is there.
function show(frame, asked) {
  const next = frame.cloneNode();
  const { look } = frame.dataset;
  frame.parentElement.querySelector("iframe.coming")?.remove();
  next.className = "coming";
  next.src = `/desk/settings/brand/sample?look=${look}&${asked}`;
  next.addEventListener("load", () => {
    next.className = "";
    frame.remove();
  });
  frame.after(next);
}

async function measure(asked) {
  const place = document.querySelector("[data-contrast]");
  if (!place) return;
  try {
    const answer = await fetch(`/desk/settings/brand/contrast?${asked}`, { headers: PART });
    if (answer.ok) place.innerHTML = await answer.text();
  } catch {
    // What is saved is measured anyway.
  }
}
