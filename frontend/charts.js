// Draws each chart of a report from the table beside it; the table stays the twin.
import { BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, Tooltip } from "chart.js";

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip, Legend);

const INKS = ["--brand", "--field-line"];
const still = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");

function ink(token) {
  const probe = document.createElement("span");
  probe.hidden = true;
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

function read(table) {
  const heads = [...table.tHead.rows[0].cells].slice(1);
  const rows = [...table.tBodies[0].rows];
  const labels = rows.map((row) => row.cells[0].textContent.trim());
  const datasets = heads
    .map((head, at) => ({
      label: head.textContent.trim(),
      hidden: head.hasAttribute("data-hidden"),
      data: rows.map((row) => Number(row.cells[at + 1].textContent.replace(/\D/g, ""))),
    }))
    .filter((each) => !each.hidden);
  return { labels, datasets };
}

function options() {
  const [soft, line] = [ink("--soft-ink"), ink("--line")];
  const font = { family: getComputedStyle(document.body).fontFamily };
  return {
    animation: still.matches ? false : { duration: 300 },
    maintainAspectRatio: false,
    color: soft,
    font,
    interaction: { mode: "index", intersect: false },
    plugins: { legend: { position: "bottom", labels: { boxWidth: 14, color: soft, font } } },
    scales: {
      x: { grid: { display: false }, ticks: { color: soft, maxRotation: 0, autoSkipPadding: 12 } },
      y: { beginAtZero: true, ticks: { color: soft, precision: 0, maxTicksLimit: 6 }, border: { display: false }, grid: { color: line } },
    },
  };
}

function dress(datasets) {
  return datasets.map((each, at) => ({
    ...each,
    backgroundColor: ink(INKS[at % INKS.length]),
    borderRadius: 3,
    maxBarThickness: 28,
  }));
}

function draw(figure) {
  const table = document.getElementById(figure.dataset.chart);
  const data = read(table);
  if (!data.labels.length) return;
  figure.hidden = false;
  const canvas = figure.querySelector("canvas");
  Chart.getChart(canvas)?.destroy();
  new Chart(canvas, {
    type: "bar",
    data: { labels: data.labels, datasets: dress(data.datasets) },
    options: options(),
  });
  table.closest("details").open = false;
}

const figures = document.querySelectorAll("figure[data-chart]");
const resize = () => figures.forEach((each) => Chart.getChart(each.querySelector("canvas"))?.resize());

figures.forEach(draw);
dark.addEventListener("change", () => figures.forEach(draw));
addEventListener("beforeprint", resize);
addEventListener("afterprint", resize);
