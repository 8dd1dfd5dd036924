// What the dashboards have in common: how a panel, a row and a page look, so that each page is only a list of
// questions. In an expression `{@}` and `{@,…}` stand for the matchers of the page's variables, which every one has.
const here = 'cluster=~"$cluster",node=~"$node"';
const source = { type: "prometheus", uid: "${datasource}" };

export const roles = "dispatch|notification|switchboard|presence|auth";

// rate("metric", "by, these", "more=matchers")
export const rate = (metric, by = "", more = "") =>
  `sum${by && ` by (${by})`} (rate(${metric}{@${more && `,${more}`}}[$__rate_interval]))`;
// The share of `part` in `whole`; 0 while nothing happens at all.
export const share = (part, whole) => `${part} / clamp_min(${whole}, 0.001)`;
// The share of `whole` that is not `good`, for series that begin with their first event: neither need be there.
export const rest = (good, whole) => `(${whole} - (${good} or vector(0))) / clamp_min(${whole}, 0.001)`;
export const quantile = (q, metric, by = "", more = "") =>
  `histogram_quantile(${q}, ${rate(`${metric}_bucket`, by ? `le, ${by}` : "le", more)})`;
// Half of them, and all but one of a hundred.
export const halfAndMost = (metric, more = "") =>
  [[quantile(0.5, metric, "", more), "half within"], [quantile(0.99, metric, "", more), "99 % within"]];

const field = (unit, { thresholds, min = 0, max, decimals }) => ({
  unit,
  ...(min !== null && { min }),
  ...(max !== undefined && { max }),
  ...(decimals !== undefined && { decimals }),
  color: { mode: "palette-classic" },
  thresholds: {
    mode: "absolute",
    steps: (thresholds ?? [[null, "green"]]).map(([value, color]) => ({ value, color })),
  },
});

const targetsOf = (queries) => queries.map(([expr, legendFormat], i) => ({
  refId: String.fromCharCode(65 + i),
  datasource: source,
  editorMode: "code",
  expr: expr.replaceAll("{@", `{${here}`),
  legendFormat,
  range: true,
}));

// graph("title", "unit", "what it says", [[expr, legend], …], {stack, thresholds: [[from, color], …], min, max, width})
export function graph(title, unit, description, queries, options = {}) {
  const { stack = false, thresholds, width = 8 } = options;
  return {
    type: "timeseries",
    title,
    description,
    datasource: source,
    width,
    height: 8,
    fieldConfig: {
      defaults: {
        ...field(unit, options),
        custom: {
          drawStyle: "line",
          lineInterpolation: "linear",
          lineWidth: 1,
          fillOpacity: stack ? 30 : 8,
          showPoints: "never",
          spanNulls: false,
          stacking: { mode: stack ? "normal" : "none", group: "A" },
          thresholdsStyle: { mode: thresholds ? "dashed" : "off" },
        },
      },
      overrides: [],
    },
    options: {
      legend: { displayMode: "list", placement: "bottom", showLegend: true, calcs: [] },
      tooltip: { mode: "multi", sort: "desc" },
    },
    targets: targetsOf(queries),
  };
}

// One number, with its course behind it.
export function number(title, unit, description, query, options = {}) {
  return {
    type: "stat",
    title,
    description,
    datasource: source,
    width: options.width ?? 4,
    height: 8,
    fieldConfig: {
      defaults: { ...field(unit, options), color: { mode: "thresholds" } },
      overrides: [],
    },
    options: {
      colorMode: "value",
      graphMode: "area",
      justifyMode: "auto",
      orientation: "auto",
      percentChangeColorMode: "standard",
      reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false },
      showPercentChange: false,
      textMode: "auto",
      wideLayout: true,
    },
    targets: targetsOf([[query, ""]]),
  };
}

export const row = (title, ...panels) => ({ title, panels });

// Rows of panels → the same with a place and a number each, from left to right as long as they fit.
function placed(rows) {
  const all = [];
  let y = 0;
  for (const { title, panels } of rows) {
    all.push({ id: all.length + 1, type: "row", title, collapsed: false, panels: [],
      gridPos: { x: 0, y: y++, w: 24, h: 1 } });
    let x = 0, height = 0;
    for (const { width, height: h, ...panel } of panels) {
      if (x + width > 24) [x, y, height] = [0, y + height, 0];
      all.push({ id: all.length + 1, ...panel, gridPos: { x, y, w: width, h } });
      [x, height] = [x + width, Math.max(height, h)];
    }
    y += height;
  }
  return all;
}

const variable = (name, label, query, description) => ({
  name, label, description, type: "query", datasource: source,
  query: { query, refId: name },
  refresh: 2, sort: 7, multi: true, includeAll: true,
  // Not `.*`, which would take in what has no such label: another program's processes.
  allValue: ".+",
  current: { text: ["All"], value: ["$__all"] }, options: [], regex: "", hide: 0, skipUrlSync: false,
});

// `nodes`: matchers of monarch_build_info whose nodes one can choose from.
export function dashboard({ uid, title, description, nodes = "", rows }) {
  const known = `monarch_build_info{cluster=~"$cluster"${nodes && `,${nodes}`}}`;
  return {
    id: null,
    uid,
    title,
    description,
    tags: ["monarch"],
    editable: true,
    graphTooltip: 1,
    schemaVersion: 39,
    version: 1,
    timezone: "browser",
    refresh: "30s",
    time: { from: "now-1h", to: "now" },
    timepicker: {},
    fiscalYearStartMonth: 0,
    links: [{ type: "dashboards", title: "Monarch", tags: ["monarch"], asDropdown: false, icon: "dashboard",
      includeVars: true, keepTime: true, targetBlank: false, tooltip: "", url: "" }],
    annotations: { list: [
      { name: "Alerts", datasource: source, enable: true, iconColor: "red", hide: false,
        expr: 'ALERTS{alertstate="firing",alertname=~"Monarch.*",cluster=~"$cluster"}', step: "60s",
        titleFormat: "{{alertname}}", textFormat: "{{cluster}} {{node}}" },
      { name: "Starts", datasource: source, enable: true, iconColor: "blue", hide: false,
        expr: `changes(process_start_time_seconds{${here},job=~"${roles}"}[1m]) > 0`, step: "60s",
        titleFormat: "{{node}} has started", textFormat: "{{cluster}}" },
    ] },
    templating: { list: [
      { name: "datasource", label: "Data source", description: "The Prometheus that scrapes the cluster",
        type: "datasource", query: "prometheus", refresh: 1, multi: false, includeAll: false, regex: "",
        current: { text: "Prometheus", value: "monarch" }, options: [], hide: 0, skipUrlSync: false },
      variable("cluster", "Cluster", "label_values(monarch_build_info, cluster)", "Which clusters"),
      variable("node", "Node", `label_values(${known}, node)`, "Which of its processes"),
    ] },
    panels: placed(rows),
  };
}
