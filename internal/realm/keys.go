package realm

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/crypto/nacl/box"

	"curfew/bus/durable"
	"curfew/messages"
)

// Keys are the key pair of a node. What is secret is sealed for a node with its public key, and by a node with its private
// one: who opens it knows who sealed it. The private key does not leave the node's file.
type Keys struct {
	public, private *[messages.NodeKeyBytes]byte
}

// OpenKeys reads a node's keys, or makes them at its first start. The file is readable by its owner only.
func OpenKeys(path string) (k Keys, err error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if k.public, k.private, err = box.GenerateKey(rand.Reader); err == nil {
			err = durable.Replace(path, []byte(base64.StdEncoding.EncodeToString(k.private[:])+"\n"))
		}
	} else if err == nil {
		k, err = readKeys(string(raw))
	}
	if err == nil {
		err = os.Chmod(path, 0o600)
	}
	if err != nil {
		return Keys{}, fmt.Errorf("realm: the key of this node, %s: %w", path, err)
	}
	return k, nil
}

// errNoKey does not say what the file holds.
var errNoKey = errors.New("this is not a key: remove the file, and the next start makes another one")

func readKeys(text string) (k Keys, err error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(raw) != messages.NodeKeyBytes {
		return k, errNoKey
	}
	private, err := ecdh.X25519().NewPrivateKey(raw)
	if err != nil {
		return k, errNoKey
	}
	k.private, k.public = (*[messages.NodeKeyBytes]byte)(raw), (*[messages.NodeKeyBytes]byte)(private.PublicKey().Bytes())
	return k, nil
}

// Public is the key with which others seal for this node.
func (k Keys) Public() []byte { return k.public[:] }

// nonceBytes is the length of what stands before a sealed text: no two have the same.
const nonceBytes = 24

// errNotSealed means that something was not sealed for this node by the node that is said to have sent it.
var errNotSealed = errors.New("realm: it was not sealed for this node by the one that sent it")

// seal seals a text for the node with that public key.
func (k Keys) seal(text, public []byte) ([]byte, error) {
	if len(public) != messages.NodeKeyBytes {
		return nil, errors.New("realm: the other node has no key")
	}
	var nonce [nonceBytes]byte
	if _, err := rand.Read(nonce[:]); err != nil {
		return nil, err
	}
	return box.Seal(nonce[:], text, &nonce, (*[messages.NodeKeyBytes]byte)(public), k.private), nil
}

// open opens what the node with that public key has sealed for this one.
func (k Keys) open(sealed, public []byte) ([]byte, error) {
	if len(sealed) < nonceBytes || len(public) != messages.NodeKeyBytes {
		return nil, errNotSealed
	}
	text, ok := box.Open(nil, sealed[nonceBytes:], (*[nonceBytes]byte)(sealed), (*[messages.NodeKeyBytes]byte)(public), k.private)
	if !ok {
		return nil, errNotSealed
	}
	return text, nil
}
