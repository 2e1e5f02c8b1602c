#!/usr/bin/env bash
# claude-code 2.1.332: when it starts an agent, "usage" of `claude -p --output-format json` is a part of what was used.
#
# The model here starts one agent, and says of each answer that it cost 100 tokens in and 10 out. Claude Code asks it four
# times: first, after the agent was started, for the agent, and once more when the agent has ended. "usage" in its JSON
# has one of them, "num_turns" is 1, and only "modelUsage" has all four. So whoever adds up the "usage" of runs sees a
# quarter of what they cost.
#
# Seen with Node.js 20, Linux, 2026-11-30. Needs npm and unshare; the provider is on loopback, in a network of its own.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
npm install --silent --no-audit --no-fund --prefix "$here" @anthropic-ai/claude-code@2.1.332 >/dev/null

cat >"$here/provider.mjs" <<'JS'
// A model that starts one agent, once, and is done. It notes the calls in a file.
import http from "node:http";
import fs from "node:fs";

let answers = 0;

function answer(asked) {
  const tool = (asked.tools ?? []).find((t) => t.name === "Agent");
  const said = JSON.stringify(asked.messages);
  if (!tool || !said.includes("start one agent") || said.includes("tool_result")) return { type: "text", text: "Done." };
  const input = { description: "look", prompt: "Look around.", subagent_type: "general-purpose" };
  return { type: "tool_use", id: `toolu_${answers}`, name: tool.name, input };
}

http.createServer((req, res) => {
  let body = "";
  req.on("data", (part) => (body += part)).on("end", () => {
    if (req.method !== "POST") return res.end();
    answers++;
    fs.appendFileSync("calls", "call\n");
    const asked = JSON.parse(body);
    const block = answer(asked);
    const called = block.type === "tool_use";
    const usage = { input_tokens: 100, output_tokens: 1, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
    const message = { id: `msg_${answers}`, type: "message", role: "assistant", model: asked.model, content: [], stop_reason: null, usage };
    const delta = called
      ? { type: "input_json_delta", partial_json: JSON.stringify(block.input) }
      : { type: "text_delta", text: block.text };
    const send = (type, more) => res.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`);
    res.writeHead(200, { "content-type": "text/event-stream" });
    send("message_start", { message });
    send("content_block_start", { index: 0, content_block: called ? { ...block, input: {} } : { type: "text", text: "" } });
    send("content_block_delta", { index: 0, delta });
    send("content_block_stop", { index: 0 });
    send("message_delta", { delta: { stop_reason: called ? "tool_use" : "end_turn" }, usage: { output_tokens: 10 } });
    send("message_stop", {});
    res.end();
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
export ANTHROPIC_BASE_URL=http://127.0.0.1:4010 CLAUDE_CODE_MAX_RETRIES=0 ANTHROPIC_API_KEY=made-up
export CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 DISABLE_AUTOUPDATER=1
"$here/node_modules/.bin/claude" -p "start one agent" --output-format json </dev/null >out
node -e '
const o = JSON.parse(require("fs").readFileSync("out", "utf8"));
const models = Object.values(o.modelUsage);
console.log("calls answered:", require("fs").readFileSync("calls", "utf8").split("\n").length - 1, "turns:", o.num_turns);
console.log("usage:", o.usage.input_tokens, "in,", o.usage.output_tokens, "out");
console.log("modelUsage:", models.reduce((n, m) => n + m.inputTokens, 0), "in,", models.reduce((n, m) => n + m.outputTokens, 0), "out");
'
SH
got=$(HOME=$here/home unshare -rn bash "$here/inside.sh" "$here")
want='calls answered: 4 turns: 1
usage: 100 in, 10 out
modelUsage: 400 in, 40 out'
printf '%s\n' "$got"
[[ $got == "$want" ]] || { printf 'changed; it was:\n%s\n' "$want"; exit 1; }
