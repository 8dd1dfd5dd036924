// Every object is what Kubernetes calls it: each becomes a literal of its type in kubernetes-models, which
// the TypeScript compiler compares strictly. A field that is unknown, of the wrong type or missing is an error.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { modules, nameOf, parts, variants } from "./manifests.mjs";

const places = { "monitoring.coreos.com": "@kubernetes-models/prometheus-operator/" };

function typeOf(object) {
  const group = object.apiVersion.split("/")[0];
  const place = places[group] ? places[group] : "kubernetes-models/";
  return `import("${place}${object.apiVersion}/${object.kind}").I${object.kind}`;
}

// compile("name", [{label, type, literal}]) → Map of label → what the compiler says about it.
function compile(name, literals) {
  const directory = join(parts, "types");
  mkdirSync(directory, { recursive: true });
  const lines = [], owner = [];
  for (const { label, type, literal } of literals) {
    lines.push(`export const _${lines.length}: ${type} = ${JSON.stringify(literal)};`);
    owner.push(label);
  }
  const file = `${name}.ts`;
  writeFileSync(join(directory, file), lines.join("\n") + "\n");
  const config = `${name}.json`;
  writeFileSync(join(directory, config), JSON.stringify({
    compilerOptions: { strict: true, noEmit: true, module: "nodenext", moduleResolution: "nodenext",
      target: "es2022", skipLibCheck: true, types: [] },
    files: [file] }));
  const tsc = spawnSync(process.execPath,
    [join(modules, "typescript/bin/tsc"), "--pretty", "false", "-p", join(directory, config)],
    { cwd: directory, encoding: "utf8", maxBuffer: 1 << 28 });
  const errors = new Map();
  for (const line of tsc.stdout.split("\n")) {
    const found = /^(.*?)\((\d+),\d+\): error (TS\d+: .*)$/.exec(line);
    if (found) {
      assert.equal(found[1], file, line);
      const label = owner[found[2] - 1];
      errors.set(label, `${errors.get(label) ?? ""}${found[3]}\n`);
    } else {
      assert.doesNotMatch(line, /^error /, line);
    }
  }
  assert.equal(tsc.status === 0, errors.size === 0, tsc.stdout + tsc.stderr);
  return errors;
}

// Any key may stand in these.
const maps = /\.(labels|annotations|matchLabels|nodeSelector|data|limits|requests)$|^Service\.spec\.selector$/;

// Every place where an object may have fields: visit(path without indices, object).
function eachObject(value, path, visit) {
  if (Array.isArray(value)) {
    for (const item of value) eachObject(item, path, visit);
  } else if (value !== null && typeof value === "object") {
    visit(path, value);
    for (const [key, inner] of Object.entries(value)) eachObject(inner, `${path}.${key}`, visit);
  }
}

const good = Object.entries(variants()).flatMap(([variant, objects]) => objects.map((object) => (
  { label: `${variant}: ${nameOf(object)}`, type: typeOf(object), literal: object })));

const unknown = [];
for (const object of Object.values(variants()).flat()) {
  eachObject(object, object.kind, (path, place) => {
    const label = `unknown field in ${path}`;
    if (maps.test(path) || unknown.some((other) => other.label === label)) return;
    place.noSuchField = "x";
    unknown.push({ label, type: typeOf(object), literal: structuredClone(object) });
    delete place.noSuchField;
  });
}

const deployment = variants().base.find((object) => nameOf(object) === "Deployment dispatch");
function changed(label, change) {
  const literal = structuredClone(deployment);
  change(literal.spec.template.spec.containers[0], literal.spec, literal);
  return { label, type: typeOf(deployment), literal };
}
const wrong = [
  changed("text for a number", (_, spec) => { spec.replicas = "two"; }),
  changed("a number for a list", (container) => { container.command = 7; }),
  changed("a name for a port", (container) => { container.readinessProbe.grpc.port = "health"; }),
  changed("no selector", (_, spec) => { delete spec.selector; }),
  changed("no name", (container) => { delete container.name; }),
  changed("a misspelt field", (container) => { container.livenesProbe = container.livenessProbe; }),
  changed("another version", (_, __, object) => { object.apiVersion = "apps/v2"; }),
];

// One run of the compiler: loading the types is most of it.
const errors = compile("manifests", [...good, ...unknown, ...wrong]);
const labels = (literals) => literals.map(({ label }) => label);

test("every object is of its type", () => {
  assert.ok(good.length > 6 * 30, `only ${good.length} objects`);
  const found = good.filter(({ label }) => errors.has(label));
  assert.deepEqual(found.map(({ label }) => `${label}: ${errors.get(label)}`), []);
});

test("an unknown field is found wherever it stands", () => {
  assert.ok(unknown.length > 100, `only ${unknown.length} places`);
  const missed = unknown.filter(({ label }) =>
    !/noSuchField"' does not exist/.test(errors.get(label) ?? ""));
  assert.deepEqual(labels(missed), []);
});

test("a wrong type, a missing field and a misspelt one are found", () => {
  assert.deepEqual(labels(wrong.filter(({ label }) => !errors.has(label))), []);
});
