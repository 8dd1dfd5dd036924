// The dashboards are what Grafana takes, and keep the rules that we gave ourselves.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { dashboards, isMetric, panelsOf, root } from "./pages.mjs";
import { selectors, substituted } from "./promql.mjs";
import { compile } from "./types.mjs";

const every = dashboards.flatMap(({ page }) => panelsOf(page).map(({ row, panel }) => ({ page, row, panel,
  title: `${page.title}, ${row}, ${panel.title}` })));
const queries = every.flatMap(({ title, panel }) => panel.targets.map(({ expr }) => ({ title, expr })));

// --- types --------------------------------------------------------------------------------------

const page = dashboards[0].page;
function changed(label, change) {
  const literal = structuredClone(page);
  change(literal, literal.panels.find((panel) => panel.type === "timeseries"),
    literal.panels.find((panel) => panel.type === "stat"));
  return { label, type: "Dashboard", literal };
}
const graphOf = dashboards.find((it) => it.page.panels.some((panel) => panel.type === "stat")).page;
const stat = structuredClone(graphOf.panels.find((panel) => panel.type === "stat"));
stat.options.textMode = "loud";
const wrong = [
  changed("an unknown field of a dashboard", (it) => { it.colour = "red"; }),
  changed("an unknown field of a panel", (_, panel) => { panel.unit = "s"; }),
  changed("a number for a title", (it) => { it.title = 7; }),
  changed("a panel without a description", (_, panel) => { delete panel.description; }),
  changed("a misspelt option", (_, panel) => { panel.options.tooltipp = panel.options.tooltip; }),
  changed("an option of another type", (_, panel) => { panel.options.tooltip.mode = "all of them"; }),
  changed("a line that Grafana cannot draw", (_, panel) => { panel.fieldConfig.defaults.custom.drawStyle = "wavy"; }),
  changed("a query without an expression", (_, panel) => { delete panel.targets[0].expr; }),
  changed("a threshold without a value", (_, panel) => { delete panel.fieldConfig.defaults.thresholds.steps[0].value; }),
  changed("a variable of no type", (it) => { it.templating.list[0].type = "guess"; }),
  changed("a refresh of another type", (it) => { it.templating.list[1].refresh = "often"; }),
  changed("a link of no type", (it) => { it.links[0].type = "bridge"; }),
  { label: "a number in no mode", type: "Panel", literal: stat },
];
const errors = compile([...wrong,
  ...dashboards.map(({ file, page: literal }) => ({ label: basename(file), type: "Dashboard", literal }))]);

test("every dashboard is of Grafana's type", () => {
  const found = dashboards.map(({ file }) => errors.get(basename(file))).filter(Boolean);
  assert.deepEqual(found, []);
});

test("a field that is unknown, missing or of the wrong type is found", () => {
  assert.deepEqual(wrong.filter(({ label }) => !errors.has(label)).map(({ label }) => label), []);
});

// --- files --------------------------------------------------------------------------------------

test("the JSON is what its source makes", () => {
  const made = spawnSync(process.execPath, [join(root, "deploy/grafana/make.mjs"), "--check"], { encoding: "utf8" });
  assert.equal(made.status, 0, made.stderr);
});

test("these dashboards are there, each with the uid that it always had", () => {
  assert.deepEqual(dashboards.map(({ file, page: { uid } }) => [basename(file), uid]), [
    ["back-ends.json", "monarch-back-ends"],
    ["notification.json", "monarch-notification"],
    ["overview.json", "monarch-overview"],
    ["switchboard.json", "monarch-switchboard"],
  ]);
});

test("they lead to each other, and take time and variables along", () => {
  for (const { page: { links, tags, title } } of dashboards) {
    assert.deepEqual(tags, ["monarch"], title);
    const [link] = links;
    assert.deepEqual([link.type, link.tags, link.includeVars, link.keepTime], ["dashboards", ["monarch"], true, true]);
  }
});

test("the data source is a variable, and that of the compose file is chosen at first", () => {
  const provisioned = readFileSync(join(root, "deploy/grafana/provisioning/datasources/prometheus.yml"), "utf8");
  for (const { page: { templating, title } } of dashboards) {
    const source = templating.list.find((it) => it.name === "datasource");
    assert.deepEqual([source.type, source.query], ["datasource", "prometheus"], title);
    assert.match(provisioned, new RegExp(`name: ${source.current.text}\n +uid: ${source.current.value}\n +type: prometheus`));
  }
  for (const { title, panel } of every) {
    for (const { datasource } of [panel, ...panel.targets]) {
      assert.deepEqual(datasource, { type: "prometheus", uid: "${datasource}" }, title);
    }
  }
});

test("one chooses clusters and nodes, several or all, and nodes of the clusters that are chosen", () => {
  for (const { page: { templating, title } } of dashboards) {
    const [, cluster, node] = templating.list;
    assert.deepEqual(templating.list.map((it) => it.name), ["datasource", "cluster", "node"], title);
    for (const it of [cluster, node]) {
      assert.deepEqual([it.type, it.multi, it.includeAll, it.allValue], ["query", true, true, ".+"], title);
    }
    assert.match(node.query.query, /cluster=~"\$cluster"/, title);
  }
});

// --- panels -------------------------------------------------------------------------------------

test("every panel has a title, a unit and a description", () => {
  assert.ok(every.length > 100, `only ${every.length}`);
  for (const { title, panel } of every) {
    assert.ok(panel.title, title);
    assert.ok(panel.fieldConfig.defaults.unit, title);
    assert.match(panel.description, /^[A-Z`].{12,}\.$/, title);
    assert.ok(panel.targets.length, title);
  }
});

test("the first row says rate, errors and duration", () => {
  for (const { page: one } of dashboards) {
    const first = panelsOf(one).filter(({ row }) => row === "Rate, errors, duration");
    assert.equal(one.panels[0].title, "Rate, errors, duration");
    const units = { Rate: ["ops"], Errors: ["percentunit", "ops"], Duration: ["s"] };
    const said = first.map(({ panel }) => panel.title.split(":")[0]);
    assert.deepEqual([...new Set(said)], Object.keys(units), one.title);
    for (const { panel } of first) {
      assert.ok(units[panel.title.split(":")[0]].includes(panel.fieldConfig.defaults.unit), panel.title);
    }
  }
});

test("panels do not lie on each other or beyond the edge", () => {
  for (const { page: one } of dashboards) {
    const taken = new Set();
    for (const { title, gridPos: { x, y, w, h } } of one.panels) {
      assert.ok(x >= 0 && x + w <= 24, title);
      for (let i = x; i < x + w; ++i) {
        for (let j = y; j < y + h; ++j) {
          assert.ok(!taken.has(`${i},${j}`), `${one.title}: ${title} lies on another`);
          taken.add(`${i},${j}`);
        }
      }
    }
    const ids = one.panels.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, one.title);
  }
});

test("steps of thresholds rise, and begin with none", () => {
  for (const { title, panel } of every) {
    const values = panel.fieldConfig.defaults.thresholds.steps.map(({ value }) => value);
    assert.equal(values[0], null, title);
    assert.deepEqual(values.slice(1), values.slice(1).sort((a, b) => a - b), title);
  }
});

// --- expressions --------------------------------------------------------------------------------

test("whatever is asked for is of the cluster and node that are chosen", () => {
  for (const { title, expr } of queries) {
    const asked = selectors(substituted(expr, { cluster: "C", node: "N" }));
    assert.ok(asked.length, title);
    for (const { text, metric, labels } of asked) {
      assert.ok(isMetric(metric), `${title}: ${text} is of no metric that docs/reference/metrics.md has`);
      assert.deepEqual([labels.get("cluster"), labels.get("node")], [["=~", "C"], ["=~", "N"]], `${title}: ${text}`);
    }
  }
});

test("rates are of counters, over what Grafana takes for long enough", () => {
  for (const { title, expr } of queries) {
    for (const [, metric, window] of expr.matchAll(/(?:rate|increase)\((\w+)\{[^}]*\}\[([^\]]*)\]/g)) {
      assert.match(metric, /_(total|count|bucket|sum)$/, title);
      assert.equal(window, "$__rate_interval", title);
    }
    for (const { metric } of selectors(substituted(expr))) {
      if (/_(total|bucket)$/.test(metric) && metric !== "monarch_nodes_died_total") assert.match(expr, /rate\(/, title);
    }
  }
});

test("no panel asks for what only one client has", () => {
  const private_ = /\b(handle|email|account|address|ip|session|user)\b/;
  for (const { title, expr } of queries) {
    for (const { labels } of selectors(substituted(expr))) {
      assert.doesNotMatch([...labels.keys()].join(" "), private_, title);
    }
    for (const [, by] of expr.matchAll(/by \(([^)]*)\)/g)) assert.doesNotMatch(by, private_, title);
  }
});

test("a legend names labels that its series have", () => {
  for (const { title, panel } of every) {
    for (const { expr, legendFormat } of panel.targets) {
      const by = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list]) => list.split(", "));
      for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) {
        assert.ok(by.includes(label), `${title}: ${label}`);
      }
      // And tells them apart.
      for (const label of by.filter((it) => it !== "le")) {
        assert.ok(legendFormat.includes(`{{${label}}}`), `${title}: ${legendFormat} does not say ${label}`);
      }
    }
  }
});
