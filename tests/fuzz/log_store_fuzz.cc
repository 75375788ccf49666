// What the audit log keeps beside leaves and bodies: keys, tiles, wrapped keys, guard, key file.
#include "audit/log/guard.h"
#include "audit/log/key_ring.h"
#include "audit/log/key_wrap.h"
#include "audit/log/store.h"
#include "audit/log/tile.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/random.h"
#include "base/status.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/input_file.h"

namespace evident::fuzz {
namespace {

const std::string kKek(32, 'w');
const std::string kBodyKey(audit::kBodyKeyBytes, 'b');

void RunStoreKeys(std::string_view bytes) {
  const absl::StatusOr<uint64_t> number = audit::ParseNumberKey(bytes);
  if (number.ok()) {
    Require(audit::SizeKey(*number) == bytes, "a number's key is written back");
  } else {
    RequireRefusal(number.status(), {absl::StatusCode::kDataLoss}, {"KEY_MALFORMED"});
  }
  const std::optional<audit::Tile> tile = audit::Tile::FromBytes(bytes);
  Require(tile.has_value() == (bytes.size() == audit::kTileBytes), "full tiles only");
  if (tile.has_value()) Require(tile->full() && tile->Bytes() == bytes, "a tile is written back");
}

void RunWrappedKey(std::string_view bytes) {
  storage::v1::WrappedKey wrapped;
  if (!wrapped.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
  const absl::StatusOr<std::string> key = audit::UnwrapKey(kKek, wrapped);
  if (key.ok()) {
    Require(*key == kBodyKey, "only what was wrapped opens");
  } else {
    RequireRefusal(key.status(), {absl::StatusCode::kDataLoss}, {"KEY_CORRUPT"});
  }
}

void RunFiles(std::string_view bytes) {
  const std::string path = InputFile(bytes);
  const absl::StatusOr<std::string> kek = audit::ReadKeyEncryptionKey(path);
  if (kek.ok()) {
    Require(kek->size() == 32, "a key has 32 bytes");
    Require(HexEncode(*kek) == bytes || HexEncode(*kek) + "\n" == bytes, "written in hex");
  } else {
    Require(!ErrorReason(kek.status()).empty(), "a refused key file has a reason");
  }
  const absl::StatusOr<std::string> note = audit::ReadGuard(path);
  if (note.ok()) {
    Require(bytes.size() == 2 * audit::kGuardSlotBytes, "a guard has two slots");
    Require(note->size() <= audit::kGuardNoteBytesMax, "a guard's note fits its slot");
    Require(note->empty() || bytes.find(*note) != std::string_view::npos, "the note stands there");
  } else {
    Require(!ErrorReason(note.status()).empty(), "a refused guard has a reason");
  }
}

void RunLogStore(std::string_view input) {
  RunStoreKeys(input);
  RunWrappedKey(input);
  RunFiles(input);
}

std::string GuardBytes() {
  const TempDir folder;
  const std::string path = folder.path() + "/guard";
  const auto guard = Must(audit::Guard::Create(path), "a guard");
  Require(guard->Write("the note before").ok() && guard->Write("the newest note").ok(), "written");
  Require(guard->Close().ok(), "closed");
  return Must(ReadFile(path, 1u << 20), "a guard's bytes");
}

Seeds LogStoreSeeds() {
  SeededRandom random(1);
  Seeds seeds = {audit::SizeKey(258), std::string(audit::kTileBytes, 't'), HexEncode(kKek) + "\n",
                 GuardBytes()};
  storage::v1::WrappedKey record;
  record.set_key_id(std::string(16, 'i'));
  record.set_term(std::string(32, 't'));
  record.set_tenant("ward");
  record.set_day("2026-01-01");
  seeds.push_back(
      Must(audit::WrapKey(kKek, random, record, kBodyKey), "wrapped").SerializeAsString());
  return seeds;
}

}  // namespace
}  // namespace evident::fuzz

EVIDENT_FUZZ_TARGET(log_store, RunLogStore, LogStoreSeeds);
