// Runs in the page: draws the charts of a scene when it comes into view. `uPlot` is the script before this one.
const BIN_S = 0.1;
/** Bins that a rate is taken over: 500 ms, as single bins of 5 calls would only show their rhythm. */
const WINDOW = 5;

const COLOURS = {
  'bare-axios': '#7d8590',
  'bare-got': '#b08968',
  'axios-retry-immediate': '#d1322e',
  'axios-retry-exponential': '#f08a24',
  'retry-axios': '#c9a400',
  'got-retry': '#e377a2',
  cockatiel: '#8e5bd0',
  opossum: '#5b6bd6',
  'breakwater-axios': '#0b84f3',
  'breakwater-got': '#12a57f',
  'breakwater-execute': '#35b6d8',
};

const CHARTS = [
  { title: 'Success of the calls due, %', values: (run) => rate(run.ok, run.begun, 100), max: 100 },
  {
    title: 'Attempts a second at the server (dashed: what it can answer well)',
    values: (run) => perSecond(run.arrivals),
    capacity: true,
  },
  { title: 'Calls in flight', values: (run) => run.inFlight },
  { title: 'Calls refused by the library, a second', values: (run) => perSecond(run.refused) },
];

const scenes = JSON.parse(document.getElementById('data').textContent);

for (const cell of document.querySelectorAll('.targets td:last-child')) {
  cell.className = cell.textContent === 'met' ? 'met' : 'missed';
}

const observer = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      draw(target, scenes[Number(target.id.replace('scene-', ''))]);
    }
  },
  { rootMargin: '600px' },
);
for (const section of document.querySelectorAll('section[id]')) observer.observe(section);

function draw(section, scene) {
  const plots = CHARTS.map((chart) => plotOf(section.querySelector('.charts'), scene, chart, section.id));
  const clients = section.querySelector('.clients');
  scene.runs.forEach(({ client }, index) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = client;
    button.style.setProperty('--colour', COLOURS[client]);
    button.setAttribute('aria-pressed', 'true');
    button.addEventListener('click', () => {
      const show = button.getAttribute('aria-pressed') === 'false';
      button.setAttribute('aria-pressed', String(show));
      for (const plot of plots) plot.setSeries(index + 1, { show });
    });
    clients.append(button);
  });
}

function plotOf(parent, scene, { title, values, max, capacity }, syncKey) {
  const box = document.createElement('div');
  box.className = 'chart';
  box.innerHTML = '<h3></h3>';
  box.firstChild.textContent = title;
  parent.append(box);

  const style = getComputedStyle(document.documentElement);
  const [ink, line, bad] = ['--soft', '--line', '--bad'].map((name) => style.getPropertyValue(name));
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  const times = scene.runs[0].begun.map((_, bin) => Math.round((bin + 1) * BIN_S * 10) / 10);
  const lines = scene.runs.map(({ client, ours }) => ({
    label: client,
    stroke: COLOURS[client],
    width: ours ? 2.2 : 1.2,
    points: { show: false },
  }));
  const data = [times, ...scene.runs.map(values)];
  if (capacity) {
    // A healthy server's capacity may be far above all that was asked of it: then it stays out of the picture.
    const highest = Math.max(...data.slice(1).flat());
    data.push(perSecond(scene.capacity).map((value) => (value <= highest * 1.3 ? value : null)));
    lines.push({ label: 'capacity', stroke: ink, width: 1, dash: [4, 4], points: { show: false } });
  }
  const plot = new uPlot(
    {
      width: box.clientWidth,
      height: 230,
      legend: { show: false },
      cursor: { sync: { key: syncKey }, y: false, drag: { x: true, y: false } },
      scales: {
        x: { time: false },
        y: { range: (_, __, high) => [0, max === undefined ? Math.max(1, (high ?? 0) * 1.05) : max * 1.02] },
      },
      axes: [
        { ...axis, values: (_, splits) => splits.map((at) => `${at} s`) },
        { ...axis, size: 60 },
      ],
      series: [{ label: 's' }, ...lines],
      hooks: { drawClear: [(drawn) => shade(drawn, scene.phases, bad)], setCursor: [tipOf(box)] },
    },
    data,
    box,
  );
  new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: 230 })).observe(box);
  return plot;
}

/** Bad phases, behind the lines. */
function shade(plot, phases, colour) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const { bad, fromMs, toMs } of phases) {
    if (!bad) continue;
    const left = plot.valToPos(fromMs / 1_000, 'x', true);
    ctx.fillRect(left, bbox.top, plot.valToPos(toMs / 1_000, 'x', true) - left, bbox.height);
  }
  ctx.restore();
}

/** The values under the pointer, in the chart that has it: the charts of a scene move their cursors together. */
function tipOf(box) {
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  box.append(tip);
  box.addEventListener('mouseleave', () => {
    tip.hidden = true;
  });
  return (plot) => {
    const { idx, left } = plot.cursor;
    tip.hidden = idx === null || idx === undefined || left < 0 || !box.matches(':hover');
    if (tip.hidden) return;
    const rows = plot.series.slice(1).map(({ label, show }, index) => {
      const value = plot.data[index + 1][idx];
      if (!show || value === null || value === undefined) return '';
      return `<div><b style="--colour:${COLOURS[label] ?? 'inherit'}">${label}</b> ${Math.round(value * 10) / 10}</div>`;
    });
    tip.innerHTML = `<div>${plot.data[0][idx]} s</div>${rows.join('')}`;
    const x = plot.over.offsetLeft + left;
    tip.style.left = `${x + tip.offsetWidth + 24 > box.clientWidth ? x - tip.offsetWidth - 12 : x + 12}px`;
    tip.style.top = '40px';
  };
}

/** The share over the last 500 ms; nothing where no call was due. */
function rate(part, whole, times) {
  const wholes = windows(whole);
  return windows(part).map((sum, bin) => (wholes[bin] === 0 ? null : (sum / wholes[bin]) * times));
}

const perSecond = (counts) => windows(counts).map((sum, bin) => sum / (Math.min(WINDOW, bin + 1) * BIN_S));

function windows(counts) {
  let sum = 0;
  return counts.map((count, bin) => {
    sum += count - (counts[bin - WINDOW] ?? 0);
    return sum;
  });
}
