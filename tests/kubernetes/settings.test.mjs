// What the manifests say to the programs exists in the programs: every variable and flag stands in --help,
// every value is one that --check-config takes, every port is one that the process is told to open, every probe
// asks a port and a service that are there.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { build, isOurs, isProcess, processes, root, variants, workloads } from "./manifests.mjs";
import { secretsOf } from "./secrets.mjs";

const scratch = mkdtempSync(join(tmpdir(), "monarch-settings-"));
after(() => rmSync(scratch, { recursive: true }));
const secrets = secretsOf(join(scratch, "made"));

const program = (name) => join(build, "bin", name);

// What --help of a program knows: its flags, its variables, and the defaults of its settings.
const known = new Map();
function helpOf(name) {
  if (!known.has(name)) {
    const text = execFileSync(program(name), ["--help"], { encoding: "utf8" });
    const defaults = {};
    for (const found of text.matchAll(/^ {2}--([a-z-]+).*(?:\n {4,}.*)*/gm)) {
      defaults[found[1]] = /\[default: ([^\]]*)\]/.exec(found[0])?.[1];
    }
    known.set(name, {
      flags: new Set([...text.matchAll(/(?<=[\s,])--[a-z][a-z-]*/g)].map((found) => found[0])),
      variables: new Set([...text.matchAll(/\((?:env |Env:)(MONARCH_\w+)\)/g)].map((found) => found[1])),
      defaults,
    });
  }
  return known.get(name);
}

const seconds = (text) => [...text.matchAll(/(\d+)(h|m|s)(?!s)/g)]
  .reduce((sum, [, count, unit]) => sum + count * { h: 3600, m: 60, s: 1 }[unit], 0);

// What a kubelet would fill in for the first pod of it.
function fieldOf(workload, path) {
  const pod = workload.owner.kind === "StatefulSet" ? `${workload.owner.metadata.name}-0`
    : `${workload.owner.metadata.name}-6b7f9c8d54-x2x9k`;
  const label = /^metadata\.labels\['(.*)'\]$/.exec(path)?.[1];
  if (label === "apps.kubernetes.io/pod-index") {
    assert.equal(workload.owner.kind, "StatefulSet", `${workload.name} has no index`);
    return "0";
  }
  if (label) return workload.template.metadata.labels[label];
  return { "status.podIP": "10.42.0.17", "status.hostIP": "192.0.2.20", "metadata.name": pod }[path];
}

// As a kubelet does it: in their order, and a $(NAME) is what stands before. → Map of name → value.
function environment(objects, workload, container) {
  const result = new Map();
  for (const { name, value, valueFrom } of container.env ?? []) {
    const where = `${workload.name}: ${name}`;
    assert.ok(!result.has(name), `${where} stands twice`);
    assert.ok((value === undefined) !== (valueFrom === undefined), `${where} has not one source`);
    if (value !== undefined) {
      result.set(name, value.replace(/\$\(([A-Za-z_]\w*)\)/g, (_, other) => {
        assert.ok(result.has(other), `${where} refers to ${other}, which does not stand before it`);
        return result.get(other);
      }));
    } else if (valueFrom.fieldRef) {
      const field = fieldOf(workload, valueFrom.fieldRef.fieldPath);
      assert.ok(field, `${where}: no field ${valueFrom.fieldRef.fieldPath}`);
      result.set(name, field);
    } else if (valueFrom.configMapKeyRef) {
      const { name: map, key } = valueFrom.configMapKeyRef;
      const found = objects.find((it) => it.kind === "ConfigMap" && it.metadata.name === map);
      assert.ok(found?.data?.[key], `${where}: no key ${key} in ConfigMap ${map}`);
      result.set(name, found.data[key]);
    } else {
      const { name: secret, key } = valueFrom.secretKeyRef;
      assert.ok(secrets[secret]?.[key], `${where}: no key ${key} in Secret ${secret}`);
      result.set(name, secrets[secret][key].toString());
    }
  }
  return result;
}

// The files that its volumes bring, below a folder of ours instead of /.
function mount(objects, workload, container, to) {
  for (const { name, mountPath } of container.volumeMounts ?? []) {
    const volume = workload.pod.volumes.find((it) => it.name === name);
    assert.ok(volume, `${workload.name}: no volume ${name}`);
    const files = {};
    if (volume.secret) {
      const all = secrets[volume.secret.secretName];
      assert.ok(all, `${workload.name}: nobody makes the Secret ${volume.secret.secretName}`);
      const items = volume.secret.items ?? Object.keys(all).map((key) => ({ key, path: key }));
      for (const { key, path } of items) {
        assert.ok(all[key], `${workload.name}: no key ${key} in ${volume.secret.secretName}`);
        files[path] = all[key];
      }
      assert.equal(volume.secret.defaultMode, 0o440, `${workload.name}: mode of its secrets`);
    } else if (volume.configMap) {
      const found = objects.find((it) =>
        it.kind === "ConfigMap" && it.metadata.name === volume.configMap.name);
      assert.ok(found, `${workload.name}: no ConfigMap ${volume.configMap.name}`);
      Object.assign(files, found.data);
    }
    mkdirSync(join(to, mountPath), { recursive: true });
    for (const [path, content] of Object.entries(files)) {
      writeFileSync(join(to, mountPath, path), content);
      chmodSync(join(to, mountPath, path), 0o440);
    }
  }
}

const ours = Object.entries(variants()).flatMap(([variant, objects]) =>
  workloads(objects).filter(isOurs).map((workload) => (
    { variant, objects, workload, container: workload.pod.containers[0] })));

// Variables that are not settings of ours: libpq's own.
const others = new Set(["PGPASSWORD"]);

for (const { variant, objects, workload, container } of ours) {
  const title = `${variant}, ${workload.name}`;
  const name = container.command[0] === "sleep" ? "monarchctl" : container.command[0];

  test(`${title}: the program knows its variables and flags`, () => {
    assert.equal(workload.pod.containers.length, 1);
    assert.ok(existsSync(program(name)), `${program(name)} is not built`);
    const help = helpOf(name);
    for (const { name: variable } of container.env ?? []) {
      if (variable.startsWith("MONARCH_")) {
        assert.ok(help.variables.has(variable), `${name} --help knows no ${variable}`);
      } else if (!others.has(variable)) {
        assert.ok(JSON.stringify(container).includes(`$(${variable})`), `${variable} is for nothing`);
      }
    }
    for (const argument of container.args ?? []) {
      const flag = argument.split("=")[0];
      assert.ok(help.flags.has(flag), `${name} --help knows no ${flag}`);
    }
  });

  test(`${title}: its files are there`, () => {
    const to = mkdtempSync(join(scratch, "files-"));
    const values = environment(objects, workload, container);
    mount(objects, workload, container, to);
    const named = [...values].filter(([key]) => key.endsWith("_FILE")).map(([, value]) => value);
    for (const argument of container.args ?? []) named.push(...(argument.match(/\/(run|etc)\/.*/g) ?? []));
    for (const file of named.filter((it) => !it.includes("$("))) {
      assert.ok(existsSync(join(to, file)), `${file} is in no volume`);
    }
  });

  if (!isProcess(workload)) continue;

  test(`${title}: starts with these settings`, () => {
    const to = mkdtempSync(join(scratch, "pod-"));
    const values = environment(objects, workload, container);
    mount(objects, workload, container, to);
    const here = (text) => text.replace(/(^|=)(\/(?:run|etc)\/)/, `$1${to}$2`);
    const args = (container.args ?? []).map((argument) =>
      here(argument.replace(/\$\((\w+)\)/g, (_, other) => values.get(other))));
    const env = Object.fromEntries([...values].map(([key, value]) => [key, here(value)]));
    const checked = spawnSync(program(name), ["--check-config", ...args], { env, encoding: "utf8" });
    assert.equal(checked.status, 0, checked.stdout + checked.stderr);
    // It was these that counted: without one of them it would not start.
    const trust = values.has("MONARCH_TLS_KEY_FILE") ? "MONARCH_TLS_KEY_FILE" : "MONARCH_ADMIN_TOKEN_FILE";
    for (const variable of ["MONARCH_RPC_ADVERTISE", trust]) {
      const { [variable]: _, ...fewer } = env;
      const without = spawnSync(program(name), ["--check-config", ...args], { env: fewer, encoding: "utf8" });
      assert.equal(without.status, 2);
      const flag = variable.replace("MONARCH_", "--").replaceAll("_", "-").toLowerCase();
      assert.ok(without.stderr.startsWith(`${name}: ${flag}: must be given`), without.stderr);
    }
  });

  test(`${title}: its ports are those that it opens`, () => {
    const values = environment(objects, workload, container);
    const opened = new Map();
    for (const [setting, port] of Object.entries({ MONARCH_RPC_BIND: "rpc", MONARCH_ADMIN_BIND: "admin",
      MONARCH_HEALTH_BIND: "health", MONARCH_BIND: "msnp" })) {
      const bind = values.get(setting);
      if (bind === undefined) continue;
      assert.match(bind, /^0\.0\.0\.0:\d+$/, setting);
      opened.set(port, Number(bind.split(":")[1]));
    }
    assert.equal(opened.has("msnp"), ["dispatch", "notification", "switchboard"].includes(workload.component));
    const declared = new Map(container.ports.map((port) => [port.name, port.containerPort]));
    assert.deepEqual([...declared].sort(), [...opened].sort());
    assert.equal(values.get("MONARCH_RPC_ADVERTISE"), `10.42.0.17:${opened.get("rpc")}`);
  });

  test(`${title}: its probes ask what answers, and differ`, () => {
    const values = environment(objects, workload, container);
    const port = Number(values.get("MONARCH_HEALTH_BIND").split(":")[1]);
    const { startupProbe, readinessProbe, livenessProbe } = container;
    const source = readFileSync(join(root, "libs/rpc/health_server.hpp"), "utf8");
    const liveness = /kLivenessService = "(\w+)"/.exec(source)[1];
    assert.deepEqual(startupProbe.grpc, { port, service: liveness });
    assert.deepEqual(livenessProbe.grpc, { port, service: liveness });
    assert.deepEqual(readinessProbe.grpc, { port });
    const patience = (probe) => probe.periodSeconds * probe.failureThreshold;
    assert.ok(patience(startupProbe) > patience(livenessProbe), "to start may take longer");
    assert.ok(patience(readinessProbe) < patience(livenessProbe), "out of rotation before restarted");
  });

  test(`${title}: the drain has the time that it needs`, () => {
    const values = environment(objects, workload, container);
    const grace = seconds(values.get("MONARCH_GRACE_TIME"));
    const held = container.lifecycle.preStop.sleep.seconds;
    assert.ok(grace > 0 && held > 0);
    const margin = workload.pod.terminationGracePeriodSeconds - grace - held;
    assert.ok(margin >= 5 && margin <= 60, `${margin} s between the grace time and SIGKILL`);
    if (workload.component === "notification") {
      // A full node at its own pace, and what departure.cpp keeps for presence and Redis at the end.
      const { defaults } = helpOf(name);
      const needed = Number(defaults.capacity) / Number(defaults["drain-per-second"]);
      assert.ok(needed > 0 && grace >= needed + 5, `${grace} s for ${needed}`);
    }
  });

  test(`${title}: clients are told an address at which something of it listens`, () => {
    if (!container.ports.some((port) => port.name === "msnp")) return;
    const values = environment(objects, workload, container);
    const advertised = values.get("MONARCH_ADVERTISE");
    if (advertised === undefined) {
      // It is in the pod's own file; the Service of that pod has the port.
      const addresses = objects.find((it) => it.metadata.name.startsWith("addresses-"));
      for (let i = 0; i < workload.owner.spec.replicas; ++i) {
        const pod = `${workload.component}-${i}`;
        const port = /^advertise = ".*:(\d+)"$/.exec(addresses.data[`${pod}.toml`])[1];
        assert.equal(String(serviceOf(objects, pod).spec.ports[0].port), port);
      }
      return;
    }
    const [host, port] = advertised.split(":");
    if (!values.has("PUBLIC_HOST")) {
      assert.equal(workload.component, "dispatch");
      const door = objects.find((it) => it.kind === "Service" && it.metadata.name === "messenger");
      assert.equal(door.spec.ports[0].port, Number(port));
      assert.equal(door.spec.externalTrafficPolicy, "Local");
      return;
    }
    assert.equal(host, values.get("PUBLIC_HOST"));
    const { hostPort } = container.ports.find((it) => it.name === "msnp");
    if (hostPort !== undefined) {
      assert.equal(Number(port), hostPort);
      return;
    }
    for (let i = 0; i < workload.owner.spec.replicas; ++i) {
      const { nodePort } = serviceOf(objects, `${workload.component}-${i}`).spec.ports[0];
      assert.equal(nodePort, Number(port) + i);
    }
  });
}

function serviceOf(objects, pod) {
  const found = objects.filter((it) => it.kind === "Service" &&
    it.spec.selector["statefulset.kubernetes.io/pod-name"] === pod);
  assert.equal(found.length, 1, `one Service for ${pod}`);
  assert.equal(found[0].spec.externalTrafficPolicy, "Local", `${pod} sees who comes`);
  return found[0];
}

test("every process and tool of the cluster was looked at", () => {
  for (const [variant, objects] of Object.entries(variants())) {
    assert.deepEqual(workloads(objects).filter(isOurs).map((it) => it.component).sort(),
      [...processes, "migrate", "monarchctl"].sort(), variant);
  }
});
