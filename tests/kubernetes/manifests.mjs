// The manifests of deploy/kubernetes as kubectl builds them: read once, as plain objects.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const build = process.env.MONARCH_BUILD ?? join(root, "build/dev");
// What ./dev test has put there (tools/dev/kubernetes.bash).
export const parts = process.env.MONARCH_KUBERNETES_PARTS ?? join(root, "build/kubernetes");
export const modules = join(parts, "node_modules");

const fetched = join(parts, "kubectl/bin/kubectl");
const kubectl = existsSync(fetched) ? fetched : "kubectl";

// What the manifests use is there from kustomize 5 on.
export function kubectlProblem() {
  try {
    const said = execFileSync(kubectl, ["version", "--client"], { encoding: "utf8" });
    if (/Kustomize Version: v([5-9]|\d\d)/.test(said)) return undefined;
    return `${kubectl} is too old: its kustomize is not version 5 or newer`;
  } catch (error) {
    return `there is no kubectl that runs here (${error.message.split("\n")[0]})`;
  }
}

export function built(directory) {
  const { parseAllDocuments } = createRequire(join(modules, "x"))("yaml");
  const text = execFileSync(kubectl, ["kustomize", directory], {
    encoding: "utf8", maxBuffer: 1 << 26, stdio: ["ignore", "pipe", "pipe"] });
  return parseAllDocuments(text, { version: "1.1" }).map((document) => document.toJS());
}

// An overlay as somebody would write it, beside a checkout of ours.
export function overlay(text) {
  const directory = mkdtempSync(join(tmpdir(), "monarch-kubernetes-"));
  try {
    // The dashboards are beside it.
    for (const part of ["deploy/kubernetes", "deploy/grafana"]) {
      cpSync(join(root, part), join(directory, "monarch", part), { recursive: true });
    }
    const own = join(directory, "own");
    mkdirSync(own);
    writeFileSync(join(own, "kustomization.yaml"), text);
    return built(own);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

// The kustomization.yaml that docs/kubernetes.md shows below that heading.
function shown(heading) {
  const text = readFileSync(join(root, "docs/kubernetes.md"), "utf8");
  const section = text.split(/^## /m).find((it) => it.startsWith(`${heading}\n`)) ?? "";
  const block = /```yaml\n# kustomization\.yaml\n([^]*?)```/.exec(section);
  if (!block) throw new Error(`docs/kubernetes.md shows no kustomization.yaml below "${heading}"`);
  return block[1];
}

let all;
// Everything that one can build, by name: ours, and the examples, which are all that brings the components.
export function variants() {
  all ??= {
    base: built(join(root, "deploy/kubernetes/base")),
    "single-node": built(join(root, "deploy/kubernetes/overlays/single-node")),
    ...Object.fromEntries(["A single machine", "Several machines", "Addresses", "Between the services", "Monitoring"]
      .map((heading) => [heading, overlay(shown(heading))])),
  };
  return all;
}

export const nameOf = (object) => `${object.kind} ${object.metadata.name}`;

// What has pods: [{owner, name, template}].
export function workloads(objects) {
  return objects
    .filter((object) => ["Deployment", "StatefulSet", "Job"].includes(object.kind))
    .map((owner) => ({ owner, name: nameOf(owner), template: owner.spec.template,
      pod: owner.spec.template.spec, component: owner.metadata.labels["app.kubernetes.io/component"] }));
}

export const processes = ["dispatch", "notification", "switchboard", "presence", "auth"];
export const isProcess = (workload) => processes.includes(workload.component);
export const isOurs = (workload) =>
  workload.owner.metadata.labels["app.kubernetes.io/name"] === "monarch";
