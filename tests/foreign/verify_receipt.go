// verify_receipt verifies a receipt of an Evident log with none of Evident's code, offline, with golang.org/x/mod/sumdb and the pages
// docs/formats/receipt.md, leaf.md and merkle-note-checkpoint.md.
//
//	verify_receipt [--request FILE] VERIFIER_KEY_FILE ANSWER RECEIPT
//	verify_receipt [--request FILE] --no-answer VERIFIER_KEY_FILE RECEIPT
//
// Exit code 0: the receipt holds. 1: it does not, and one line on standard error says why. 2: the command's own words are wrong.
// Built on Debian 12 with golang-go and golang-golang-x-mod-dev, from this folder:
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build verify_receipt.go checkpoint.go
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"flag"
	"fmt"
	"hash/crc32"
	"os"
	"regexp"
	"strconv"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	receiptBytesMax = 16 << 10
	proofHashesMax  = 64
	leafBytes       = 224
	detailAt        = 152
	kindMax         = 13
	kindDecision    = 1
	saltBytes       = 32
	lengthDelimited = 2
)

// Bytes that the detail of a kind of leaf needs; behind them are zeros.
var detailBytes = map[byte]int{5: 8, 7: 40, 9: 16, 10: 32, 11: 40, 12: 10, 13: 16}

// Numbers of the receipt's fields.
const (
	fieldEntry = iota + 1
	fieldLeaf
	fieldRequestSalt
	fieldAnswerSalt
	fieldProof
	fieldCheckpoint
)

type receipt struct {
	fields [fieldCheckpoint + 1][]byte // by number; the proof apart
	proof  tlog.RecordProof
}

func malformed(why string) error { return refuse("RECEIPT_MALFORMED", "the receipt %s", why) }

// nextField takes the first field off the data. Its tag is one byte, its length a varint in the shortest form, and it is not empty.
func nextField(data []byte) (number int, value, rest []byte, err error) {
	tag := data[0]
	if tag >= 0x80 || tag>>3 < fieldEntry || tag>>3 > fieldCheckpoint {
		return 0, nil, nil, malformed("has an unknown field, or one whose tag is not one byte")
	}
	if tag&7 != lengthDelimited {
		return 0, nil, nil, malformed("has a field of the wrong wire type")
	}
	length, width := binary.Uvarint(data[1:])
	if width <= 0 || width > 1 && data[width] == 0 {
		return 0, nil, nil, malformed("has a length that is cut off or could be shorter")
	}
	rest = data[1+width:]
	if length == 0 || length > uint64(len(rest)) {
		return 0, nil, nil, malformed("is cut off, or has an empty field")
	}
	return int(tag >> 3), rest[:length], rest[length:], nil
}

// readReceipt takes a receipt's one spelling: fields in ascending order, each once but for the proof's hashes.
func readReceipt(data []byte) (*receipt, error) {
	if len(data) > receiptBytesMax {
		return nil, malformed("is too long")
	}
	read := &receipt{}
	for last := 0; len(data) > 0; {
		number, value, rest, err := nextField(data)
		if err != nil {
			return nil, err
		}
		if number < last || number == last && number != fieldProof {
			return nil, malformed("has a field twice, or out of order")
		}
		if number == fieldProof {
			if len(value) != tlog.HashSize || len(read.proof) == proofHashesMax {
				return nil, malformed("has a hash that is not 32 bytes, or too many of them")
			}
			var hash tlog.Hash
			copy(hash[:], value)
			read.proof = append(read.proof, hash)
		}
		read.fields[number], data, last = value, rest, number
	}
	if !utf8.Valid(read.fields[fieldEntry]) {
		return nil, malformed("has an entry name that is not UTF-8")
	}
	return read, nil
}

func allZero(data []byte) bool { return len(bytes.Trim(data, "\x00")) == 0 }

func checkLeaf(leaf []byte) error {
	wrong := func(why string) error { return refuse("LEAF_MALFORMED", "the leaf %s", why) }
	if len(leaf) != leafBytes || string(leaf[:4]) != "EVL1" {
		return wrong("has another length or magic")
	}
	kind := leaf[4]
	if kind == 0 || kind > kindMax {
		return wrong("has an unknown kind")
	}
	if leaf[7] != 0 || !allZero(leaf[10:12]) || !allZero(leaf[detailAt+detailBytes[kind]:]) {
		return wrong("is not zero where it must be")
	}
	if leaf[16] >= 0x80 {
		return wrong("has a time past the last one that can be")
	}
	return nil
}

// openReceiptNote takes a checkpoint that one key signed once and nobody else did: a changed byte in another line would go unnoticed.
func openReceiptNote(message []byte, keys logKeys) (tlog.Tree, error) {
	opened, err := openNote(message, keys)
	if err != nil {
		return tlog.Tree{}, err
	}
	if len(opened.UnverifiedSigs) > 0 {
		return tlog.Tree{}, refuse("SIGNATURE_UNKNOWN", "the checkpoint is signed by another key")
	}
	once := fmt.Sprintf("%s\n\u2014 %s %s\n", opened.Text, keys.name(), opened.Sigs[0].Base64)
	if once != string(message) {
		return tlog.Tree{}, malformed("has a checkpoint that is signed twice")
	}
	return readCheckpoint(opened.Text, keys.name())
}

var entryForm = regexp.MustCompile(`^(entries|decisions)/([a-z0-9.-]{1,100})\.([1-9][0-9]{0,9})-(0|[1-9][0-9]{0,19})$`)

// checkEntry tells the index of an entry whose name must fit the log and the leaf's kind.
func checkEntry(name, origin string, decision bool) (int64, error) {
	match := entryForm.FindStringSubmatch(name)
	if match == nil || !isIncarnation(match[3]) {
		return 0, refuse("ENTRY_NAME_INVALID", "%q names no entry", name)
	}
	index, err := strconv.ParseInt(match[4], 10, 64)
	if err != nil {
		return 0, refuse("ENTRY_NAME_INVALID", "%q is beyond any log", name)
	}
	if match[2]+"/"+match[3] != origin {
		return 0, refuse("ORIGIN_MISMATCH", "the entry is of another log than the checkpoint")
	}
	if (match[1] == "decisions") != decision {
		return 0, refuse("ENTRY_NAME_MISMATCH", "the entry is named for another kind of leaf")
	}
	return index, nil
}

// readSalt takes the check off a salt, which is there exactly when the leaf has the commitment.
func readSalt(field, commitment []byte, whose string) ([]byte, error) {
	if (len(field) > 0) == allZero(commitment) {
		return nil, malformed("has a " + whose + " salt without its commitment, or the reverse")
	}
	if len(field) == 0 {
		return nil, nil
	}
	if len(field) != saltBytes+4 || binary.BigEndian.Uint32(field[saltBytes:]) != crc32.ChecksumIEEE(field[:saltBytes]) {
		return nil, malformed("has a " + whose + " salt that is not its check's")
	}
	return field[:saltBytes], nil
}

// commits tells whether the leaf's commitment is to this content; nil is no content at all.
func commits(commitment, salt []byte, domain string, content []byte) bool {
	if content == nil {
		return allZero(commitment)
	}
	mac := hmac.New(sha256.New, salt)
	mac.Write([]byte(domain + "\x00"))
	mac.Write(content)
	return hmac.Equal(mac.Sum(nil), commitment)
}

func checkCommitments(read *receipt, answer, request []byte) error {
	leaf := read.fields[fieldLeaf]
	requestSalt, err := readSalt(read.fields[fieldRequestSalt], leaf[56:88], "request")
	if err != nil {
		return err
	}
	answerSalt, err := readSalt(read.fields[fieldAnswerSalt], leaf[88:120], "answer")
	if err != nil {
		return err
	}
	if !commits(leaf[88:120], answerSalt, "evident/v1/answer", answer) {
		return refuse("ANSWER_MISMATCH", "the answer is not the one that the entry commits to")
	}
	if request != nil && !commits(leaf[56:88], requestSalt, "evident/v1/request", request) {
		return refuse("REQUEST_MISMATCH", "the request is not the one that the entry commits to")
	}
	return nil
}

// verify follows the steps of receipt.md. A nil answer stands for a call that got none, a nil request for one that is not at hand.
func verify(keys logKeys, data, answer, request []byte) (string, error) {
	read, err := readReceipt(data)
	if err != nil {
		return "", err
	}
	leaf := read.fields[fieldLeaf]
	if err := checkLeaf(leaf); err != nil {
		return "", err
	}
	tree, err := openReceiptNote(read.fields[fieldCheckpoint], keys)
	if err != nil {
		return "", err
	}
	entry := string(read.fields[fieldEntry])
	index, err := checkEntry(entry, keys.name(), leaf[4] == kindDecision)
	if err != nil {
		return "", err
	}
	if err := tlog.CheckRecord(read.proof, tree.N, tree.Hash, index, tlog.RecordHash(leaf)); err != nil {
		return "", refuse("PROOF_INVALID", "%v", err)
	}
	if err := checkCommitments(read, answer, request); err != nil {
		return "", err
	}
	return fmt.Sprintf("verified: %s, in the log %s of %d entries", entry, keys.name(), tree.N), nil
}

// verifyFiles reads what verify needs; no path, no content.
func verifyFiles(keyFile string, receiptFile, answerFile, requestFile *string) (string, error) {
	keys, err := readKeys(keyFile)
	if err != nil {
		return "", err
	}
	var content [3][]byte
	for i, file := range []*string{receiptFile, answerFile, requestFile} {
		if file == nil {
			continue
		}
		// What ReadFile gives is never nil, however short the file.
		if content[i], err = os.ReadFile(*file); err != nil {
			return "", err
		}
	}
	return verify(keys, content[0], content[1], content[2])
}

func main() {
	noAnswer := flag.Bool("no-answer", false, "the call got no answer: give VERIFIER_KEY_FILE RECEIPT")
	var answer, request *string
	flag.Func("request", "file with the request's bytes", func(path string) error {
		request = &path
		return nil
	})
	flag.Parse()
	files := flag.Args()
	expected := 2
	if !*noAnswer {
		expected = 3
	}
	if len(files) != expected {
		flag.Usage()
		os.Exit(2)
	}
	if !*noAnswer {
		answer = &files[1]
	}
	verified, err := verifyFiles(files[0], &files[expected-1], answer, request)
	finish("verify_receipt", verified, err)
}
