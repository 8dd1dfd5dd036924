// What the manifests owe each other and the cluster: references lead somewhere, pods have no rights that they
// do not need, and exactly those may talk to each other who have to.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { isOurs, isProcess, modules, nameOf, overlay, processes, root, variants, workloads } from "./manifests.mjs";

const name = "app.kubernetes.io/name", component = "app.kubernetes.io/component";

function matches(selector, labels) {
  if (selector === undefined) return false;
  const all = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return all && (selector.matchExpressions ?? []).every(({ key, operator, values }) => {
    assert.equal(operator, "In");
    return values.includes(labels[key]);
  });
}

const portsOf = (workload) => workload.pod.containers.flatMap((container) => container.ports ?? []);

function eachVariant(title, check) {
  for (const [variant, objects] of Object.entries(variants())) {
    test(`${variant}: ${title}`, () => check(objects, variant));
  }
}

eachVariant("everything is in the one namespace, once", (objects) => {
  const seen = new Set();
  for (const object of objects) {
    assert.ok(!seen.has(nameOf(object)), `${nameOf(object)} twice`);
    seen.add(nameOf(object));
    if (object.kind !== "Namespace") assert.equal(object.metadata.namespace, "monarch", nameOf(object));
  }
});

eachVariant("pods have no rights that they do not need", (objects) => {
  for (const { name: who, pod, owner } of workloads(objects)) {
    assert.equal(pod.automountServiceAccountToken, false, who);
    assert.equal(pod.enableServiceLinks, false, who);
    assert.equal(pod.hostNetwork ?? pod.hostPID ?? pod.hostIPC, undefined, who);
    const { runAsNonRoot, runAsUser, fsGroup, seccompProfile } = pod.securityContext;
    assert.equal(runAsNonRoot, true, who);
    assert.ok(runAsUser > 0 && fsGroup > 0, who);
    assert.equal(seccompProfile.type, "RuntimeDefault", who);
    if (owner.metadata.labels[name] === "monarch") assert.equal(runAsUser, 10001, who);
    for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
      assert.deepEqual(container.securityContext, { allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } }, who);
      assert.ok(container.resources.requests.cpu && container.resources.requests.memory, who);
      assert.ok(container.resources.limits.memory, who);
      assert.equal(container.resources.limits.cpu, undefined, `${who}: a limit of CPU only makes it late`);
    }
    for (const volume of pod.volumes ?? []) assert.equal(volume.hostPath, undefined, who);
  }
});

eachVariant("a port of the machine is all that keeps the namespace from being restricted", (objects) => {
  const open = workloads(objects).some((workload) => portsOf(workload).some((port) => port.hostPort));
  const { labels } = objects.find((object) => object.kind === "Namespace").metadata;
  assert.equal(labels["pod-security.kubernetes.io/enforce"], open ? "privileged" : "restricted");
});

eachVariant("images are named once, with a tag", (objects) => {
  for (const { pod, owner } of workloads(objects)) {
    const [{ image }] = pod.containers;
    const [, program, tag] = /^(?:registry\.example\.com\/)?([a-z]+):([\w.-]+)$/.exec(image);
    assert.equal(program, owner.metadata.labels[name]);
    assert.notEqual(tag, "latest");
  }
});

test("an overlay sets the image once for all", () => {
  const objects = overlay(`
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../monarch/deploy/kubernetes/base]
images: [{name: monarch, newName: registry.example.com/monarch, newTag: 9.9.9}]
`);
  for (const { pod } of workloads(objects)) {
    assert.equal(pod.containers[0].image, "registry.example.com/monarch:9.9.9");
  }
});

test("the image's tag is the version that is built", () => {
  const version = /project\(monarch VERSION (\S+)/.exec(readFileSync(`${root}/CMakeLists.txt`, "utf8"))[1];
  const { pod } = workloads(variants().base)[0];
  assert.equal(pod.containers[0].image, `monarch:${version}`);
});

eachVariant("an upgrade can begin with the migration", (objects) => {
  const first = objects.filter((object) => object.metadata.labels?.["monarch/upgrade"] === "first");
  assert.deepEqual(first.map((object) => object.kind).sort(), ["ConfigMap", "Job"]);
  // And nothing else that is new is needed for it.
  const [job, settings] = ["Job", "ConfigMap"].map((kind) => first.find((object) => object.kind === kind));
  const maps = JSON.stringify(job).match(/"configMap(KeyRef)?":\{[^}]*"name":"[^"]+"/g);
  for (const map of maps) assert.ok(map.includes(`"${settings.metadata.name}"`), map);
});

eachVariant("selectors find their pods", (objects) => {
  const all = workloads(objects);
  for (const workload of all) {
    if (workload.owner.kind === "Job") continue;
    assert.ok(matches(workload.owner.spec.selector, workload.template.metadata.labels), workload.name);
    const found = all.filter((other) =>
      matches(workload.owner.spec.selector, other.template.metadata.labels));
    assert.equal(found.length, 1, `${workload.name} selects pods of others`);
  }
  for (const service of objects.filter((object) => object.kind === "Service")) {
    const pod = service.spec.selector["statefulset.kubernetes.io/pod-name"];
    const found = all.filter(({ owner, template }) => pod === undefined
      ? matches({ matchLabels: service.spec.selector }, template.metadata.labels)
      : owner.kind === "StatefulSet" && pod.startsWith(`${owner.metadata.name}-`));
    assert.equal(found.length, 1, nameOf(service));
    for (const port of service.spec.ports) {
      const target = portsOf(found[0]).find((it) => it.name === port.targetPort);
      assert.ok(target, `${nameOf(service)}: no port ${port.targetPort}`);
      if (service.spec.clusterIP === "None") assert.equal(port.port, target.containerPort, nameOf(service));
    }
  }
  for (const set of all.filter(({ owner }) => owner.kind === "StatefulSet")) {
    const service = objects.find((object) =>
      object.kind === "Service" && object.metadata.name === set.owner.spec.serviceName);
    assert.equal(service?.spec.clusterIP, "None", `${set.name}: its Service`);
  }
});

eachVariant("each process may lose one pod at a time, by intent", (objects) => {
  const budgets = objects.filter((object) => object.kind === "PodDisruptionBudget");
  for (const workload of workloads(objects).filter(isProcess)) {
    const { labels } = workload.template.metadata;
    const found = budgets.filter((budget) => matches(budget.spec.selector, labels));
    assert.equal(found.length, 1, workload.name);
    // Whatever their number, a machine can be emptied.
    assert.equal(found[0].spec.maxUnavailable, 1, workload.name);
  }
});

eachVariant("autoscalers have what they scale to themselves", (objects) => {
  for (const scaler of objects.filter((object) => object.kind === "HorizontalPodAutoscaler")) {
    const target = workloads(objects).find(({ owner }) =>
      owner.kind === scaler.spec.scaleTargetRef.kind && owner.metadata.name === scaler.spec.scaleTargetRef.name);
    assert.equal(target.owner.spec.replicas, undefined, nameOf(scaler));
    assert.ok(scaler.spec.minReplicas >= 2 && scaler.spec.maxReplicas > scaler.spec.minReplicas);
  }
});

// The overlay for one machine, and what stands on it.
const single = (objects) => workloads(objects).some((workload) => workload.owner.metadata.name === "postgres");

eachVariant("Prometheus finds every process", (objects) => {
  const monitor = objects.find((object) => object.kind === "ServiceMonitor");
  if (single(objects)) {
    assert.equal(monitor, undefined);
    return;
  }
  const [endpoint] = monitor.spec.endpoints;
  const found = objects.filter((object) => object.kind === "Service" &&
    matches(monitor.spec.selector, object.metadata.labels) &&
    object.spec.ports.some((port) => port.name === endpoint.port));
  assert.deepEqual(found.map((service) => service.spec.selector[component]).sort(), [...processes].sort());
});

// What the operator's relabeling makes of a target, as far as ours goes: replace, of one source or a constant.
function relabelled(monitor, labels) {
  const result = { ...labels };
  for (const { action, sourceLabels, targetLabel, replacement = "$1", ...more } of monitor.spec.endpoints[0].relabelings) {
    assert.equal(action, "replace");
    assert.deepEqual(more, {});
    result[targetLabel] = replacement.replace("$1", (sourceLabels ?? []).map((label) => result[label]).join(";"));
  }
  return result;
}

test("series have the labels that rules and dashboards go by", () => {
  const objects = variants().base;
  const monitor = objects.find((object) => object.kind === "ServiceMonitor");
  const compose = readFileSync(join(root, "deploy/prometheus/prometheus.yml"), "utf8");
  for (const process of processes) {
    const service = objects.find((object) => object.kind === "Service" && object.metadata.name === process);
    assert.equal(service.metadata.labels[monitor.spec.jobLabel], process);
    assert.match(compose, new RegExp(`job_name: ${process}\n`));
    const [container] = workloads(objects).find((it) => it.component === process).pod.containers;
    // The id by which monarchctl knows it is the pod's name.
    const id = container.env.find((it) => it.name === "MONARCH_NODE_ID");
    assert.equal(id.valueFrom.fieldRef.fieldPath, "metadata.name");
    const { node, cluster } = relabelled(monitor,
      { __meta_kubernetes_pod_name: `${process}-0`, __meta_kubernetes_namespace: "monarch" });
    assert.deepEqual({ node, cluster }, { node: `${process}-0`, cluster: "monarch" });
  }
});

test("the component for monitoring has every rule and dashboard, as they are", () => {
  const yaml = createRequire(join(modules, "x"))("yaml");
  const read = (directory, ending) => readdirSync(join(root, directory)).filter((it) => it.endsWith(ending)).sort()
    .map((file) => [file, readFileSync(join(root, directory, file), "utf8")]);
  const objects = variants().Monitoring;
  const rules = objects.filter((object) => object.kind === "PrometheusRule");
  assert.deepEqual(Object.fromEntries(rules.map((it) => [`${it.metadata.name}.yml`, it.spec])),
    Object.fromEntries(read("deploy/prometheus/rules", ".yml").map(([file, text]) => [`monarch-${file}`, yaml.parse(text)])),
    "run deploy/kubernetes/components/monitoring/make.sh");
  const dashboards = objects.filter((object) => object.metadata.labels?.grafana_dashboard);
  assert.deepEqual(dashboards.map((it) => it.kind), dashboards.map(() => "ConfigMap"));
  assert.deepEqual(Object.assign({}, ...dashboards.map((it) => it.data)),
    Object.fromEntries(read("deploy/grafana/dashboards", ".json")));
  // `kubectl apply` keeps a copy of an object in an annotation, which may have 256 KiB.
  for (const it of dashboards) assert.ok(JSON.stringify(it).length < 200_000, nameOf(it));
  assert.equal(variants().base.some((object) => object.kind === "PrometheusRule"), false);
});

// --- who may talk to whom ---------------------------------------------------------------------------

// Who there is beside the pods of the variant.
const outside = [
  { who: "a client", namespace: undefined, labels: {} },
  { who: "prometheus", namespace: "monitoring", labels: { [name]: "prometheus" } },
  { who: "dns", namespace: "kube-system", labels: { "k8s-app": "kube-dns" } },
  { who: "a stranger's pod", namespace: "elsewhere", labels: { [name]: "monarch", [component]: "auth" } },
];

function peersAllow(peers, ports, other, port) {
  const reaches = peers === undefined || peers.some((peer) => {
    assert.equal(peer.ipBlock, undefined);
    const there = peer.namespaceSelector === undefined ? other.namespace === "monarch"
      : other.namespace !== undefined &&
        matches(peer.namespaceSelector, { "kubernetes.io/metadata.name": other.namespace });
    return there && (peer.podSelector === undefined || matches(peer.podSelector, other.labels));
  });
  return reaches && ports.some((it) => it.port === port.name || it.port === port.number);
}

// A pod that no policy selects takes and sends everything; outside of the namespace we know of none.
function allows(policies, direction, pod, other, port) {
  if (pod.namespace !== "monarch") return true;
  const type = direction === "ingress" ? "Ingress" : "Egress";
  const mine = policies.filter((policy) =>
    policy.spec.policyTypes.includes(type) && matches(policy.spec.podSelector, pod.labels));
  return mine.length === 0 || mine.some((policy) => (policy.spec[direction] ?? []).some((rule) =>
    peersAllow(direction === "ingress" ? rule.from : rule.to, rule.ports, other, port)));
}

function talk(objects) {
  const policies = objects.filter((object) => object.kind === "NetworkPolicy");
  const pods = workloads(objects).map((workload) => ({ namespace: "monarch", ports: portsOf(workload),
    who: workload.component ?? workload.owner.metadata.name, labels: workload.template.metadata.labels }));
  const pairs = new Set();
  for (const from of [...pods, ...outside]) {
    for (const to of pods) {
      for (const { name: port, containerPort: number } of to.ports) {
        if (from === to) continue;
        if (!allows(policies, "egress", from, to, { name: port, number })) continue;
        if (allows(policies, "ingress", to, from, { name: port, number })) {
          pairs.add(`${from.who} > ${to.who} ${port}`);
        }
      }
    }
  }
  for (const from of pods) {
    const dns = outside.find(({ who }) => who === "dns");
    if (from.labels[name] === "monarch") {
      assert.ok(allows(policies, "egress", from, dns, { number: 53 }), `${from.who} needs names`);
    }
  }
  return { pairs, policies, pods };
}

const needed = [
  "notification > auth rpc", "notification > presence rpc", "notification > switchboard rpc",
  "switchboard > presence rpc", "auth > presence rpc",
  ...processes.map((it) => `monarchctl > ${it} rpc`),
  ...["a client", "a stranger's pod", "prometheus", "dns", "monarchctl"].flatMap((it) =>
    ["dispatch", "notification", "switchboard"].map((door) => `${it} > ${door} msnp`)),
];
const watched = processes.map((it) => `prometheus > ${it} admin`);
const stores = [...processes.map((it) => `${it} > redis redis`),
  ...["presence", "auth", "migrate"].map((it) => `${it} > postgres postgres`)];

eachVariant("exactly those may talk who have to", (objects) => {
  const { pairs } = talk(objects);
  assert.deepEqual([...pairs].sort(), [...needed, ...(single(objects) ? stores : watched)].sort());
});

eachVariant("each side alone would keep the others out", (objects) => {
  const { policies, pods } = talk(objects);
  const rpc = { name: "rpc", number: 17000 };
  for (const direction of ["egress", "ingress"]) {
    const pairs = pods.flatMap((pod) => pods
      .filter((other) => other !== pod && allows(policies, direction, pod, other, rpc))
      .map((other) => direction === "egress" ? [pod.who, other.who] : [other.who, pod.who])
      .map(([from, to]) => `${from} > ${to} rpc`))
      // It may go to whatever is Monarch's; the migration has no port.
      .filter((it) => it !== "monarchctl > migrate rpc");
    assert.deepEqual(pairs.sort(), needed.filter((it) => it.endsWith(" rpc")).sort(), direction);
  }
});

eachVariant("what no policy names, neither takes nor sends", (objects) => {
  const { policies } = talk(objects);
  const stray = { namespace: "monarch", labels: { app: "stray" } };
  const client = outside[0];
  for (const direction of ["ingress", "egress"]) {
    assert.equal(allows(policies, direction, stray, client, { name: "msnp", number: 1863 }), false);
  }
});

test("stores elsewhere are reached by those who work with them", () => {
  const { policies, pods } = talk(variants().base);
  const database = { namespace: undefined, labels: {} };
  const who = (number) => pods.filter((pod) => allows(policies, "egress", pod, database, { number }))
    .map((pod) => pod.who).sort();
  assert.deepEqual(who(5432), ["auth", "migrate", "presence"]);
  assert.deepEqual(who(6379), [...processes].sort());
  assert.deepEqual(who(443), []);
});

eachVariant("ours are all here", (objects) => {
  assert.equal(workloads(objects).filter(isOurs).length, processes.length + 2);
});
