#!/usr/bin/env bash
# claude-code 2.1.332: in the JSON of a failed call "subtype" is "success", and the commonest lapse has no status.
#
# With a rejected key `claude -p --output-format json` exits with 1 and says is_error true, subtype "success" and
# api_error_status 401. Without a sign-in it says the same with api_error_status null, so the status alone does not find
# a session that is over: the text of "result" has to be read as well.
#
# Seen with Node.js 20, Linux, 2026-11-28. Needs npm and unshare; the provider is on loopback, in a network of its own.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
npm install --silent --no-audit --no-fund --prefix "$here" @anthropic-ai/claude-code@2.1.332 >/dev/null

cat >"$here/provider.mjs" <<'JS'
// Refuses every model call with the status 401, and notes the calls in a file.
import http from "node:http";
import fs from "node:fs";

http.createServer((req, res) => {
  req.resume().on("end", () => {
    if (req.method === "POST") fs.appendFileSync("calls", "call\n");
    res.writeHead(401, { "content-type": "application/json" });
    res.end(JSON.stringify({ type: "error", error: { type: "authentication_error", message: "invalid x-api-key" } }));
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
export ANTHROPIC_BASE_URL=http://127.0.0.1:4010 CLAUDE_CODE_MAX_RETRIES=0
export CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 DISABLE_AUTOUPDATER=1
ask() {
  local code=0
  "$here/node_modules/.bin/claude" -p hi --output-format json </dev/null >out 2>err || code=$?
  echo "$1: exit $code, $(node -p 'const o = JSON.parse(require("fs").readFileSync("out", "utf8")); JSON.stringify([o.is_error, o.subtype, o.api_error_status, o.result])')"
}
ANTHROPIC_API_KEY=made-up ask "rejected key"
ask "no sign-in"
SH
got=$(HOME=$here/home unshare -rn bash "$here/inside.sh" "$here")
want='rejected key: exit 1, [true,"success",401,"Invalid API key · Fix external API key"]
no sign-in: exit 1, [true,"success",null,"Not logged in · Please run /login"]'
printf '%s\n' "$got"
[[ $got == "$want" ]] || { printf 'changed; it was: %s\n' "$want"; exit 1; }
