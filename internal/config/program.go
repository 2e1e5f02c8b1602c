package config

import (
	"path"
	"slices"
	"strings"

	"curfew/messages/text"
)

// pathFirst matches a command that begins with the path of a program, and wordFirst one that begins with a plain word.
// Neither matches a quoted word, a variable or the definition of a function.
var (
	pathFirst = text.Pattern(`^\s*(\.{0,2}/[A-Za-z0-9._/+-]+)(\s|$|[;&|<>])`)
	wordFirst = text.Pattern(`^\s*([A-Za-z_0-9][A-Za-z0-9_.+-]*)(\s*$|\s+[^\s(]|\s*[;&|<>\n])`)
	digits    = text.Pattern(`^[0-9]+$`)
)

// shells are the shells that look up the first word of a command as sh does.
var shells = []string{"sh", "dash", "ash", "bash", "ksh", "mksh", "zsh"}

// ofShells are words that at least one of these shells handles itself.
var ofShells = strings.Fields(`
	alias autoload bg bind break builtin caller case cd chdir command compgen complete continue coproc declare dirs disown do done
	echo elif else emulate enable end esac eval exec exit export false fc fg fi float for foreach function getopts hash help history
	if in integer jobs kill let local logout mapfile noglob popd print printf pushd pwd read readarray readonly repeat return select
	set setopt shift shopt source suspend test then time times trap true type typeset ulimit umask unalias unset unsetopt until
	wait whence while zmodload`)

// firstProgram is the program that a command line begins with; empty: it does not begin with one, or that cannot be
// known.
func firstProgram(command, shell string) string {
	if found := pathFirst().FindStringSubmatch(command); found != nil {
		return found[1]
	}
	found := wordFirst().FindStringSubmatch(command)
	if found == nil || !slices.Contains(shells, path.Base(shell)) || slices.Contains(ofShells, found[1]) || digits().MatchString(found[1]) {
		return ""
	}
	return found[1]
}
