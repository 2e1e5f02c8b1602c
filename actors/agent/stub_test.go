package agent_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"curfew/actors/agent"
)

// asStub makes the test binary an MCP server that no library would make; the next argument is its name.
const asStub = "stub-mcp"

// stubbed is the server as a process.
func stubbed(t *testing.T, name string) agent.Server {
	t.Helper()
	s := local(t, name)
	s.Command[1] = asStub
	return s
}

// webStub is the server behind a URL, which answers with JSON or, if it streams, with events.
func webStub(t *testing.T, name string, stream bool) agent.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		line := stubAnswer(name, raw)
		switch status, _, _ := strings.Cut(line, " "); {
		case status == "cut":
			panic(http.ErrAbortHandler)
		case status == "500" || status == "401" || status == "403" || status == "429":
			var code int
			_, _ = fmt.Sscan(status, &code)
			w.WriteHeader(code)
		case line == "":
			w.WriteHeader(http.StatusAccepted)
		case stream:
			w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
			fmt.Fprintf(w, "event: message\ndata: %s\n\n", line)
		default:
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, line)
		}
	}))
	t.Cleanup(server.Close)
	return agent.Server{URL: server.URL + "/mcp"}
}

// named is a server with tools of these names, behind a URL.
func named(t *testing.T, names ...string) agent.Server {
	t.Helper()
	name := t.Name() + strings.Join(names, " ")
	stubTools[name] = func(string) (all []string, _ string) {
		for _, n := range names {
			all = append(all, stubTool(n, `{}`, true))
		}
		return all, ""
	}
	return webStub(t, name, false)
}

// serveStub is the life of the process.
func serveStub(name string) {
	switch name {
	case "banner":
		fmt.Printf("Starting MCP server v1.2\n\n[INFO] the key is %s\n{\"level\":\"info\",\"msg\":\"\\u001b[2J\"}\n\033[2Jready\n[DEBUG] {\"jsonrpc\":\"2.0\"}\n", key)
	case "usage":
		fmt.Println("usage: stub FILE")
		leave(2)
	case "flood":
		fmt.Print(strings.Repeat("tick\n", 2_000))
	case "half":
		fmt.Println(`{"jsonrpc":"2.0","id":1,"resu`)
		time.Sleep(time.Hour)
	}
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		line := stubAnswer(name, in.Bytes())
		switch how, _, _ := strings.Cut(line, " "); how {
		case "":
		case "exit":
			fmt.Fprintln(os.Stderr, "out of cheese")
			leave(1)
		default:
			fmt.Println(line)
		}
	}
}

// stubTools are the tools that the servers list, page by page: name, schema, whether it reads only.
var stubTools = map[string]func(page string) (tools []string, next string){
	"many": func(string) (all []string, _ string) {
		for i := range 151 {
			all = append(all, stubTool(fmt.Sprintf("t%d", i), `{"type":"object"}`, true))
		}
		return all, ""
	},
	"twice": func(page string) ([]string, string) {
		if page == "" {
			return []string{stubTool("t", `{"type":"object"}`, true), stubTool("t", `{"type":"object"}`, false)}, "2"
		}
		return []string{stubTool("t", `{"type":"object"}`, true), stubTool("once", `{"type":"object"}`, true)}, ""
	},
	"odd": func(string) ([]string, string) {
		return []string{
			stubTool("none", `null`, true), stubTool("list", `{"type":"array"}`, true), stubTool("empty", `{}`, true),
			stubTool("bare", `{"type":"object"}`, true), stubTool("nullish", `{"type":["object","null"],"properties":null}`, true),
			stubTool("text", `"no"`, true), stubTool(strings.Repeat("n", 129), `{}`, true), `{"name":"number","description":5,"inputSchema":{}}`,
		}, ""
	},
	"endless": func(page string) ([]string, string) { return []string{stubTool("t"+page, `{}`, true)}, page + "1" },
	"plenty": func(page string) (all []string, next string) {
		for i := range 5_001 {
			all = append(all, stubTool(fmt.Sprintf("t%s%d", page, i), `{}`, true))
		}
		return all, page + "x"
	},
}

func stubTool(name, schema string, reads bool) string {
	return fmt.Sprintf(`{"name":%q,"inputSchema":%s,"annotations":{"readOnlyHint":%t}}`, name, schema, reads)
}

// stubResults are what calls of a tool come to, in place of an answer: see serveStub and webStub.
var stubResults = map[string]string{
	"parts":   `{"content":[{"type":"text","text":"hello"},{"type":"hologram","url":"x"},{"type":"image","data":"%%"},null]}`,
	"picture": `{"content":[{"type":"image","mimeType":"image/png","data":"aGVsbG8="}],"structuredContent":{"n":1}}`,
	"exit":    "exit", "cut": "cut", "500": "500", "403": "403",
	"chatty":  "noise",
	"large":   `{"content":[],"structuredContent":{"id":1234567890123456789}}`,
	"broken":  `{"jsonrpc":"2.0","id":`,
	"refused": `error`,
}

// stubAnswer is what a server answers to a message.
func stubAnswer(name string, raw []byte) string {
	var m struct {
		ID     json.RawMessage
		Method string
		Params struct {
			Cursor, Name string
			Arguments    json.RawMessage
		}
	}
	if json.Unmarshal(raw, &m) != nil || m.ID == nil {
		return ""
	}
	if name == "401" || name == "429" {
		return name + " no"
	}
	result := func(r string) string { return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":%s}`, m.ID, r) }
	switch m.Method {
	case "server/discover":
		return stubDiscovered(name, m.ID, result)
	case "initialize":
		if name == "newest" {
			return noMethod(m.ID)
		}
		return result(`{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"stub","version":"1"}}`)
	case "tools/list":
		if pages := stubTools[name]; pages != nil {
			tools, next := pages(m.Params.Cursor)
			return result(fmt.Sprintf(`{"tools":[%s],"nextCursor":%q}`, strings.Join(tools, ","), next))
		}
		return result(fmt.Sprintf(`{"tools":[%s,%s]}`, stubTool("get", `{}`, true), stubTool("put", `{}`, false)))
	case "tools/call":
		if name == "echo" {
			text, _ := json.Marshal(string(m.Params.Arguments)) // a text can always be written
			return result(fmt.Sprintf(`{"content":[{"type":"text","text":%s}]}`, text))
		}
		if how := stubResults[name]; how != "" && m.Params.Name == "put" {
			return stubCall(how, result)
		}
		return result(fmt.Sprintf(`{"content":[{"type":"text","text":"%s done"}]}`, m.Params.Name))
	default:
		return noMethod(m.ID)
	}
}

func noMethod(id json.RawMessage) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"no such method"}}`, id)
}

// stubDiscovered is what a server answers to the first request of newer versions of the protocol.
func stubDiscovered(name string, id json.RawMessage, result func(string) string) string {
	switch name {
	case "newest":
		return result(`{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}}}`)
	case "oldest":
		return "exit"
	case "mute":
		return ""
	default:
		return noMethod(id)
	}
}

// stubCall is the answer to a call of put.
func stubCall(how string, result func(string) string) string {
	switch {
	case how == "error":
		return strings.Replace(result(`{"code":-32000,"message":"the disk is full"}`), `"result"`, `"error"`, 1)
	case how == "noise":
		return "putting\n[putting]\n" + result(`{"content":[{"type":"text","text":"put done"}]}`)
	case strings.HasPrefix(how, `{"content"`):
		return result(how)
	default:
		return how
	}
}
