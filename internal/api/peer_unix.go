//go:build linux || darwin

package api

import "net"

// peer is the user at the other end of a socket, as the system saw them connect.
func peer(c *net.UnixConn) (uid uint32, ok bool) {
	raw, err := c.SyscallConn()
	if err != nil {
		return 0, false
	}
	var asked error
	err = raw.Control(func(fd uintptr) { uid, asked = peerOf(int(fd)) })
	return uid, err == nil && asked == nil
}
