// The sample beside the colours follows them while they are chosen.
export default function () {
  const form = document.querySelector("[data-colours]");
  const sheet = document.querySelector("[data-sample]");
  if (!form || !sheet) return;
  let waiting;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const shown = new URL(sheet.href);
      for (const name of ["primary", "accent"]) {
        shown.searchParams.set(name, form.querySelector(`input[name=${name}]`).value.slice(1));
      }
      const next = sheet.cloneNode();
      next.href = shown.href;
      const last = document.querySelector("[data-sample-next]");
      next.dataset.sampleNext = "";
      next.addEventListener("load", () => last && last.remove());
      document.head.append(next);
    }, 120);
  });
}
