#include "audit/proof/note.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/status_matchers.h"

namespace evident::audit {
namespace {

const std::string kDash = "\xe2\x80\x94 ";

NoteSigner Signer(const std::string& name = "test.example/1", char seed = 's') {
  return *NoteSigner::FromSeed(name, std::string(32, seed));
}

// The signature line of `signer` under `text`.
std::string LineOf(const NoteSigner& signer, const std::string& text) {
  const std::string note = *signer.Sign(text);
  return note.substr(text.size() + 1);
}

TEST(NoteTest, KeysAndSignaturesReadBack) {
  const NoteSigner signer = Signer();
  EVIDENT_ASSERT_OK_AND_ASSIGN(const NoteSigner again, NoteSigner::Parse(signer.ToText()));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const NoteVerifier key,
                               NoteVerifier::Parse(signer.verifier().ToText()));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string note, again.Sign("one\n\ntwo\n"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const OpenedNote opened, OpenNote(note, {&key, 1}));
  EXPECT_EQ(opened.text, "one\n\ntwo\n");
  EXPECT_EQ(opened.verified.size(), 1u);
  EXPECT_EQ(opened.unknown, 0u);
}

// The note of the documentation of Go's golang.org/x/mod/sumdb/note.
TEST(NoteTest, OpensANoteMadeByGo) {
  const std::string text =
      "If you think cryptography is the answer to your problem,\n"
      "then you don't know what your problem is.\n";
  const std::string note =
      text + "\n" + kDash +
      "PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2p"
      "ZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const NoteVerifier key,
      NoteVerifier::Parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const OpenedNote opened, OpenNote(note, {&key, 1}));
  EXPECT_EQ(opened.text, text);
  EVIDENT_ASSERT_OK_AND_ASSIGN(
      const NoteSigner signer,
      NoteSigner::Parse(
          "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string made, signer.Sign(text));
  EXPECT_EQ(made, note);
}

TEST(NoteTest, RefusesWhatIsNoNote) {
  const std::string line = LineOf(Signer(), "text\n");
  const std::string good = "text\n\n" + line;
  EVIDENT_ASSERT_OK(ParseNote(good));
  const std::pair<const char*, std::string> kBad[] = {
      {"nothing", ""},
      {"no signature", "text\n"},
      {"an empty line and no signature", "text\n\n"},
      {"no text", "\n\n" + line.substr(0, 0)},
      {"no empty line", "text\n" + line},
      {"no final newline", good.substr(0, good.size() - 1)},
      {"a line behind the signatures", good + "x\n"},
      {"an empty line behind the signatures", good + "\n"},
      {"a control character", "te\x01xt\n\n" + line},
      {"a carriage return", "text\r\n\n" + line},
      {"a tab", "te\txt\n\n" + line},
      {"broken UTF-8", "\xff\n\n" + line},
      {"a hyphen for the dash", "text\n\n- " + line.substr(kDash.size())},
      {"no name", "text\n\n" + kDash + " AAAAAAA=\n"},
      {"no base64", "text\n\n" + kDash + "name\n"},
      {"two spaces", "text\n\n" + kDash + "name  AAAAAAA=\n"},
      {"a plus in the name", "text\n\n" + kDash + "na+me AAAAAAA=\n"},
      {"a no-break space in the name", "text\n\n" + kDash + "na\xc2\xa0me AAAAAAA=\n"},
      {"a line separator in the name", "text\n\n" + kDash + "na\xe2\x80\xa8me AAAAAAA=\n"},
      {"base64 without padding", "text\n\n" + kDash + "name AAAAAAA\n"},
      {"base64 with stray bits", "text\n\n" + kDash + "name AAAAAAB=\n"},
      {"a key id and no signature", "text\n\n" + kDash + "name AAAAAA==\n"}};
  for (const auto& [what, bad] : kBad) {
    EXPECT_THAT(ParseNote(bad), HasReason("NOTE_MALFORMED")) << what;
  }
}

TEST(NoteTest, KeepsItsCaps) {
  const std::string line = LineOf(Signer(), "text\n");
  std::string note = "text\n\n";
  for (size_t i = 0; i < kNoteSignaturesMax; ++i) note += line;
  EVIDENT_EXPECT_OK(ParseNote(note));
  EXPECT_THAT(ParseNote(note + line), HasReason("NOTE_TOO_LARGE"));
  EXPECT_THAT(ParseNote(std::string(kNoteBytesMax, 'x') + "\n\n" + line),
              HasReason("NOTE_TOO_LARGE"));
}

TEST(NoteTest, SkipsUnknownKeysAndFailsOnAKnownOneThatDoesNotVerify) {
  const std::string text = "text\n";
  const NoteSigner ours = Signer();
  std::string note = text + "\n";
  for (char seed = 'a'; seed < 'q'; ++seed) note += LineOf(Signer("witness.example", seed), text);
  note += LineOf(ours, text);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const OpenedNote opened, OpenNote(note, {&ours.verifier(), 1}));
  EXPECT_EQ(opened.unknown, 16u);
  EXPECT_EQ(opened.verified.size(), 1u);

  const NoteVerifier stranger = Signer("other.example/1").verifier();
  EXPECT_THAT(OpenNote(note, {&stranger, 1}), HasReason("SIGNATURE_MISSING"));
  const NoteVerifier both[] = {Signer("witness.example", 'c').verifier(), ours.verifier()};
  EVIDENT_ASSERT_OK_AND_ASSIGN(const OpenedNote two, OpenNote(note, both));
  EXPECT_EQ(two.verified.size(), 2u);
  // Both lines are still there, one of them over another text.
  const std::string mixed =
      text + "\n" + LineOf(Signer("witness.example", 'c'), "other\n") + LineOf(ours, text);
  EXPECT_THAT(OpenNote(mixed, both), HasReason("SIGNATURE_INVALID"));
}

TEST(NoteTest, VerifiesTimestampedCosignatures) {
  const std::string text = "demo.example/1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
  const NoteSigner signer = Signer("witness.example");
  const std::string signed_text = "cosignature/v1\ntime 1700000000\n" + text;
  EVIDENT_ASSERT_OK_AND_ASSIGN(const Note inner, ParseNote(*signer.Sign(signed_text)));
  std::string signature;
  AppendU64(signature, 1'700'000'000);
  signature += inner.signatures[0].signature;
  EVIDENT_ASSERT_OK_AND_ASSIGN(const NoteVerifier key,
                               NoteVerifier::Create("witness.example", NoteKeyType::kCosignatureV1,
                                                    signer.verifier().public_key()));
  EXPECT_TRUE(key.Verifies(text, signature));
  EXPECT_FALSE(key.Verifies(text, signature.substr(8)));
  signature[7] = static_cast<char>(signature[7] ^ 1);
  EXPECT_FALSE(key.Verifies(text, signature));
  EXPECT_NE(key.key_id(), signer.verifier().key_id());
  EVIDENT_ASSERT_OK_AND_ASSIGN(const NoteVerifier again, NoteVerifier::Parse(key.ToText()));
  EXPECT_EQ(again.type(), NoteKeyType::kCosignatureV1);
}

TEST(NoteTest, RefusesKeysThatAreNotTheOneSpelling) {
  const std::string key = Signer().verifier().ToText();
  const std::string secret = Signer().ToText();
  std::string other_id = key;
  other_id[std::string("test.example/1+").size()] ^= 1;
  for (const std::string& bad :
       {std::string(), std::string("name"), std::string("name+00000000+AAAA"), other_id, key + "=",
        "x" + key, key.substr(0, key.size() - 4), secret}) {
    EXPECT_THAT(NoteVerifier::Parse(bad), HasReason("VERIFIER_KEY_MALFORMED")) << bad;
  }
  for (const std::string& bad :
       {std::string(), key, secret.substr(1), secret + "A", secret + "\n"}) {
    const auto parsed = NoteSigner::Parse(bad);
    EXPECT_THAT(parsed, HasReason("SIGNER_KEY_MALFORMED"));
    EXPECT_EQ(parsed.status().message().find(secret.substr(40)), std::string::npos);
  }
  EXPECT_THAT(NoteSigner::FromSeed("name", "short"), HasReason("SIGNER_KEY_MALFORMED"));
  EXPECT_THAT(NoteSigner::FromSeed("na me", std::string(32, 's')),
              HasReason("SIGNER_KEY_MALFORMED"));
}

TEST(NoteTest, SignsOnlyWhatANoteCanHold) {
  for (const char* bad : {"", "text", "te\x02xt\n", "\xc3\n"}) {
    EXPECT_THAT(Signer().Sign(bad), HasReason("NOTE_MALFORMED"));
  }
}

}  // namespace
}  // namespace evident::audit
