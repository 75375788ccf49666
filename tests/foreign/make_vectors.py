#!/usr/bin/env python3
"""Makes tests/foreign/vectors anew: receipts of a real server, and what becomes of them when they are damaged, mixed up,
spelled otherwise, or signed by the log over what no log may sign. manifest.json says of each case what it is, its files,
whether the receipt holds, and else for which of the reasons of docs/formats/receipt.md it fails.

  EVIDENT_BIN_DIR=build/bin tests/foreign/make_vectors.py

Every run makes another log with another key. The key is thrown away with the log, so that nobody signs with it later.
"""

import base64
import json
import pathlib
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "end_to_end"))

from installation import EVIDENT, Installation, run  # noqa: E402
from receipt_parts import (ANSWER_SALT, ENTRY, LEAF, ORIGIN_LINE, ROOT_LINE, SIGNATURE_LINE, SIZE_LINE,  # noqa: E402
                           Parts, Signer, field, flip, other_letter, stray_bit, varint)

FOLDER = HERE / "vectors"
LOG, OTHER = "vectors.example", "other.example"
ANSWERED = "first.answer"


class Vectors:
    """The sound receipts that all else is made from, and the cases so far."""

    def __init__(self, signer, first, second, item, refused):
        self.signer, self.other = signer, Signer.new(OTHER + "/1")
        self.first, self.second, self.item, self.refused = first, second, item, refused
        self.cases = []
        self.files = {}  # by content

    def add(self, name, what, receipt, reason=None, key="log.verifier", answer=ANSWERED, request=None):
        """A case; without a reason it holds. `receipt` is bytes, or Parts to be encoded."""
        content = receipt.encode() if isinstance(receipt, Parts) else receipt
        file = self.files.setdefault(content, name + ".receipt")
        (FOLDER / file).write_bytes(content)
        files = {"key": key, "answer": answer, "receipt": file}
        if request:
            files["request"] = request
        verdict = {"verdict": "fails", "reason": reason} if reason else {"verdict": "holds"}
        self.cases.append({"name": name, "what": what, **files, **verdict})

    def entry(self, log=LOG + ".1", form="decisions", index=None):
        """A name like that of the first entry."""
        return "%s/%s-%d" % (form, log, self.first.index() if index is None else index)


def add_sound(made):
    made.add("first", "a question in words, with its request", made.first, request="first.request")
    made.add("second", "a question of concepts and facts, with its request", made.second, answer="second.answer",
             request="second.request")
    made.add("item", "an item of a batch, without its request", made.item, answer="item.answer")
    made.add("refused", "a refused question, which got no answer", made.refused, answer=None)
    made.add("alone", "a log of one entry: an empty proof", made.first.moved(made.signer, 0, 1))
    made.add("right_edge", "the last leaf, behind a full tree of 2^40: a proof of one hash",
             made.first.moved(made.signer, 2 ** 40, 2 ** 40 + 1))
    made.add("deep", "a leaf deep in a log of 2^41 + 77 entries",
             made.first.moved(made.signer, 2 ** 40 + 12345, 2 ** 41 + 77))


def add_damaged_entry_and_leaf(made):
    first = made.first
    for name, what, entry, reason in (
            ("form", "a letter of the form of the entry's name", "e" + first.entry[1:], "ENTRY_NAME_INVALID"),
            ("log", "a letter of the log in the entry's name", first.entry.replace("/v", "/w"), "ORIGIN_MISMATCH"),
            ("index", "a digit of the index in the entry's name", made.entry(index=first.index() ^ 1), "PROOF_INVALID"),
            ("index_spelling", "a zero in front of the index", first.entry.replace(".1-", ".1-0"), "ENTRY_NAME_INVALID")):
        made.add("damaged_entry_" + name, what, first.but(entry=entry), reason)
    for name, at, reason in (
            ("magic", 0, "LEAF_MALFORMED"), ("status", 5, "PROOF_INVALID"), ("reserved", 7, "LEAF_MALFORMED"),
            ("rpc", 9, "PROOF_INVALID"), ("time", 23, "PROOF_INVALID"), ("release", 24, "PROOF_INVALID"),
            ("request_commitment", 56, "PROOF_INVALID"), ("answer_commitment", 119, "PROOF_INVALID"),
            ("body_hash", 151, "PROOF_INVALID"), ("detail", 152, "LEAF_MALFORMED"), ("end", 223, "LEAF_MALFORMED")):
        made.add("damaged_leaf_" + name, "byte %d of the leaf" % at, first.but(leaf=flip(first.leaf, at)), reason)


def add_damaged_rest(made):
    first = made.first
    for whose in ("request_salt", "answer_salt"):
        salt = getattr(first, whose)
        for name, at in (("", 0), ("_check", -1)):
            made.add("damaged_%s%s" % (whose, name), "byte %d of the %s" % (at % 36, whose.replace("_", " ")),
                     first.but(**{whose: flip(salt, at)}), "RECEIPT_MALFORMED")
    for name, at in (("first", 0), ("last", len(first.proof) - 1)):
        proof = tuple(flip(one, 0) if i == at else one for i, one in enumerate(first.proof))
        made.add("damaged_proof_" + name, "the %s hash of the proof" % name, first.but(proof=proof), "PROOF_INVALID")
    renamed = first.with_line(SIGNATURE_LINE, lambda line: line.replace(" v", " w"))
    for name, what, receipt, reason in (
            ("origin", "the checkpoint's origin", first.with_line(ORIGIN_LINE, lambda line: "w" + line[1:]),
             "SIGNATURE_INVALID"),
            ("size", "the checkpoint's size", first.with_line(SIZE_LINE, lambda line: str(int(line) ^ 1)),
             "SIGNATURE_INVALID"),
            ("root", "the checkpoint's root", first.with_line(ROOT_LINE, lambda line: other_letter(line, 20)),
             "SIGNATURE_INVALID"),
            ("dash", "the dash of the signature line",
             first.with_line(SIGNATURE_LINE, lambda line: line.replace("\u2014", "\u2015")), "NOTE_MALFORMED"),
            ("name", "the name in the signature line", renamed, "SIGNATURE_UNKNOWN"),
            ("key_id", "the key id in the signature line", first.with_signature(lambda text: other_letter(text, 1)),
             "SIGNATURE_UNKNOWN"),
            ("signature", "the signature", first.with_signature(lambda text: other_letter(text, 40)), "SIGNATURE_INVALID")):
        made.add("damaged_checkpoint_" + name, what, receipt, reason)
    answer = (FOLDER / ANSWERED).read_bytes()
    for name, what, content in (("begin", "the first byte of the answer", flip(answer, 0)),
                                ("middle", "a byte within the answer", flip(answer, len(answer) // 2)),
                                ("end", "the last byte of the answer", flip(answer, -1)),
                                ("shorter", "the last byte of the answer cut off", answer[:-1]),
                                ("longer", "a newline behind the answer", answer + b"\n")):
        file = "damaged_%s.answer" % name
        (FOLDER / file).write_bytes(content)
        made.add("damaged_answer_" + name, what, first, "ANSWER_MISMATCH", answer=file)


def add_mixed_up(made):
    """Sound pieces that do not belong together."""
    first, second, refused = made.first, made.second, made.refused
    (FOLDER / "empty.answer").write_bytes(b"")
    for name, what, receipt, answer in (
            ("answer_of_second", "another call's answer", first, "second.answer"),
            ("receipt_of_second", "another call's receipt", second, ANSWERED),
            ("no_answer", "an answered call that is said to have got no answer", first, None),
            ("empty_answer", "an answer of no bytes", first, "empty.answer"),
            ("answer_to_refused", "an answer to a call that was refused", refused, ANSWERED),
            ("empty_answer_to_refused", "an answer of no bytes to a call that was refused", refused, "empty.answer"),
            ("answer_salt_of_second", "another call's answer salt, sound in itself",
             first.but(answer_salt=second.answer_salt), ANSWERED)):
        made.add(name, what, receipt, "ANSWER_MISMATCH", answer=answer)
    made.add("request_of_second", "another call's request", first, "REQUEST_MISMATCH", request="second.request")
    made.add("request_salt_of_second", "another call's request salt, sound in itself",
             first.but(request_salt=second.request_salt), "REQUEST_MISMATCH", request="first.request")
    for name, what, receipt, reason in (
            ("leaf_of_second", "another call's leaf", first.but(leaf=second.leaf), "PROOF_INVALID"),
            ("checkpoint_of_second", "a later checkpoint of the same log", first.but(checkpoint=second.checkpoint),
             "PROOF_INVALID"),
            ("entry_of_other", "the same index in another log", first.but(entry=made.entry(OTHER + ".1")),
             "ORIGIN_MISMATCH"),
            ("entry_of_next", "the same index in the next incarnation", first.but(entry=made.entry(LOG + ".2")),
             "ORIGIN_MISMATCH"),
            ("entry_of_read", "a decision that is named as if it were none", first.but(entry=made.entry(form="entries")),
             "ENTRY_NAME_MISMATCH"),
            ("entry_beyond", "an index that is the checkpoint's size", first.but(entry=made.entry(index=first.size())),
             "PROOF_INVALID")):
        made.add(name, what, receipt, reason)


def add_keys(made):
    """Keys that are not the log's, and several keys in one file."""
    text = made.signer.verifier()
    name, key_id, encoded = text.split("+", 2)
    namesake = Signer.new(name).verifier()
    other_digit = "1" if key_id[0] == "0" else "0"
    for key, what, content, reason in (
            ("other", "the key of another log", made.other.verifier(), "SIGNATURE_UNKNOWN"),
            ("renamed", "the log's public key under another log's name", made.signer.renamed(OTHER + "/1").verifier(),
             "SIGNATURE_UNKNOWN"),
            ("namesake", "another public key under the log's name", namesake, "SIGNATURE_UNKNOWN"),
            ("misnumbered", "the log's key with another key id", "+".join((name, other_digit + key_id[1:], encoded)),
             "VERIFIER_KEY_MALFORMED"),
            ("blank_line", "the log's key with an empty line behind it", text + "\n", "VERIFIER_KEY_MALFORMED"),
            ("replaced", "the log's key and the one that took over from it", text + "\n" + namesake, None),
            ("taking_over", "the log's key behind the one that it took over from", namesake + "\n" + text, None),
            ("twice", "the log's key twice", text + "\n" + text, "VERIFIER_KEY_MALFORMED"),
            ("beside_other", "the log's key and that of another log", text + "\n" + made.other.verifier(),
             "VERIFIER_KEY_MALFORMED")):
        (FOLDER / (key + ".verifier")).write_text(content + "\n")
        made.add("key_" + key, what, made.first, reason, key=key + ".verifier")
    (FOLDER / "log.verifier").write_text(text + "\n")


def add_other_spellings(made):
    """The same content in other bytes, or in bytes that are no receipt."""
    first, refused = made.first, made.refused
    entry, leaf, *rest = first.fields()
    name, rest, sound = first.entry.encode(), b"".join(rest), first.encode()
    length = varint(len(first.leaf))
    long_hash = first.but(proof=(first.proof[0] + b"\0", *first.proof[1:]))
    wrong_leaf = field(LEAF, flip(first.leaf, 60))
    longer = leaf[:1] + length[:-1] + bytes([length[-1] | 0x80, 0]) + first.leaf
    for case, what, receipt in (
            ("unknown_field", "an unknown field at the end", sound + field(15, b"x")),
            ("unknown_number", "an unknown field of a number at the end", sound + b"\x38\1"),
            ("repeated_field", "the entry's name twice", entry + sound),
            ("repeated_leaf", "the leaf twice, the first one wrong", entry + wrong_leaf + leaf + rest),
            ("out_of_order", "the leaf in front of the entry's name", leaf + entry + rest),
            ("wrong_wire_type", "the wire type of a number at the entry's name", b"\x08" + entry[1:] + leaf + rest),
            ("number", "a number in place of the entry's name", b"\x08\1" + leaf + rest),
            ("group", "a group in place of the entry's name", b"\x0b\x0c" + leaf + rest),
            ("longer_length", "a length with a byte more than it needs", entry + longer + rest),
            ("longer_tag", "a tag with a byte more than it needs", b"\x8a\0" + entry[1:] + leaf + rest),
            ("zero_behind", "a zero byte at the end", sound + b"\0"),
            ("newline_behind", "a newline at the end", sound + b"\n"),
            ("truncated", "the last byte cut off", sound[:-1]),
            ("truncated_length", "cut off within a length", entry + leaf[:2]),
            ("entry_not_utf8", "an entry's name that is not UTF-8", field(ENTRY, name[:-1] + b"\xff") + leaf + rest),
            ("hash_short", "a hash of 31 bytes", first.but(proof=(first.proof[0][:-1], *first.proof[1:]))),
            ("hash_long", "a hash of 33 bytes", long_hash),
            ("signed_hash_long", "a hash of 33 bytes, on the way to a root that is signed", long_hash.signed(made.signer)),
            ("proof_of_65", "65 hashes", first.but(proof=first.proof[:1] * 65)),
            ("salt_without_check", "a request salt of 32 bytes", first.but(request_salt=first.request_salt[:32])),
            ("salt_missing", "no request salt where the leaf has the commitment", first.but(request_salt=b""))):
        made.add(case, what, receipt, "RECEIPT_MALFORMED")
    head, tail = b"".join(refused.fields()[:3]), b"".join(refused.fields()[3:])
    unasked = refused.but(answer_salt=first.answer_salt)
    for case, what, receipt in (
            ("empty_field", "an answer salt of no bytes, written out", head + field(ANSWER_SALT, b"") + tail),
            ("salt_unasked", "an answer salt where the leaf has no commitment", unasked)):
        made.add(case, what, receipt, "RECEIPT_MALFORMED", answer=None)
    for case, what, receipt, reason in (
            ("nothing", "a receipt of no bytes", b"", "LEAF_MALFORMED"),
            ("leaf_longer", "a leaf of 225 bytes", first.but(leaf=first.leaf + b"\0"), "LEAF_MALFORMED"),
            ("checkpoint_missing", "no checkpoint", first.but(checkpoint=b""), "NOTE_MALFORMED"),
            ("hash_too_many", "a hash more behind the proof", first.but(proof=first.proof + (bytes(32),)), "PROOF_INVALID"),
            ("hash_in_front", "a hash more in front of the proof", first.but(proof=(bytes(32), *first.proof)), "PROOF_INVALID"),
            ("hash_too_few", "the proof without its last hash", first.but(proof=first.proof[:-1]), "PROOF_INVALID"),
            ("proof_reversed", "the proof from the root down", first.but(proof=first.proof[::-1]), "PROOF_INVALID")):
        made.add(case, what, receipt, reason)


def add_signatures(made):
    """Signature lines that are none, or not the log's alone."""
    first = made.first
    short = first.with_signature(lambda text: base64.b64encode(base64.b64decode(text)[:-1]).decode())
    unpadded = first.with_signature(lambda text: text.rstrip("="))
    line = first.checkpoint.decode().split("\n")[SIGNATURE_LINE]
    for name, what, receipt, reason in (
            ("stray_bits", "bits in the padding of the signature", first.with_signature(stray_bit), "NOTE_MALFORMED"),
            ("unpadded", "a signature without padding", unpadded, "NOTE_MALFORMED"),
            ("spaced", "two spaces in front of the signature", first.with_signature(lambda text: " " + text),
             "NOTE_MALFORMED"),
            ("missing", "no signature line", first.but(checkpoint=first.checkpoint[:-len(line.encode()) - 1]),
             "NOTE_MALFORMED"),
            ("short", "a signature of 63 bytes", short, "SIGNATURE_INVALID"),
            ("by_other", "a checkpoint of another log, signed by its key", first.signed(made.other), "SIGNATURE_UNKNOWN"),
            ("twice", "the signature line twice", first.but(checkpoint=first.checkpoint + (line + "\n").encode()),
             "RECEIPT_MALFORMED"),
            ("beside", "a line by a key that was not given beside the log's",
             first.but(checkpoint=first.checkpoint + made.other.line("any text\n").encode()), "SIGNATURE_UNKNOWN"),
            ("no_empty_line", "no empty line in front of the signature", first.signed(made.signer, note="{text}{line}"),
             "NOTE_MALFORMED"),
            ("and_empty_line", "an empty line behind the signature", first.signed(made.signer, note="{text}\n{line}\n"),
             "NOTE_MALFORMED"),
            ("without_newline", "no newline behind the signature", first.but(checkpoint=first.checkpoint[:-1]),
             "NOTE_MALFORMED"),
            ("other_end", "a space in place of the last newline", first.but(checkpoint=first.checkpoint[:-1] + b" "),
             "NOTE_MALFORMED")):
        made.add("signature_" + name, what, receipt, reason)


def add_wrongly_signed(made):
    """What the log's own key signed, and a verifier must refuse all the same."""
    first, signer = made.first, made.signer
    for name, what, text, reason in (
            ("size_with_zero", "a size with a zero in front", "{origin}\n0{size}\n{root}\n", "CHECKPOINT_MALFORMED"),
            ("size_with_sign", "a size with a sign", "{origin}\n+{size}\n{root}\n", "CHECKPOINT_MALFORMED"),
            ("extension_line", "a fourth line", "{origin}\n{size}\n{root}\nmore\n", "CHECKPOINT_MALFORMED"),
            ("two_paragraphs", "an empty line in the text", "{origin}\n{size}\n{root}\n\nmore\n", "CHECKPOINT_MALFORMED"),
            ("root_unpadded", "a root without padding", "{origin}\n{size}\n{root:.43}\n", "CHECKPOINT_MALFORMED"),
            ("root_stray_bits", "bits in the padding of the root", "{origin}\n{size}\n{stray}\n", "CHECKPOINT_MALFORMED"),
            ("root_of_33", "a root of 33 bytes", "{origin}\n{size}\n{root:.43}A\n", "CHECKPOINT_MALFORMED"),
            ("no_incarnation", "an origin without an incarnation", LOG + "\n{size}\n{root}\n", "CHECKPOINT_MALFORMED"),
            ("origin_of_other", "another log's name", OTHER + "/1\n{size}\n{root}\n", "ORIGIN_MISMATCH"),
            ("carriage_return", "a carriage return", "{origin}\r\n{size}\n{root}\n", "NOTE_MALFORMED")):
        made.add("signed_" + name, what + " in the checkpoint's text", first.signed(signer, text=text), reason)
    for name, what, sound, answer, at, byte in (
            ("kind_0", "a leaf of kind 0", made.refused, None, 4, 0),
            ("kind_14", "a leaf of kind 14", made.refused, None, 4, 14),
            ("time", "a leaf with a time of 2^63 or more", first, ANSWERED, 16, 0x80),
            ("reserved_7", "a leaf with a reserved byte", first, ANSWERED, 7, 1),
            ("reserved_11", "a leaf with another reserved byte", first, ANSWERED, 11, 1),
            ("detail", "a decision's leaf with a detail", first, ANSWERED, 223, 1)):
        leaf = sound.leaf[:at] + bytes([byte]) + sound.leaf[at + 1:]
        made.add("signed_" + name, what + ", proven and signed", sound.but(leaf=leaf).signed(signer), "LEAF_MALFORMED",
                 answer=answer)
    made.add("signed_beyond", "an index that is the checkpoint's size, and a root that it leads to",
             first.moved(signer, 12, 12), "PROOF_INVALID")
    for name, what, incarnation, reason in (
            ("high_incarnation", "an incarnation of 2^32 in every name", "4294967296", "CHECKPOINT_MALFORMED"),
            ("spelled_incarnation", "an incarnation of 01 in every name", "01", "CHECKPOINT_MALFORMED")):
        namesake = signer.renamed("%s/%s" % (LOG, incarnation))
        (FOLDER / (name + ".verifier")).write_text(namesake.verifier() + "\n")
        made.add(name, what, first.but(entry=made.entry("%s.%s" % (LOG, incarnation))).signed(namesake), reason,
                 key=name + ".verifier")


def ask(site, folder):
    """Four receipts of a server: of a question in words, one of concepts, and a batch of one answered and one refused."""
    def done(code, *words):
        printed = site.evident("admin", *words)
        if printed.code != code:
            raise SystemExit("%s: %s" % (words, printed.err))
        return printed.out

    if run(EVIDENT, "pack", "new", "vectors", folder / "pack").code != 0:
        raise SystemExit("no pack")
    done(0, "pack", "import", folder / "pack")
    about = ("--concept", "our-condition", "--summary", "--save")
    # The first answer is asked for again later on, so that its proof goes to both sides.
    again = ("ask", "What is to be done with a score of 2?", "--request-id", "visit-1", *about, folder / "first")
    done(0, *again)
    for _ in range(5):
        done(0, "status")
    done(0, *again)
    done(0, "recommend", "--fact", "score=6", *about, folder / "second")
    (folder / "batch").write_text('{"facts": {"score": 3}}\n{"facts": {"score": 11}}\n')
    lines = done(3, "--output", "json", "batch", folder / "batch", *about, folder)
    (folder / "0.answer").rename(folder / "item.answer")
    first, second, item = (Parts.read((folder / (name + ".receipt")).read_bytes()) for name in ("first", "second", "0"))
    return first, second, item, Parts.from_json(json.loads(lines.splitlines()[1])["receipt"])


def main():
    with tempfile.TemporaryDirectory(prefix="evident-vectors-") as made:
        folder = pathlib.Path(made)
        site = Installation(folder / "site", LOG)
        site.start()
        try:
            receipts = ask(site, folder)
        finally:
            site.stop()
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir()
        for name in ("first.answer", "first.request", "second.answer", "second.request", "item.answer"):
            shutil.copyfile(folder / name, FOLDER / name)
        vectors = Vectors(Signer.read((site.path / "log.key").read_text()), *receipts)
    for add in (add_sound, add_damaged_entry_and_leaf, add_damaged_rest, add_mixed_up, add_keys, add_other_spellings,
                add_signatures, add_wrongly_signed):
        add(vectors)
    (FOLDER / "manifest.json").write_text(json.dumps({"cases": vectors.cases}, indent=1) + "\n")
    print("%d cases" % len(vectors.cases))


if __name__ == "__main__":
    main()
