#!/usr/bin/env bash
# codex 0.171.0: `codex login status` says "Not logged in" where `codex exec` works.
#
# `codex exec` takes its key from CODEX_API_KEY. `codex login status` does not look there, and exits with 1. Who asks it
# before a run holds a job back that would have succeeded.
#
# Seen with Node.js 20, Linux, 2026-11-28. Needs npm and unshare; the provider is on loopback, in a network of its own.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
npm install --silent --no-audit --no-fund --prefix "$here" @openai/codex@0.171.0 >/dev/null

cat >"$here/provider.mjs" <<'JS'
// Answers every call of the Responses API that has the key; the WebSocket that codex tries first is not there.
import http from "node:http";
const item = { id: "msg_1", type: "message", role: "assistant", status: "completed", content: [{ type: "output_text", text: "All is well.", annotations: [] }] };
const usage = { input_tokens: 1, input_tokens_details: { cached_tokens: 0 }, output_tokens: 1, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: 2 };
const response = { id: "resp_1", object: "response", model: "gpt-5", status: "completed", output: [item], usage };
const events = [
  { type: "response.created", response: { ...response, status: "in_progress", output: [], usage: null } },
  { type: "response.output_item.done", output_index: 0, item },
  { type: "response.completed", response },
];
http.createServer((req, res) => {
  req.resume().on("end", () => {
    const known = req.method === "POST" && req.headers.authorization === "Bearer made-up";
    res.writeHead(known ? 200 : 404, { "content-type": known ? "text/event-stream" : "application/json" });
    res.end(known ? events.map((e) => `event: ${e.type}\ndata: ${JSON.stringify(e)}\n\n`).join("") : "{}");
  });
}).listen(4010, "127.0.0.1", () => console.log("ready"));
JS
cat >"$here/inside.sh" <<'SH'
set -eu
here=$1
ip link set lo up
mkdir -p "$HOME/.codex" && cd "$HOME"
printf 'model = "gpt-5"\nopenai_base_url = "http://127.0.0.1:4010/v1"\n' >.codex/config.toml
exec 3< <(exec node "$here/provider.mjs"); provider=$!
trap 'kill $provider' EXIT
read -r _ <&3
export CODEX_API_KEY=made-up
codex=$here/node_modules/.bin/codex asked=0 ran=0
"$codex" login status </dev/null >status.out 2>status.err || asked=$?
"$codex" exec --ephemeral --skip-git-repo-check hi </dev/null >run.out 2>run.err || ran=$?
echo "login status: exit $asked, $(tail -n 1 status.err); exec: exit $ran, $(tail -n 1 run.out)"
SH
got=$(HOME=$here/home unshare -rn bash "$here/inside.sh" "$here")
want='login status: exit 1, Not logged in; exec: exit 0, All is well.'
printf '%s\n' "$got"
[[ $got == "$want" ]] || { printf 'changed; it was: %s\n' "$want"; exit 1; }
