"""A receipt taken apart, and put together again otherwise than a server would: for make_vectors.py."""

import base64
import dataclasses
import hashlib
import os
import typing

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import verify_receipt

ENTRY, LEAF, REQUEST_SALT, ANSWER_SALT, PROOF, CHECKPOINT = range(1, 7)

# The lines of a checkpoint's note.
ORIGIN_LINE, SIZE_LINE, ROOT_LINE, EMPTY_LINE, SIGNATURE_LINE = range(5)

BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def varint(value):
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7f | 0x80])
        value >>= 7
    return out + bytes([value])


def field(number, content):
    """A length-delimited field."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def flip(data, at):
    """The bytes with the lowest bit of one of them turned over."""
    at %= len(data)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def other_letter(text, at):
    """Base64 with another letter in one place."""
    return text[:at] + ("B" if text[at] == "A" else "A") + text[at + 1:]


def stray_bit(text):
    """Base64 padded by one `=`, with a bit in the padding that a lenient reader drops."""
    return text[:-2] + BASE64[BASE64.index(text[-2]) | 1] + "="


def path_length(index, size):
    """How many hashes lead from a leaf to the root."""
    length = 0
    while size > 1:
        left = 1 << (size - 1).bit_length() - 1
        index, size = (index, left) if index < left else (index - left, size - left)
        length += 1
    return length


@dataclasses.dataclass(frozen=True)
class Parts:
    entry: str
    leaf: bytes
    request_salt: bytes
    answer_salt: bytes
    proof: typing.Tuple[bytes, ...]
    checkpoint: bytes

    @classmethod
    def read(cls, receipt):
        found = verify_receipt.read_receipt(receipt)
        proof = tuple(found.pop("inclusion_proof"))
        return cls(proof=proof, **found)

    @classmethod
    def from_json(cls, receipt):
        """As `evident --output json` prints one."""
        taken = {name: base64.b64decode(receipt.get(name, ""))
                 for name in ("leaf", "request_salt", "answer_salt", "checkpoint")}
        proof = tuple(base64.b64decode(one) for one in receipt.get("inclusion_proof", []))
        return cls(entry=receipt["entry"], proof=proof, **taken)

    def but(self, **changes):
        return dataclasses.replace(self, **changes)

    def with_line(self, at, change):
        """With one line of the checkpoint's note changed."""
        lines = self.checkpoint.decode().split("\n")
        lines[at] = change(lines[at])
        return self.but(checkpoint="\n".join(lines).encode())

    def with_signature(self, change):
        """With the base64 of the signature changed."""
        def in_line(line):
            head, _, encoded = line.rpartition(" ")
            return "%s %s" % (head, change(encoded))
        return self.with_line(SIGNATURE_LINE, in_line)

    def fields(self):
        """The encoded fields, in order."""
        known = [(ENTRY, self.entry.encode()), (LEAF, self.leaf), (REQUEST_SALT, self.request_salt),
                 (ANSWER_SALT, self.answer_salt), *((PROOF, one) for one in self.proof), (CHECKPOINT, self.checkpoint)]
        return [field(number, content) for number, content in known if content]

    def encode(self):
        return b"".join(self.fields())

    def index(self):
        return int(self.entry.rpartition("-")[2])

    def size(self):
        return int(self.checkpoint.split(b"\n")[1])

    def signed(self, signer, text="{origin}\n{size}\n{root}\n", note="{text}\n{line}", size=None):
        """With a checkpoint over this very leaf and proof, signed by `signer`, whatever text and note are to look like."""
        size = size or self.size()
        over = verify_receipt.root_over(self.leaf, self.index(), size, list(self.proof))
        root = base64.b64encode(over).decode()
        text = text.format(origin=signer.name, size=size, root=root, stray=stray_bit(root))
        return self.but(checkpoint=note.format(text=text, line=signer.line(text)).encode())

    def moved(self, signer, index, size):
        """As if the leaf stood elsewhere, in a tree that never was."""
        proof = tuple(os.urandom(32) for _ in range(path_length(index, size)))
        entry = "%s-%d" % (self.entry.rpartition("-")[0], index)
        return self.but(entry=entry, proof=proof).signed(signer, size=size)


class Signer:
    """A key that signs notes."""

    def __init__(self, name, private):
        self.name = name
        self._private = private
        self.public = b"\1" + private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @classmethod
    def new(cls, name):
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def read(cls, text):
        """A log's signer key, PRIVATE+KEY+name+key id+base64(1 || seed)."""
        name, _, seed = text.strip().removeprefix("PRIVATE+KEY+").split("+", 2)
        return cls(name, Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed)[1:]))

    def renamed(self, name):
        return Signer(name, self._private)

    def key_id(self):
        return hashlib.sha256(self.name.encode() + b"\n" + self.public).digest()[:4]

    def verifier(self):
        """The verifier key's text."""
        return "%s+%s+%s" % (self.name, self.key_id().hex(), base64.b64encode(self.public).decode())

    def line(self, text):
        """The signature line under a text."""
        blob = self.key_id() + self._private.sign(text.encode())
        return "\u2014 %s %s\n" % (self.name, base64.b64encode(blob).decode())
