// The rules of Prometheus and what tests and explains them: every alert fires in a test and is quiet in another, says what
// it is about, and has a page that says what to do.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { alerts, blocks, cases, isMetric, root, ruleFiles, rules, ruleTests, runbooks } from "./pages.mjs";
import { selectors } from "./promql.mjs";

const names = [...new Set(alerts.map(({ alert }) => alert))];

function run(program, ...words) {
  const { status, stdout, stderr, error } = spawnSync(program, words, { encoding: "utf8", cwd: root });
  assert.equal(error, undefined, `${program} is not there: ./dev test installs it`);
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

test("promtool takes the rules and the configuration", () => {
  run("promtool", "check", "rules", "--lint=all", "--lint-fatal", ...ruleFiles);
  run("promtool", "check", "config", "deploy/prometheus/prometheus.yml");
});

test("amtool takes the configuration of Alertmanager", () => {
  run("amtool", "check-config", "deploy/prometheus/alertmanager.yml");
});

test("promtool's tests of the rules pass", () => {
  const said = run("promtool", "test", "rules", ...ruleTests);
  assert.equal(said.match(/SUCCESS/g)?.length, ruleTests.length, said);
});

// What the tests say of an alert: [{samples: labels of what fires}].
const questions = cases.flatMap((one) => one.promql_expr_test).map(({ expr, exp_samples: samples }) => {
  const [selector] = selectors(expr);
  return { expr, asked: selector.labels.get("alertname"),
    samples: samples.map(({ labels }) => selectors(labels)[0].labels) };
});
const about = (name) => questions.filter(({ asked }) => asked &&
  new RegExp(`^(${asked[1]})$`).test(name));

test("every alert fires in a test, and is quiet in another", () => {
  for (const name of names) {
    const fired = about(name).filter(({ samples }) => samples.length);
    assert.ok(fired.length, `no test in which ${name} fires`);
    assert.ok(about(name).some(({ samples }) => !samples.length), `no test in which ${name} is quiet`);
    for (const severity of alerts.filter(({ alert }) => alert === name).map(({ labels }) => labels.severity)) {
      assert.ok(fired.some(({ samples }) => samples.some((it) => it.get("severity")[1] === severity)), `${name} ${severity}`);
    }
  }
});

test("no test is of an alert that is not there", () => {
  for (const { expr, asked } of questions.filter((it) => it.asked)) {
    assert.ok(names.some((name) => new RegExp(`^(${asked[1]})$`).test(name)), expr);
  }
});

test("alerts tell clusters apart", () => {
  for (const { alert, expr } of alerts) {
    if (/^absent\(/.test(expr)) continue;
    for (const [, by] of expr.matchAll(/\bby \(([^)]*)\)/g)) assert.match(by, /^cluster\b/, alert);
    for (const [, on] of expr.matchAll(/\bon \(([^)]*)\)/g)) assert.match(on, /^cluster\b/, alert);
    const [first] = about(alert).flatMap(({ samples }) => samples);
    assert.ok(first.has("cluster"), alert);
  }
});

test("rules and their tests are of metrics that there are", () => {
  const asked = rules.flatMap(({ expr }) => selectors(expr));
  const fed = cases.flatMap((one) => one.input_series).flatMap(({ series }) => selectors(series));
  for (const { metric, text } of [...asked, ...fed]) assert.ok(isMetric(metric), text);
});

test("what every Prometheus exports is asked of our processes only", () => {
  for (const { alert, expr } of rules) {
    for (const { metric, labels, text } of selectors(expr)) {
      if (/^(up|process_)/.test(metric)) assert.ok(labels.has("job") && labels.has("node"), `${alert}: ${text}`);
    }
  }
});

test("labels and annotations are complete, and name labels that the alert has", () => {
  for (const { alert, labels, annotations, expr } of alerts) {
    assert.match(alert, /^Monarch[A-Z]/);
    assert.ok(["critical", "warning"].includes(labels.severity), alert);
    assert.deepEqual(Object.keys(annotations).sort(), ["description", "runbook", "summary"], alert);
    assert.match(annotations.description, /\.$/, alert);
    assert.doesNotMatch(annotations.summary, /\.$/, alert);
    const fired = about(alert).flatMap(({ samples }) => samples);
    for (const [, label] of JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g)) {
      assert.ok(fired.every((it) => it.has(label)), `${alert} has no ${label}`);
    }
    if (fired[0].has("cluster")) assert.match(annotations.summary, /\$labels\.cluster/, alert);
    assert.ok(expr.length, alert);
  }
});

// MonarchNoReadyNotification → no-ready-notification.md
const pageOf = (name) => `${name.replace(/^Monarch/, "").replace(/(?!^)[A-Z]/g, (it) => `-${it}`).toLowerCase()}.md`;

test("every alert has a runbook, and every runbook an alert", () => {
  assert.deepEqual(names.map(pageOf).sort(), [...runbooks].sort());
  for (const { alert, annotations } of alerts) assert.equal(annotations.runbook, `docs/runbooks/${pageOf(alert)}`);
});

const sections = ["Meaning", "What users notice", "What to look at", "What to do", "When to ignore it"];

test("a runbook says what it means, what to look at and what to do", () => {
  const index = readFileSync(join(root, "docs/runbooks/README.md"), "utf8");
  for (const name of names) {
    const text = readFileSync(join(root, "docs/runbooks", pageOf(name)), "utf8");
    assert.ok(text.startsWith(`# ${name}\n`), name);
    assert.deepEqual([...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title), sections, name);
    assert.ok(index.includes(`[${name}](${pageOf(name)})`), `${name} is not in the index`);
    const severities = alerts.filter(({ alert }) => alert === name).map(({ labels }) => labels.severity);
    const line = index.split("\n").find((it) => it.includes(`[${name}]`));
    for (const severity of severities) assert.ok(line.includes(severity), `${name} is ${severity}`);
    assert.match(text.split("## What to look at")[1].split("\n## ")[0], /```/, `${name} shows no command`);
  }
});

test("what runbooks ask Prometheus is PromQL", () => {
  const asked = blocks.filter(({ kind }) => kind === "promql");
  assert.ok(asked.length > 20, `only ${asked.length}`);
  for (const { name, lines } of asked) {
    for (const line of lines) assert.ok(selectors(line).length, `${name}: ${line}`);
  }
});

test("commands of monarchctl in runbooks are those that it has", (t) => {
  const program = join(process.env.MONARCH_BUILD ?? join(root, "build/dev"), "bin/monarchctl");
  if (!existsSync(program)) return t.skip("monarchctl is not built");
  const help = run(program, "--help");
  const known = new Set([...help.matchAll(/^ {2}([a-z]+) {4,}/gm)].map(([, word]) => word));
  const used = blocks.flatMap(({ name, lines }) => lines.flatMap((line) =>
    [...line.matchAll(/(?:(?<!entrypoint )monarchctl|run --rm ctl|dev ctl) ([a-z]+)/g)].map(([, word]) => ({ name, word }))));
  assert.ok(used.length > 10, `only ${used.length}`);
  for (const { name, word } of used) assert.ok(known.has(word), `${name}: monarchctl ${word}`);
});

const prose = [...runbooks, "README.md"].map((name) =>
  ({ name, text: readFileSync(join(root, "docs/runbooks", name), "utf8") }));

test("settings that runbooks name are settings", (t) => {
  const programs = ["auth", "presence", "notification", "switchboard", "dispatch"].map((it) => `monarch-${it}`);
  const bin = join(process.env.MONARCH_BUILD ?? join(root, "build/dev"), "bin");
  if (!programs.every((it) => existsSync(join(bin, it)))) return t.skip("the services are not built");
  const help = [...programs.map((it) => join(bin, it, "--help")), join(bin, "monarchctl")].map((it) => it.endsWith("--help")
    ? run(it.replace("/--help", ""), "--help") : run(it, "drain", "--help")).join("\n");
  const known = new Set([...help.matchAll(/--[a-z][a-z-]+/g)].map(([flag]) => flag));
  for (const { name, text } of prose) {
    // In the text; what stands in commands is also Docker's and kubectl's.
    for (const [, flag] of text.replaceAll(/^```[^]*?^```$/gm, "").matchAll(/`(--[a-z][a-z-]+)[^`]*`/g)) {
      assert.ok(known.has(flag), `${name}: ${flag}`);
    }
  }
});

test("events that runbooks name are in some log", () => {
  const sources = spawnSync("grep", ["-rhoE", "--include=*.cpp", '"[a-z]+(_[a-z]+)+"', "libs", "services"],
    { encoding: "utf8", cwd: root, maxBuffer: 1 << 26 }).stdout;
  const known = new Set(sources.split("\n"));
  for (const { name, text } of prose) {
    for (const [, event] of text.matchAll(/event=([a-z_]+)/g)) assert.ok(known.has(`"${event}"`), `${name}: ${event}`);
  }
});

test("links of runbooks lead somewhere", () => {
  for (const name of [...runbooks, "README.md"]) {
    const text = readFileSync(join(root, "docs/runbooks", name), "utf8");
    for (const [, to] of text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      assert.ok(existsSync(join(root, "docs/runbooks", to)), `${name}: ${to}`);
    }
  }
});
