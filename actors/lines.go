package actors

import "strings"

// The end of an output: that is where a program says why it failed. What stands before may be anything,
// such as a log or a page that an agent was reading, with the very words of an expired session in it.
const (
	EndLines = 40      // lines
	EndBytes = 8 << 10 // bytes
)

// End is the end of an output, at most [EndLines] lines and [EndBytes] bytes of it, without white space
// behind the last line. Texts are searched for signs of an expired session in the end only.
func End(output string) string {
	s := strings.TrimRight(output, " \t\r\n")
	from := len(s)
	for range EndLines {
		if from = strings.LastIndexByte(s[:from], '\n'); from < 0 {
			break
		}
	}
	s = s[from+1:]
	if cut := len(s) - EndBytes; cut > 0 {
		s = strings.ToValidUTF8(s[cut:], "")
	}
	return s
}
