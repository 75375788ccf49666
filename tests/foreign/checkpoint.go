// What both Go programs of this folder need: a log's verifier key, its signed checkpoints, and how a check fails. The signed note
// itself is read by golang.org/x/mod/sumdb/note; what that package takes and Evident's formats do not is refused here.
package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A refusal says why something does not hold, with a reason of docs/formats/receipt.md.
type refusal struct{ reason, why string }

func (r *refusal) Error() string { return r.reason + ": " + r.why }

func refuse(reason, format string, words ...any) error {
	return &refusal{reason, fmt.Sprintf(format, words...)}
}

// finish prints what was verified, or in one line why nothing was, and ends the program with 0 or 1.
func finish(program, verified string, err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", program, err)
		os.Exit(1)
	}
	fmt.Println(verified)
}

// decodeBase64 takes the one padded spelling of some bytes.
func decodeBase64(text string) ([]byte, bool) {
	data, err := base64.StdEncoding.DecodeString(text)
	return data, err == nil && base64.StdEncoding.EncodeToString(data) == text
}

// logKeys are the keys of one log: the one that signs, and those that signed before it.
type logKeys []note.Verifier

func (keys logKeys) name() string { return keys[0].Name() }

// readKeys reads a verifier key's file: a key a line, all of one log, none twice.
func readKeys(path string) (logKeys, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var keys logKeys
	for _, line := range strings.Split(strings.TrimSuffix(string(file), "\n"), "\n") {
		key, err := readKey(line)
		if err != nil {
			return nil, err
		}
		for _, known := range keys {
			if known.Name() != key.Name() || known.KeyHash() == key.KeyHash() {
				return nil, refuse("VERIFIER_KEY_MALFORMED", "a verifier key is there twice, or of another log than the first")
			}
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// readKey reads name+key id+base64. Only the one spelling of a key is taken.
func readKey(text string) (note.Verifier, error) {
	key, err := note.NewVerifier(text)
	if err != nil {
		return nil, refuse("VERIFIER_KEY_MALFORMED", "%v", err)
	}
	prefix := fmt.Sprintf("%s+%08x+", key.Name(), key.KeyHash())
	if _, ok := decodeBase64(strings.TrimPrefix(text, prefix)); !ok || !strings.HasPrefix(text, prefix) {
		return nil, refuse("VERIFIER_KEY_MALFORMED", "the verifier key is not in its one spelling")
	}
	return key, nil
}

// openNote verifies what the keys signed. A note without any line by one of them is not refused: it has no Sigs then.
func openNote(message []byte, keys logKeys) (*note.Note, error) {
	opened, err := note.Open(message, note.VerifierList(keys...))
	var unverified *note.UnverifiedNoteError
	var invalid *note.InvalidSignatureError
	switch {
	case errors.As(err, &unverified):
		opened = unverified.Note
	case errors.As(err, &invalid):
		return nil, refuse("SIGNATURE_INVALID", "%v", err)
	case err != nil:
		return nil, refuse("NOTE_MALFORMED", "%v", err)
	}
	for _, line := range append(opened.Sigs, opened.UnverifiedSigs...) {
		if _, ok := decodeBase64(line.Base64); !ok {
			return nil, refuse("NOTE_MALFORMED", "the signature of %s is not canonical base64", line.Name)
		}
	}
	return opened, nil
}

var originForm = regexp.MustCompile(`^[a-z0-9.-]{1,100}/([1-9][0-9]{0,9})$`)

// readCheckpoint reads the text of a checkpoint that the key of `origin` signed. tlog counts in int64, as far as any log goes.
func readCheckpoint(text, origin string) (tlog.Tree, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 {
		return tlog.Tree{}, refuse("CHECKPOINT_MALFORMED", "the checkpoint does not have three lines")
	}
	match := originForm.FindStringSubmatch(lines[0])
	if match == nil || !isIncarnation(match[1]) {
		return tlog.Tree{}, refuse("CHECKPOINT_MALFORMED", "the checkpoint has no valid origin")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, refuse("CHECKPOINT_MALFORMED", "the checkpoint has no valid size")
	}
	root, ok := decodeBase64(lines[2])
	if !ok || len(root) != tlog.HashSize {
		return tlog.Tree{}, refuse("CHECKPOINT_MALFORMED", "the checkpoint has no valid root")
	}
	if lines[0] != origin {
		return tlog.Tree{}, refuse("ORIGIN_MISMATCH", "the checkpoint is of another log than the key")
	}
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree, nil
}

// isIncarnation tells whether digits without leading zeros are a number of 32 bits.
func isIncarnation(digits string) bool {
	_, err := strconv.ParseUint(digits, 10, 32)
	return err == nil
}
