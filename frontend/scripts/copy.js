// Buttons that copy what stands beside them; they are shown only where that can work.
export default function () {
  const spoken = document.getElementById("spoken");
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      const words = button.firstChild;
      words.textContent = "Copied";
      if (spoken) spoken.textContent = "Copied.";
      setTimeout(() => (words.textContent = "Copy"), 2000);
    });
  }
}
