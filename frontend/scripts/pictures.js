// A picture is uploaded as soon as it is chosen, or dropped beside a block's form.
export default function (root) {
  const place = (event) => event.target.closest?.("[data-picture]");

  root.addEventListener("change", chosen, true);
  root.addEventListener("input", chosen, true);
  root.addEventListener("dragover", (event) => {
    const at = place(event);
    if (!at || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    at.classList.add("dropping");
  });
  root.addEventListener("dragleave", (event) => {
    const at = place(event);
    if (at && !at.contains(event.relatedTarget)) at.classList.remove("dropping");
  });
  root.addEventListener("drop", (event) => {
    const at = place(event);
    if (!at || !event.dataTransfer.files.length) return;
    event.preventDefault();
    at.classList.remove("dropping");
    const input = at.querySelector("input[type=file]");
    input.files = event.dataTransfer.files;
    upload(at, input);
  });

  // What stands in a file's field is never saved with the block: it is uploaded, then named.
  function chosen(event) {
    if (!event.target.matches?.("[data-picture] input[type=file]")) return;
    event.stopPropagation();
    if (event.type === "change" && event.target.files.length) upload(place(event), event.target);
  }

  function upload(at, input) {
    const said = at.querySelector("[data-picture-said]");
    if (input.files[0].size > Number(at.dataset.most)) {
      said.textContent = `This file is too large: at most ${at.dataset.most / 1e6} MB.`;
      input.value = "";
      return;
    }
    said.textContent = `Uploading ${input.files[0].name}…`;
    document.getElementById("spoken").textContent = said.textContent;
    input.form.requestSubmit(at.querySelector("[data-upload]"));
  }
}
