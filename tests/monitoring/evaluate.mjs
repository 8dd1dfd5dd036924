// Asks a Prometheus that watches a running cluster everything that dashboards, alerts and runbooks ask:
//   node evaluate.mjs http://127.0.0.1:PORT FROM TO        in Unix seconds, the time for which there is something to see
// Exit status 1, and what is wrong, when a panel's query has no series with a number in it, when a metric or label that
// is asked for is not there, or when Prometheus cannot evaluate something.
import { basename } from "node:path";
import { alerts, blocks, dashboards, panelsOf, rules } from "./pages.mjs";
import { selectors, substituted } from "./promql.mjs";

const [url, from, to] = process.argv.slice(2);
const interval = "5s"; // four scrapes of this test, as $__rate_interval is
const problems = [];
let evaluated = 0;

async function get(path, more = {}) {
  const answer = await fetch(`${url}/api/v1/${path}`, { ...more, signal: AbortSignal.timeout(20_000) });
  const { status, data, error } = await answer.json();
  if (status !== "success") throw new Error(error);
  return data;
}
// As POST, for an expression may be longer than an address.
const ask = (path, parameters) => get(path, { method: "POST", body: new URLSearchParams(parameters) });
const range = async (query) => (await ask("query_range", { query, start: from, end: to, step: "1" })).result;
const seriesOf = (selector) => ask("series", { "match[]": selector, start: from, end: to });

async function check(title, what) {
  try {
    evaluated += 1;
    const problem = await what();
    if (problem) problems.push(`${title}: ${problem}`);
  } catch (error) {
    problems.push(`${title}: ${error.message}`);
  }
}

// Every metric with its labels, once: the same selector stands in many expressions.
const asked = new Map();
function remember(title, expr) {
  for (const { text } of selectors(expr)) asked.set(text, asked.get(text) ?? title);
}

for (const { file, page } of dashboards) {
  for (const { row, panel } of panelsOf(page)) {
    for (const target of panel.targets) {
      const title = `${basename(file)}, ${row}, ${panel.title}, "${target.legendFormat}"`;
      const expr = substituted(target.expr, { interval });
      await check(title, async () => {
        remember(title, expr);
        const result = await range(expr);
        const numbers = result.flatMap(({ values }) => values).filter(([, value]) => Number.isFinite(Number(value)));
        if (!result.length) return `no series: ${expr}`;
        if (!numbers.length) return `no numbers: ${expr}`;
        const missing = [...target.legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label)
          .filter((label) => !result.some(({ metric }) => metric[label]));
        if (missing.length) return `its series have no label ${missing}: ${expr}`;
        return undefined;
      });
    }
  }
  // Grafana fills these in by asking for the values of a label.
  for (const { name, query } of page.templating.list.filter((it) => it.type === "query")) {
    const [, metric, label] = /^label_values\((.*), (\w+)\)$/.exec(query.query);
    await check(`${basename(file)}, variable ${name}`, async () => {
      const values = await get(`label/${label}/values?${new URLSearchParams({ "match[]": substituted(metric) })}`);
      return values.length ? undefined : "no values";
    });
    // And puts several in as one pattern.
    const [first] = panelsOf(page);
    await check(`${basename(file)}, several of ${name}`, () =>
      range(substituted(first.panel.targets[0].expr, { interval, [name]: "(a-1|b\\\\.2)" })).then(() => undefined));
  }
  for (const { name, expr } of page.annotations.list) {
    await check(`${basename(file)}, annotation ${name}`, () => range(substituted(expr, { interval })).then(() => undefined));
  }
}

for (const { alert, record, expr } of rules) {
  const title = `rule ${alert ?? record}`;
  remember(title, expr);
  // Whatever it finds; it must be able to.
  await check(title, () => ask("query", { query: expr, time: to }).then(() => undefined));
}
for (const { name, lines } of blocks.filter(({ kind }) => kind === "promql")) {
  for (const line of lines) {
    remember(name, line);
    await check(name, () => ask("query", { query: line, time: to }).then(() => undefined));
  }
}
for (const [selector, title] of asked) {
  await check(title, async () => (await seriesOf(selector)).length ? undefined : `there is no ${selector}`);
}

// Prometheus has loaded the rules, and evaluates them without an error.
await check("rules", async () => {
  const { groups } = await get("rules");
  const loaded = groups.flatMap((group) => group.rules);
  if (loaded.filter((rule) => rule.type === "alerting").length !== alerts.length) return `${loaded.length} loaded`;
  return loaded.filter((rule) => rule.health !== "ok").map((rule) => `${rule.name}: ${rule.lastError}`).join("; ") || undefined;
});

console.log(`${evaluated} questions, ${asked.size} selectors, ${problems.length} problems`);
for (const problem of problems) console.log(problem);
process.exitCode = problems.length ? 1 : 0;
