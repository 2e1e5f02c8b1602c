// The stand-in for the backends of agent CLIs: Anthropic messages, OpenAI chat and responses, Gemini. It answers as the file
// MODE says, and notes every model call in the file CALLS. Usage: node backend.mjs PORT MODE CALLS
import http from "node:http";
import fs from "node:fs";

const [port, modeFile, callsFile] = process.argv.slice(2);
const quote = "The page says: API Error: 401 Unauthorized. Not logged in · Please run /login. SESSION_EXPIRED: sign in.";
const texts = { ok: "All is well.", quote };

const protocols = [
  { name: "messages", path: /\/messages(\?|$)/, refuse: anthropicError, answer: anthropic },
  { name: "chat", path: /\/chat\/completions(\?|$)/, refuse: openaiError, answer: chat },
  { name: "responses", path: /\/responses(\?|$)/, refuse: openaiError, answer: responses },
  { name: "gemini", path: /:(stream)?[gG]enerateContent/, refuse: geminiError, answer: gemini },
];

http.createServer((req, res) => {
  let body = "";
  req.on("data", (part) => (body += part));
  req.on("end", () => {
    const mode = fs.readFileSync(modeFile, "utf8").trim();
    const protocol = req.method === "POST" && protocols.find((p) => p.path.test(req.url));
    if (!protocol) {
      fs.appendFileSync(callsFile, `other ${req.method} ${req.url}\n`);
      return send(res, 404, { error: { message: "not here", type: "not_found_error" } });
    }
    const asked = body ? JSON.parse(body) : {};
    const second = /tool_result|"role":"tool"|function_call_output|functionResponse/.test(body);
    const refused = mode === "second" ? (second ? "401" : "") : texts[mode] ? "" : mode;
    fs.appendFileSync(callsFile, `call ${protocol.name} ${refused || "200"}\n`);
    if (refused) return protocol.refuse(res, refused);
    protocol.answer(req, res, asked, mode === "second" ? null : texts[mode]);
  });
}).listen(Number(port), "127.0.0.1");

function send(res, status, body, headers = {}) {
  res.writeHead(status, { "content-type": "application/json", ...headers });
  res.end(JSON.stringify(body));
}

function events(res, list, named) {
  res.writeHead(200, { "content-type": "text/event-stream" });
  for (const e of list) res.write((named ? `event: ${e.type}\n` : "") + `data: ${typeof e === "string" ? e : JSON.stringify(e)}\n\n`);
  res.end();
}

function anthropicError(res, mode) {
  const by = {
    401: [401, "authentication_error", "invalid x-api-key"],
    403: [403, "permission_error", "Your key has no right to do this."],
    500: [500, "api_error", "Internal server error"],
    quota: [400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API."],
  }[mode];
  send(res, by[0], { type: "error", error: { type: by[1], message: by[2] } });
}

function openaiError(res, mode) {
  const by = {
    401: [401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided."],
    403: [403, "invalid_request_error", "forbidden", "You have no right to do this."],
    500: [500, "server_error", "server_error", "The server had an error."],
    quota: [429, "insufficient_quota", "insufficient_quota", "You exceeded your current quota, please check your plan and billing details."],
  }[mode];
  send(res, by[0], { error: { message: by[3], type: by[1], param: null, code: by[2] } });
}

function geminiError(res, mode) {
  const by = {
    401: [401, "UNAUTHENTICATED", "Request had invalid authentication credentials."],
    403: [403, "PERMISSION_DENIED", "The caller does not have permission"],
    500: [500, "INTERNAL", "An internal error has occurred."],
    quota: [429, "RESOURCE_EXHAUSTED", "You exceeded your current quota."],
  }[mode];
  const details = mode === "quota" ? [
    { "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: [{ quotaMetric: "generate_requests", quotaId: "GenerateRequestsPerDayPerProjectPerModel" }] },
  ] : [];
  send(res, by[0], { error: { code: by[0], status: by[1], message: by[2], details } });
}

// Without a text the answer is a call of a tool that is not there: the CLI says so, and asks again.
function anthropic(_, res, asked, text) {
  const usage = { input_tokens: 10, output_tokens: 5 };
  const block = text ? { type: "text", text } : { type: "tool_use", id: "toolu_1", name: "no_such_tool", input: {} };
  const message = { id: "msg_1", type: "message", role: "assistant", model: asked.model, stop_reason: text ? "end_turn" : "tool_use", stop_sequence: null, usage };
  if (!asked.stream) return send(res, 200, { ...message, content: [block] });
  const delta = text ? { type: "text_delta", text } : { type: "input_json_delta", partial_json: "{}" };
  events(res, [
    { type: "message_start", message: { ...message, content: [], stop_reason: null } },
    { type: "content_block_start", index: 0, content_block: text ? { type: "text", text: "" } : block },
    { type: "content_block_delta", index: 0, delta },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: message.stop_reason, stop_sequence: null }, usage },
    { type: "message_stop" },
  ], true);
}

function chat(_, res, asked, text) {
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  const tool = { index: 0, id: "call_1", type: "function", function: { name: "no_such_tool", arguments: "{}" } };
  const part = text ? { role: "assistant", content: text } : { role: "assistant", content: null, tool_calls: [tool] };
  const base = { id: "chatcmpl-1", created: 1764300000, model: asked.model };
  const finish_reason = text ? "stop" : "tool_calls";
  if (!asked.stream) return send(res, 200, { ...base, object: "chat.completion", choices: [{ index: 0, message: part, finish_reason }], usage });
  const chunk = (delta, reason) => ({ ...base, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: reason }] });
  events(res, [chunk(part, null), { ...chunk({}, finish_reason), usage }, "[DONE]"]);
}

function responses(_, res, asked, text) {
  const item = text
    ? { id: "msg_1", type: "message", role: "assistant", status: "completed", content: [{ type: "output_text", text, annotations: [] }] }
    : { id: "fc_1", type: "function_call", call_id: "call_1", name: "no_such_tool", arguments: "{}", status: "completed" };
  const usage = { input_tokens: 10, input_tokens_details: { cached_tokens: 0 }, output_tokens: 5, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: 15 };
  const response = { id: "resp_1", object: "response", model: asked.model, status: "completed", output: [item], usage };
  if (!asked.stream) return send(res, 200, response);
  events(res, [
    { type: "response.created", response: { ...response, status: "in_progress", output: [], usage: null } },
    { type: "response.output_item.added", output_index: 0, item: { ...item, content: text ? [] : undefined } },
    ...(text ? [{ type: "response.output_text.delta", item_id: "msg_1", output_index: 0, content_index: 0, delta: text }] : []),
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response },
  ], true);
}

function gemini(req, res, _, text) {
  const part = text ? { text } : { functionCall: { name: "no_such_tool", args: {} } };
  const body = {
    candidates: [{ content: { role: "model", parts: [part] }, finishReason: "STOP", index: 0 }],
    usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
  };
  if (!req.url.includes("stream")) return send(res, 200, body);
  events(res, [body]);
}
