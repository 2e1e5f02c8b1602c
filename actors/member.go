package actors

// A Describer is a [Spec] that says more of its members than their Go types do. The reader of job files refuses what is not
// so, with its place, and editors show it (`curfew schema`).
type Describer interface {
	Spec
	// Members says it by the member's path: names joined by dots, with * for the items of a list and for the keys of a
	// mapping, such as budgets.tokens or mcp.*.url. It is called on the zero value.
	Members() map[string]Member
}

// Patterns of members, in the syntax that RE2 and ECMA-262 share.
const (
	NotBlank     = `\S`                                        // a text with something in it
	WebURL       = `^[Hh][Tt][Tt][Pp][Ss]?://[^/?#]`           // how an http or https URL begins
	UserName     = `^[A-Za-z0-9_][A-Za-z0-9_.@\\-]{0,254}\$?$` // the name of a user; wider than what most machines allow
	VariableName = `^[A-Za-z_][A-Za-z0-9_]*$`                  // the name of an environment variable
)

// A Member is what a job file may have in a member of a block.
type Member struct {
	About    string   // one line for people
	Default  any      // what it means to leave it out, as JSON; nil: nothing that can be written
	Examples []any    // valid values, as JSON
	Words    []string // of a text: the only ones that are valid
	Pattern  string   // of a text, or of the keys of a mapping, in the syntax that RE2 and ECMA-262 share. For editors
	Required bool     // a job needs it. For editors: a definition or a preset may fill it in, so Validate has the last word
	Unless   []string // members beside it of which one makes up for a required one
	Needs    []string // members beside it that must be there, too. For editors

	// Least and Most bound a number, or how many items a list or mapping has; both 0: any. Most bounds a text in bytes,
	// for editors: Validate can say better what to do about a long one.
	Least, Most int
}
