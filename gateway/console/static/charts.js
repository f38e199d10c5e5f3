// Charts over time, each drawn from the table that stands below it. Lines differ by colour and by dash; the legend has their names.

const language = document.documentElement.dataset.region;
const DASHES = [[], [8, 5], [2, 4]];
const MARKS = ["solid", "dashed", "dotted"];
const TONES = ["info", "warning", "error"];
const HEIGHT = 220;
const SPANS = [0.001, 0.01, 0.1, 1, 10, 60, 600, 3600, 6 * 3600, 86400, 7 * 86400];
const COUNTS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6];
const SHORTEST = 0.001;  // seconds: on a scale of powers of ten there is no 0

function colour(tone) {
  const probe = document.body.appendChild(document.createElement("span"));
  probe.className = `tone ${tone}`;
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function span(seconds) {
  if (seconds === null || seconds === undefined) return "";
  const [unit, size] = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]].find(([, each]) => seconds >= each) ?? ["millisecond", 0.001];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "narrow", maximumFractionDigits: 1 }).format(seconds / size);
}

const amount = (number) => (number === null || number === undefined ? "" : number.toLocaleString(language));

function read(table) {
  const names = [...table.tHead.rows[0].cells].slice(1, 1 + DASHES.length).map((cell) => cell.textContent);
  const rows = [...table.tBodies[0].rows];
  const times = rows.map((row) => new Date(row.querySelector("time").dateTime) / 1000);
  const lines = names.map((_, place) => rows.map((row) => {
    const value = row.cells[place + 1].dataset.value;
    return value === "" ? null : Number(value);
  }));
  return { names, times, lines };
}

function axes(seconds, says) {
  const line = { stroke: colour("faint"), grid: { stroke: colour("rule"), width: 1 }, ticks: { stroke: colour("rule"), width: 1 } };
  const day = new Intl.DateTimeFormat(language, { day: "2-digit", month: "2-digit" });
  const hour = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
  const when = (_, splits, axis, space, step) => splits.map((each) => (step >= 86400 ? day : hour).format(each * 1000));
  const shown = (_, splits) => splits.map((each) => (each === null ? "" : says(each)));
  const spans = { splits: (_, axis, low, high) => SPANS.filter((each) => each >= low && each <= high), filter: (_, splits) => splits };
  return [{ ...line, values: when }, { ...line, values: shown, size: 64, ...(seconds ? spans : { incrs: COUNTS }) }];
}

function drawn(figure) {
  const plot = figure.querySelector("[data-plot]");
  const seconds = figure.dataset.chart === "second";
  const says = seconds ? span : amount;
  const { names, times, lines } = read(figure.querySelector("details table"));
  const moment = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "short" });
  const data = [times, ...lines.map((line) => (seconds ? line.map((each) => each && Math.max(each, SHORTEST)) : line))];
  plot.replaceChildren();
  plot.hidden = false;
  const chart = new window.uPlot({
    width: plot.clientWidth,
    height: HEIGHT,
    series: [
      { label: figure.querySelector("details th").textContent, value: (_, at) => (at === null ? "" : moment.format(at * 1000)) },
      ...names.map((label, place) => ({
        label, stroke: colour(TONES[place]), width: 2, dash: DASHES[place], spanGaps: seconds, value: (_, each) => says(each),
        points: { show: seconds },
      })),
    ],
    axes: axes(seconds, says),
    scales: { y: seconds ? { distr: 3 } : { range: (_, low, high) => [0, Math.max(high, 1) * 1.05] } },
    legend: { markers: { dash: (_, place) => MARKS[place - 1], width: 3 } },
    cursor: { drag: { x: false, y: false } },
  }, data, plot);
  return { chart, plot };
}

let shown = [];

function draw() {
  for (const { chart } of shown) chart.destroy();
  shown = [...document.querySelectorAll("figure[data-chart]")].map(drawn);
}

if (window.uPlot) {
  draw();
  new ResizeObserver(() => { for (const { chart, plot } of shown) chart.setSize({ width: plot.clientWidth, height: HEIGHT }); })
    .observe(document.querySelector("main"));
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}
