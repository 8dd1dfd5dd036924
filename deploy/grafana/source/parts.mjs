// Rows that several pages have: of a process, and of what clients are connected to.
import { graph, rate, roles, row } from "./board.mjs";

const perNode = "{{cluster}} {{node}}";

export const processRow = (job) => row("Processes",
  graph("CPU", "percentunit", "Cores that each process uses. It has one event loop: near 100 % clients wait.",
    [[`sum by (cluster, node) (rate(process_cpu_seconds_total{@,job=~"${job}"}[$__rate_interval]))`, perNode]],
    { thresholds: [[null, "green"], [0.8, "red"]] }),
  graph("Memory", "bytes", "Resident memory of each process.",
    [[`sum by (cluster, node) (process_resident_memory_bytes{@,job=~"${job}"})`, perNode]]),
  graph("Descriptors used", "percentunit", "Share of the descriptors that the process may have; a client takes one.",
    [[`max by (cluster, node) (process_open_fds{@,job=~"${job}"} / process_max_fds{@,job=~"${job}"})`, perNode]],
    { max: 1, thresholds: [[null, "green"], [0.8, "red"]] }),
  graph("Age of the heartbeat", "s", "Since Redis last took the heartbeat of the process. Above 5 s the others declare it dead.",
    [[`max by (cluster, node) (monarch_heartbeat_age_seconds{@,job=~"${job}"})`, perNode]],
    { thresholds: [[null, "green"], [5, "red"]] }),
  graph("State", "short", "How many processes are ready, unready or draining, by their own word.",
    [[`sum by (state) (monarch_node_state{@,job=~"${job}"})`, "{{state}}"]], { stack: true, decimals: 0 }),
  graph("Running since", "s", "How long each process has run. A saw is one that restarts.",
    [[`min by (cluster, node) (time() - process_start_time_seconds{@,job=~"${job}"})`, perNode]]),
);

// Of a service that clients are connected to: "notification", "switchboard".
export const connectionRow = (service) => {
  const metric = (name) => `monarch_${service}_${name}`;
  return row("Connections",
    graph("Open connections", "short", "Connections of clients, signed in or not.",
      [[`sum by (cluster, node) (${metric("connections_count")}{@})`, perNode]], { decimals: 0 }),
    graph("Closed, by reason", "ops", "The eight most frequent reasons for which connections ended.",
      [[`topk(8, ${rate(metric("closes_total"), "reason")})`, "{{reason}}"]]),
    graph("Refused", "ops", "Connections closed as soon as they were made: too many in all, of an address out of a proxy's way, or no descriptor left.",
      [[rate(metric("connections_refused_total")), "too many"],
        [rate(metric("proxy_refusals_total")), "no PROXY header"],
        [rate(metric("accept_failures_total")), "not accepted"]],
      { thresholds: [[null, "green"], [0.1, "red"]] }),
    graph("Traffic", "Bps", "Bytes from and to clients.",
      [[rate(metric("received_bytes_total")), "received"], [rate(metric("sent_bytes_total")), "sent"]]),
    graph("Waiting for clients to read", "bytes", "Bytes that clients have not taken yet. Who leaves too many is closed as a slow reader.",
      [[`sum by (cluster, node) (${metric("queued_bytes")}{@})`, perNode]]),
    graph("Clients in arrears", "short", "Clients for whom something waits, and pauses per second of clients that sent too much at once.",
      [[`sum (${metric("queued_connections_count")}{@})`, "behind in reading"],
        [rate(metric("throttled_total")), "paused per second"]]),
  );
};

export { perNode, roles };
