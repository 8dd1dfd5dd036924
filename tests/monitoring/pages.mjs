// What is tested: the dashboards, the rules and the runbooks of this checkout, read once.
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
// What ./dev test has put there (tools/dev/monitoring.bash).
export const parts = process.env.MONARCH_MONITORING_PARTS ?? join(root, "build/monitoring");
export const modules = join(parts, "node_modules");
export const fetched = createRequire(join(modules, "x"));

const named = (directory, ending) => readdirSync(join(root, directory)).filter((it) => it.endsWith(ending)).sort()
  .map((name) => join(root, directory, name));
const yaml = (file) => fetched("yaml").parse(readFileSync(file, "utf8"));

export const dashboards = named("deploy/grafana/dashboards", ".json")
  .map((file) => ({ file, page: JSON.parse(readFileSync(file, "utf8")) }));

export const ruleFiles = named("deploy/prometheus/rules", ".yml");
export const groups = ruleFiles.flatMap((file) => yaml(file).groups);
export const rules = groups.flatMap((group) => group.rules);
export const alerts = rules.filter((rule) => rule.alert);

export const ruleTests = named("tests/monitoring/rules", ".yml");
export const cases = ruleTests.flatMap((file) => yaml(file).tests);

export const runbooks = readdirSync(join(root, "docs/runbooks")).filter((it) => it !== "README.md");

// What stands in blocks of the runbooks: those marked promql are expressions, one a line, the others for a shell.
export const blocks = [...runbooks, "README.md"].flatMap((name) =>
  [...readFileSync(join(root, "docs/runbooks", name), "utf8").matchAll(/^```(\w*)\n([^]*?)^```$/gm)]
    .map(([, kind, text]) => ({ name, kind, lines: text.trim().split("\n") })));

// What is exported, by the reference that another test keeps true, and what a histogram consists of.
const exported = new Set([...readFileSync(join(root, "docs/reference/metrics.md"), "utf8")
  .matchAll(/^\| `(\w+)` \| (\w+) \|/gm)].flatMap(([, name, type]) =>
  type === "histogram" ? ["_bucket", "_count", "_sum"].map((part) => name + part) : [name]));
const recorded = new Set(rules.map(({ record }) => record));
// Of Prometheus itself: whether a target answers.
export const isMetric = (name) => name === "up" || exported.has(name) || recorded.has(name);

// Every panel but the rows, with the row that it stands in.
export function panelsOf(page) {
  let row;
  return page.panels.flatMap((panel) => {
    if (panel.type !== "row") return [{ row, panel }];
    row = panel.title;
    return [];
  });
}
