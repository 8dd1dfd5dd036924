#!/usr/bin/env bash
# The direction of dependencies, checked by reading every #include: ARCHITECTURE.md ("Rooms") says why.
# Usage: check_includes.sh [ROOT]. Prints each include that points the wrong way; status 1 if any does.
set -uo pipefail
root=$(cd "${1:-$(dirname "$0")/../..}" && pwd) || exit 2
cd "$root" || exit 2

find libs services tools tests -type f \( -name '*.hpp' -o -name '*.cpp' \) 2>/dev/null | sort |
  xargs -r grep -HnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]|(steady|system|high_resolution)_clock::now' |
  awk -F: '
BEGIN {
  # Which rooms a room may include beside itself. "wire" stands for the generated protos.
  may["base"] = ""
  may["model"] = "base"
  may["msnp"] = "base model"
  may["codec"] = "base model wire"
  may["net"] = "base"
  may["pki"] = "base"
  may["runtime"] = "base net pki"
  may["stores"] = "base model net runtime"
  may["rpc"] = "base model net pki runtime wire"
  may["cluster"] = "base model net runtime stores rpc codec wire"
  may["presence_client"] = "base model net runtime rpc cluster codec wire"
  may["service"] = "base model msnp net runtime stores rpc cluster codec presence_client wire"
  may["core"] = "base model msnp"
  may["tool"] = "base model msnp net pki runtime stores rpc cluster codec wire"
  libraries = " base model msnp net pki runtime stores codec rpc cluster presence_client testing "
  services = " auth presence notification switchboard dispatch "
  # What these rooms are pure of. Sockets, stores, RPC and logs come to them through ports.
  pure = " base model msnp core "
  world = "^(boost/|grpc|google/|pqxx|hiredis|prometheus/|spdlog/|fmt/|CLI/|sys/|netinet/|arpa/|unistd|openssl/|sodium)"
}
{
  file = $1; line = $2
  text = $0; sub(/^[^:]*:[^:]*:/, "", text)
  split(file, part, "/")
  test = file ~ /_test\.cpp$/
  own = part[2]
  if (part[1] == "tests") next
  if (part[1] == "libs") kind = own
  else if (part[1] == "services") kind = part[3] == "core" ? "core" : "service"
  else kind = "tool"
  if (kind == "testing") next

  if (text ~ /_clock::now/) {
    # Tests and the clock itself may look at the time; rules are told it.
    if (kind == "core" || kind == "msnp" || kind == "model")
      if (!test) wrong("reads a clock; time is told to a core, not asked for")
    next
  }
  if (match(text, /[<"][^>"]*[>"]/)) {
    target = substr(text, RSTART + 1, RLENGTH - 2)
    quoted = substr(text, RSTART, 1) == "\""
  }
  # inet_pton reads an address and opens nothing.
  if (kind == "base" && target == "arpa/inet.h") next
  if (index(pure, " " kind " ") && target ~ world && !(test && target ~ /^(gtest|gmock)/)) {
    wrong("includes " target ", but " kind " knows nothing of the world")
    next
  }
  if (!quoted) next
  split(target, to, "/")
  room = to[1]
  if (room == "monarch") room = "wire"

  if (index(services, " " room " ") && (part[1] != "libs" || room != own)) {
    if (part[1] != "services") wrong("includes " target ", a service")
    else if (room != own) wrong("includes " target ", another service")
    else if (kind == "core" && to[2] != "core") wrong("includes " target ", but a core knows only its own core")
    else if (to[2] == "adapters" && part[3] != "adapters" && part[3] != "main.cpp" && !test)
      wrong("includes " target ", but only main.cpp knows concrete adapters")
    next
  }
  if (room == "testing") {
    if (!test) wrong("includes " target ", which is for tests only")
    next
  }
  if (room == "wire" || index(libraries, " " room " ")) {
    if (room == own && part[1] == "libs") next
    if (!index(" " may[kind] " ", " " room " "))
      wrong("includes " target ", but " kind " may include only: " (may[kind] == "" ? "std" : may[kind]))
  }
}
function wrong(why) { printf "%s:%s: %s\n", file, line, why; bad = 1 }
END { exit bad }'
case ${PIPESTATUS[3]} in
  0) echo "every include points the right way" ;;
  *) exit 1 ;;
esac
