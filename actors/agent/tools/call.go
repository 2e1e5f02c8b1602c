package tools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"curfew/messages/text"
)

// Call calls a tool. Everything that goes wrong is an answer for the model. Only the error of ctx is returned.
func (t Tool) Call(ctx context.Context, arguments string) (Result, error) {
	var args map[string]json.RawMessage // sent as they are: to read its numbers would round large ones
	if err := json.Unmarshal([]byte(arguments), &args); err != nil {
		return Result{Text: "the arguments are not a JSON object: " + err.Error(), Failed: true}, nil
	}
	called, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	before := t.server.sent()
	answer, err := t.server.session.CallTool(called, &mcp.CallToolParams{Name: t.remote, Arguments: json.RawMessage(arguments)})
	if err == nil {
		return Result{Text: cut(textOf(answer), maxResult), Failed: answer.IsError}, nil
	}
	if ctx.Err() != nil {
		return Result{}, ctx.Err()
	}
	sent := t.server.sent() != before
	if told, ok := t.server.answered(err); ok && sent {
		return Result{Text: cut(told, maxResult), Failed: true}, nil
	}
	err = t.server.explain(inTime(ctx, called, callTimeout, err))
	return Result{Text: cut(t.unanswered(err, sent), maxResult), Failed: true}, nil
}

// unanswered tells the model that a call has no answer. Once the call was sent, the tool may have done its work.
func (t Tool) unanswered(why error, sent bool) string {
	switch {
	case !sent:
		return fmt.Sprintf("the tool could not be called: %v", why)
	case t.ReadOnly:
		return fmt.Sprintf("the tool was called, but nothing came back: %v", why)
	default:
		return fmt.Sprintf("the tool was called, but nothing came back; it may have been done: check before you call again (%v)", why)
	}
}

// answered is what a server has answered to a call instead of a result: an error of its protocol, or the status of a
// refused request. False: it has not answered.
func (c *connection) answered(err error) (string, bool) {
	var told *jsonrpc.Error
	if errors.As(err, &told) && !ours[told.Code] {
		return fmt.Sprintf("the tool has failed: %s", told.Message), true
	}
	if c.remote != nil && c.remote.refused() {
		return fmt.Sprintf("the server refuses the call: %v", c.explain(err)), true
	}
	return "", false
}

// ours are the codes of the library's own errors: the connection is closing, or did not accept the message.
var ours = map[int64]bool{-32001: true, -32003: true, -32004: true, -32005: true}

// textOf is what a tool answered, as far as it is text.
func textOf(r *mcp.CallToolResult) string {
	var parts []string
	said := false // by a text, for the model to read
	for _, c := range r.Content {
		switch c := c.(type) {
		case *mcp.TextContent:
			parts = append(parts, c.Text)
			said = said || strings.TrimSpace(c.Text) != ""
		case *mcp.ImageContent:
			parts = append(parts, fmt.Sprintf("[an image, %s, %d bytes]", c.MIMEType, len(c.Data)))
		case *mcp.AudioContent:
			parts = append(parts, fmt.Sprintf("[a sound, %s, %d bytes]", c.MIMEType, len(c.Data)))
		case *mcp.ResourceLink:
			parts = append(parts, fmt.Sprintf("[a link: %s %s]", c.Name, c.URI))
		case *mcp.EmbeddedResource:
			if c.Resource != nil {
				parts = append(parts, fmt.Sprintf("[%s]\n%s", c.Resource.URI, c.Resource.Text))
			}
		default:
			parts = append(parts, unknownPart(c))
		}
	}
	if data, ok := r.StructuredContent.(string); ok && !said { // see mend
		parts = append(parts, data)
	}
	if s := strings.Join(parts, "\n"); strings.TrimSpace(s) != "" {
		return s
	}
	return "(no output)" // some endpoints refuse an empty text
}

// unknownPart is a text for a part of a result that has none.
func unknownPart(part any) string {
	raw, err := json.Marshal(part)
	if err != nil {
		return "[a part that cannot be shown]"
	}
	return "[a part of another type] " + cut(string(raw), maxUnknown)
}

// maxUnknown is how many bytes are shown of a part of an unknown type.
const maxUnknown = 4 << 10

// cutMark replaces the rest of a text that was cut off.
const cutMark = "\n[… the rest was cut off]"

func cut(s string, most int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= most {
		return s
	}
	return text.Head(s, most-len(cutMark)) + cutMark
}
