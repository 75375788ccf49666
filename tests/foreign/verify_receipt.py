#!/usr/bin/env python3
"""Verifies a receipt of an Evident log offline and with none of Evident's code, as the pages receipt.md, leaf.md and
merkle-note-checkpoint.md of docs/formats say.

  verify_receipt.py [--request FILE] VERIFIER_KEY_FILE ANSWER RECEIPT
  verify_receipt.py [--request FILE] --no-answer VERIFIER_KEY_FILE RECEIPT

Exit code 0: the receipt holds. 1: it does not, and one line on standard error says why, with a reason of receipt.md first.
2: the command's own words are wrong, or the package cryptography is missing, which does Ed25519 and nothing else.
"""

import argparse
import base64
import binascii
import hashlib
import hmac
import pathlib
import re
import sys
import zlib

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    print("verify_receipt: the Python package cryptography is missing (Debian: python3-cryptography)", file=sys.stderr)
    sys.exit(2)

RECEIPT_BYTES_MAX = 16 * 1024
PROOF_HASHES_MAX = 64
FIELDS = ("entry", "leaf", "request_salt", "answer_salt", "inclusion_proof", "checkpoint")
KINDS = range(1, 14)
DECISION = 1
DETAIL_BYTES = {5: 8, 7: 40, 9: 16, 10: 32, 11: 40, 12: 10, 13: 16}
NONE = bytes(32)
ORIGIN = re.compile(r"([a-z0-9.-]{1,100})/([1-9][0-9]{0,9})")
ENTRY = re.compile(r"(entries|decisions)/([a-z0-9.-]{1,100})\.([1-9][0-9]{0,9})-(0|[1-9][0-9]{0,19})")
SIZE = re.compile(r"0|[1-9][0-9]{0,19}")


class Refused(Exception):
    """Why the receipt does not hold."""

    def __init__(self, reason, why):
        super().__init__("%s: %s" % (reason, why))


def demand(holds, reason, why):
    if not holds:
        raise Refused(reason, why)


def malformed(holds, why):
    demand(holds, "RECEIPT_MALFORMED", "the receipt " + why)


# Step 1: the receipt's one spelling, and the leaf.

def read_length(data, at):
    """A varint in its shortest form, and where it ends."""
    value = 0
    for shift in range(0, 21, 7):  # more than enough for RECEIPT_BYTES_MAX
        malformed(at < len(data), "is cut off")
        byte, at = data[at], at + 1
        value |= (byte & 0x7f) << shift
        if byte < 0x80:
            malformed(byte or not shift, "has a length that could be shorter")
            return value, at
    raise Refused("RECEIPT_MALFORMED", "the receipt has a length without end")


def read_receipt(data):
    """Its fields by name, the proof as a list. A field that is there is not empty, and its tag is one byte."""
    malformed(len(data) <= RECEIPT_BYTES_MAX, "has more than %d bytes" % RECEIPT_BYTES_MAX)
    found = dict.fromkeys(FIELDS, b"")
    found["inclusion_proof"] = []
    at, last = 0, 0
    while at < len(data):
        tag, at = data[at], at + 1
        number, wire_type = tag >> 3, tag & 7
        malformed(tag < 0x80 and 1 <= number <= len(FIELDS), "has an unknown field, or one whose tag is not one byte")
        malformed(wire_type == 2, "has a field of the wrong wire type")
        name = FIELDS[number - 1]
        malformed(number > last or number == last and name == "inclusion_proof", "has a field twice, or out of order")
        last = number
        length, at = read_length(data, at)
        malformed(0 < length <= len(data) - at, "is cut off, or has an empty field")
        value, at = data[at:at + length], at + length
        if name == "inclusion_proof":
            found[name].append(value)
        else:
            found[name] = value
    malformed(all(len(one) == 32 for one in found["inclusion_proof"]), "has a hash that is not 32 bytes")
    malformed(len(found["inclusion_proof"]) <= PROOF_HASHES_MAX, "has a proof that is too long")
    try:
        found["entry"] = found["entry"].decode()
    except UnicodeDecodeError:
        raise Refused("RECEIPT_MALFORMED", "the receipt has an entry name that is not UTF-8") from None
    return found


def check_leaf(leaf):
    """Its kind, request commitment and answer commitment."""
    demand(len(leaf) == 224 and leaf[:4] == b"EVL1", "LEAF_MALFORMED", "the leaf has another length or magic")
    kind = leaf[4]
    demand(kind in KINDS, "LEAF_MALFORMED", "the leaf has an unknown kind")
    unused = leaf[7:8] + leaf[10:12] + leaf[152 + DETAIL_BYTES.get(kind, 0):]
    demand(not any(unused), "LEAF_MALFORMED", "the leaf is not zero where it must be")
    demand(leaf[16] < 0x80, "LEAF_MALFORMED", "the leaf has a time past the last one that can be")
    return kind, leaf[56:88], leaf[88:120]


# Step 2: the signed checkpoint.

def decode_base64(text):
    """None unless `text` is the one padded spelling of its bytes."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data).decode() == text else None


class VerifierKey:
    """name+key id+base64(type || public key), of type 1: Ed25519."""

    def __init__(self, text):
        self.name, _, rest = text.partition("+")
        hex_id, _, encoded = rest.partition("+")
        data = decode_base64(encoded) or b""
        self.key_id = hashlib.sha256(self.name.encode() + b"\n" + data).digest()[:4]
        demand(len(data) == 33 and data[0] == 1 and self.key_id.hex() == hex_id, "VERIFIER_KEY_MALFORMED",
               "the verifier key is none, or its id is not that of its name and bytes")
        self.public = Ed25519PublicKey.from_public_bytes(data[1:])


class LogKeys:
    """The keys of one log, one a line: the one that signs, and those that signed before it."""

    def __init__(self, text):
        keys = [VerifierKey(line) for line in text.removesuffix("\n").split("\n")]
        self.name = keys[0].name
        self.by_id = {key.key_id: key for key in keys}
        demand(len(self.by_id) == len(keys) and all(key.name == self.name for key in keys), "VERIFIER_KEY_MALFORMED",
               "a verifier key is there twice, or of another log than the first")

    def find(self, name, key_id):
        return self.by_id.get(key_id) if name == self.name else None


def read_note(note):
    """Text and signatures (name, key id and signature) of a signed note. None of them has been verified."""
    def note_is(holds, why):
        demand(holds, "NOTE_MALFORMED", "the checkpoint's note " + why)

    try:
        text = note.decode()
    except UnicodeDecodeError:
        raise Refused("NOTE_MALFORMED", "the checkpoint's note is not UTF-8") from None
    note_is(all(char >= " " or char == "\n" for char in text), "has a control character")
    body, blank, lines = text.rpartition("\n\n")
    note_is(blank and lines.endswith("\n"), "has no signature behind an empty line, or something behind the last one")
    signatures = []
    for line in lines[:-1].split("\n"):
        dash, name, encoded = (line.split(" ") + ["", ""])[:3]
        data = decode_base64(encoded)
        note_is(line == " ".join((dash, name, encoded)) and dash == "\u2014" and name, "has a line that is no signature")
        note_is(data and len(data) >= 5, "has a signature that is not canonical base64")
        signatures.append((name, data[:4], data[4:]))
    return body + "\n", signatures


def read_checkpoint(note, keys):
    """Size and root that one of the keys signed, once and with nobody else."""
    text, signatures = read_note(note)
    for name, key_id, _ in signatures:
        demand(keys.find(name, key_id), "SIGNATURE_UNKNOWN", "the checkpoint is signed by another key")
    malformed(len(signatures) == 1, "has a checkpoint that is signed twice")
    try:
        keys.find(*signatures[0][:2]).public.verify(signatures[0][2], text.encode())
    except InvalidSignature:
        raise Refused("SIGNATURE_INVALID", "the checkpoint's signature does not verify") from None
    lines = text.split("\n")
    demand(len(lines) == 4, "CHECKPOINT_MALFORMED", "the checkpoint does not have three lines")
    origin, size, root = ORIGIN.fullmatch(lines[0]), lines[1], decode_base64(lines[2])
    demand(origin and int(origin.group(2)) < 2 ** 32, "CHECKPOINT_MALFORMED", "the checkpoint has no valid origin")
    demand(SIZE.fullmatch(size) and int(size) < 2 ** 64, "CHECKPOINT_MALFORMED", "the checkpoint has no valid size")
    demand(root and len(root) == 32, "CHECKPOINT_MALFORMED", "the checkpoint has no valid root")
    demand(lines[0] == keys.name, "ORIGIN_MISMATCH", "the checkpoint is of another log than the key")
    return int(size), root


# Step 3: the entry's name.

def check_entry(name, origin, is_decision):
    """The entry's index."""
    match = ENTRY.fullmatch(name)
    demand(match and int(match.group(3)) < 2 ** 32 and int(match.group(4)) < 2 ** 64, "ENTRY_NAME_INVALID",
           "%r names no entry" % name)
    form, log, incarnation, index = match.groups()
    demand(log + "/" + incarnation == origin, "ORIGIN_MISMATCH", "the entry is of another log than the checkpoint")
    demand((form == "decisions") == is_decision, "ENTRY_NAME_MISMATCH", "the entry is named for another kind of leaf")
    return int(index)


# Step 4: from the leaf to the root.

def root_over(leaf, index, size, proof):
    """The root of a tree of `size` leaves with `leaf` at `index`, by the proof: RFC 6962, section 2.1.1, read backwards."""
    if size == 1:
        demand(not proof, "PROOF_INVALID", "the proof has a hash too many")
        return hashlib.sha256(b"\0" + leaf).digest()
    demand(proof, "PROOF_INVALID", "the proof has a hash too few")
    left = 1 << (size - 1).bit_length() - 1
    if index < left:
        nodes = root_over(leaf, index, left, proof[:-1]) + proof[-1]
    else:
        nodes = proof[-1] + root_over(leaf, index - left, size - left, proof[:-1])
    return hashlib.sha256(b"\1" + nodes).digest()


# Steps 5 to 7: salts and commitments.

def read_salt(field, commitment, whose):
    malformed(bool(field) == (commitment != NONE), "has a %s salt without its commitment, or the reverse" % whose)
    salt, check = field[:32], field[32:]
    malformed(not field or check == zlib.crc32(salt).to_bytes(4, "big"), "has a %s salt that is not its check's" % whose)
    return salt


def commit(salt, domain, content):
    return NONE if content is None else hmac.digest(salt, domain + b"\0" + content, "sha256")


def verify(keys, receipt, answer, request=None):
    """Entry name, origin and checkpoint size. `answer` is None for a call without one, `request` when it is not at hand."""
    found = read_receipt(receipt)
    kind, request_commitment, answer_commitment = check_leaf(found["leaf"])
    size, root = read_checkpoint(found["checkpoint"], keys)
    index = check_entry(found["entry"], keys.name, kind == DECISION)
    demand(index < size, "PROOF_INVALID", "the entry is beyond the checkpoint")
    demand(root_over(found["leaf"], index, size, found["inclusion_proof"]) == root, "PROOF_INVALID",
           "the proof does not lead from the leaf to the checkpoint's root")
    request_salt = read_salt(found["request_salt"], request_commitment, "request")
    answer_salt = read_salt(found["answer_salt"], answer_commitment, "answer")
    demand(commit(answer_salt, b"evident/v1/answer", answer) == answer_commitment, "ANSWER_MISMATCH",
           "the answer is not the one that the entry commits to")
    demand(request is None or commit(request_salt, b"evident/v1/request", request) == request_commitment,
           "REQUEST_MISMATCH", "the request is not the one that the entry commits to")
    return found["entry"], keys.name, size


def main():
    words = argparse.ArgumentParser(usage=__doc__)
    words.add_argument("--no-answer", action="store_true")
    words.add_argument("--request", type=pathlib.Path)
    words.add_argument("files", type=pathlib.Path, nargs="+")
    given = words.parse_args()
    if len(given.files) != (2 if given.no_answer else 3):
        words.error("give VERIFIER_KEY_FILE ANSWER RECEIPT, or --no-answer VERIFIER_KEY_FILE RECEIPT")
    try:
        keys = LogKeys(given.files[0].read_bytes().decode("utf-8", "replace"))
        answer = None if given.no_answer else given.files[1].read_bytes()
        request = given.request.read_bytes() if given.request else None
        verified = verify(keys, given.files[-1].read_bytes(), answer, request)
    except (Refused, OSError) as why:
        sys.exit("verify_receipt: %s" % why)
    print("verified: %s, in the log %s of %d entries" % verified)


if __name__ == "__main__":
    main()
