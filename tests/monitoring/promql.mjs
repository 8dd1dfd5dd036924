// What an expression asks for, by the grammar that Prometheus's own editor has.
import { fetched } from "./pages.mjs";

const { parser } = fetched("@prometheus-io/lezer-promql");

// As Grafana would put them in: everything, or what somebody chose.
export function substituted(expr, { cluster = ".+", node = ".+", interval = "1m" } = {}) {
  const text = expr.replaceAll("$cluster", cluster).replaceAll("$node", node)
    .replaceAll("$__rate_interval", interval).replaceAll("$__interval", interval);
  if (/\$\w/.test(text)) throw new Error(`a variable that nobody has: ${text}`);
  return text;
}

// Every vector selector: {text, metric, labels: Map of label → [operator, value]}. An expression that does not parse throws.
export function selectors(expr) {
  const found = [];
  const read = (node) => expr.slice(node.from, node.to);
  parser.parse(expr).iterate({ enter: (at) => {
    if (at.type.isError) throw new Error(`no PromQL at ${at.from}: ${expr}`);
    if (at.name !== "VectorSelector") return;
    const metric = at.node.getChild("Identifier");
    const labels = new Map();
    const matchers = at.node.getChild("LabelMatchers");
    for (const matcher of matchers?.getChildren("UnquotedLabelMatcher") ?? []) {
      labels.set(read(matcher.getChild("LabelName")),
        [read(matcher.getChild("MatchOp")), read(matcher.getChild("StringLiteral")).slice(1, -1)]);
    }
    found.push({ text: read(at), metric: metric ? read(metric) : undefined, labels });
  } });
  return found;
}
