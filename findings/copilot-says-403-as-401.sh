#!/usr/bin/env bash
# copilot 1.0.102: with a provider of one's own, a 403 is reported in the words of a 401, and only a 401 is tried again.
#
# Both end with exit status 1 and "Authentication failed", so only the number in brackets tells a rejected key from a key
# without the right to a model. And the rejected key, which no repetition mends, costs three calls; the 403 costs one.
#
# Seen with Node.js 20, Linux, 2026-11-28. Needs npm and unshare; the provider is on loopback, in a network of its own.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
npm install --silent --no-audit --no-fund --prefix "$here" @github/copilot@1.0.102 >/dev/null

cat >"$here/provider.mjs" <<'JS'
// Refuses every model call with the status of the file, and notes the calls in a file.
import http from "node:http";
import fs from "node:fs";

http.createServer((req, res) => {
  req.resume().on("end", () => {
    if (req.method === "POST") fs.appendFileSync("calls", "call\n");
    const status = Number(fs.readFileSync("status", "utf8"));
    res.writeHead(status, { "content-type": "application/json" });
    res.end(JSON.stringify({ error: { message: "no", type: "invalid_request_error", code: "no" } }));
  });
}).listen(4010, "127.0.0.1", () => console.log("ready"));
JS
cat >"$here/inside.sh" <<'SH'
set -eu
here=$1
ip link set lo up
mkdir -p "$HOME" && cd "$HOME"
exec 3< <(exec node "$here/provider.mjs"); provider=$!
trap 'kill $provider' EXIT
read -r _ <&3
export COPILOT_AUTO_UPDATE=false COPILOT_PROVIDER_BASE_URL=http://127.0.0.1:4010/v1 COPILOT_PROVIDER_API_KEY=made-up
for status in 401 403; do
  echo $status >status
  : >calls
  code=0
  "$here/node_modules/.bin/copilot" -p hi --allow-all-tools --no-color -s --model gpt-5 </dev/null >out 2>err || code=$?
  echo "exit $code, $(wc -l <calls) calls: $(grep -ho 'Authentication failed.*' out err)"
done
SH
got=$(HOME=$here/home unshare -rn bash "$here/inside.sh" "$here")
want='exit 1, 3 calls: Authentication failed with provider at http://127.0.0.1:4010/v1 (HTTP 401).
exit 1, 1 calls: Authentication failed with provider at http://127.0.0.1:4010/v1 (HTTP 403).'
printf '%s\n' "$got"
[[ $got == "$want" ]] || { printf 'changed; it was: %s\n' "$want"; exit 1; }
