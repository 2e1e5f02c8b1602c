// Package signin notices that somebody has signed in with a program that keeps its sign-in itself, such as an agent CLI.
// While the gate of a session is closed it looks at files, and asks questions, of the session's signed_in_when. It decides
// nothing about gates: it signs in by the ordinary door, as a person does who says so, and one run proves it.
//
// A file counts as a sign-in when its content is another one than at the close, also if that was before a restart. The
// content with which a gate was closed, and one that was used to sign in, are never used again in the same outage: a
// program that writes its file while its attempt fails opens nothing. The answer yes of a question is used once, until it
// has been no.
package signin
