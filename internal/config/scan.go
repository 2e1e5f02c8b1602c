package config

import (
	"fmt"

	"github.com/goccy/go-yaml/token"
)

// scan refuses, by looking at the tokens alone, what would keep the YAML parser busy for minutes or
// what no job file needs: its time grows with the square of the nesting and of the keys of a mapping.
func scan(tokens token.Tokens) (*token.Token, string) {
	s := scanner{}
	for _, t := range tokens {
		if msg := s.see(t); msg != "" {
			return t, msg
		}
		if t.Type != token.CommentType {
			s.last = t
		}
	}
	return nil, ""
}

// scanner follows the nesting: a frame per open bracket, and one per column at which a block begins.
type scanner struct {
	frames  []frame
	flow    int // open brackets
	anchors int
	content bool // whether the document has begun
	ended   bool // whether it is over
	last    *token.Token
}

type frame struct {
	col  int // 0: a bracket
	keys int
}

func (s *scanner) see(t *token.Token) string {
	switch t.Type {
	case token.CommentType, token.SpaceType:
		return ""
	case token.DocumentHeaderType:
		if s.content || s.ended {
			return "a second YAML document; a job file is one document"
		}
		return ""
	case token.DocumentEndType:
		s.ended = true
		return ""
	}
	if s.ended {
		return "a second YAML document; a job file is one document"
	}
	s.content = true
	return s.nest(t)
}

func (s *scanner) nest(t *token.Token) string {
	switch t.Type {
	case token.DirectiveType:
		return "a YAML directive is not supported; remove the line"
	case token.TagType:
		return "a YAML tag is not supported; remove it (quote a value to make it a text)"
	case token.MappingKeyType:
		return `a "?" key is not supported; write "key: value"`
	case token.MergeKeyType:
		return `a merge key ("<<") is not supported; write the keys out`
	case token.AnchorType:
		if s.anchors++; s.anchors > MaxAnchors {
			return fmt.Sprintf("more than %d anchors", MaxAnchors)
		}
	case token.MappingStartType, token.SequenceStartType:
		s.flow++
		s.frames = append(s.frames, frame{})
	case token.MappingEndType, token.SequenceEndType:
		s.closeBracket()
	case token.SequenceEntryType:
		s.block(t.Position.Column)
	case token.MappingValueType:
		return s.key()
	}
	if len(s.frames) > MaxDepth {
		return fmt.Sprintf("nested deeper than %d levels", MaxDepth)
	}
	return ""
}

// key counts the key before a colon.
func (s *scanner) key() string {
	if s.flow == 0 && s.last != nil {
		s.block(s.last.Position.Column)
	}
	if n := len(s.frames); n > 0 {
		if s.frames[n-1].keys++; s.frames[n-1].keys > MaxKeys {
			return fmt.Sprintf("more than %d keys in one mapping", MaxKeys)
		}
	}
	if len(s.frames) > MaxDepth {
		return fmt.Sprintf("nested deeper than %d levels", MaxDepth)
	}
	return ""
}

// block enters the block at a column, and leaves those that are further to the right.
func (s *scanner) block(col int) {
	if s.flow > 0 {
		return
	}
	n := len(s.frames)
	for n > 0 && s.frames[n-1].col > col {
		n--
	}
	s.frames = s.frames[:n]
	if n == 0 || s.frames[n-1].col < col {
		s.frames = append(s.frames, frame{col: col})
	}
}

func (s *scanner) closeBracket() {
	if s.flow == 0 {
		return
	}
	s.flow--
	s.frames = s.frames[:len(s.frames)-1]
}
