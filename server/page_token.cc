#include "server/page_token.h"

#include "base/digest.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "base/status.h"

namespace evident::server {
namespace {

constexpr uint8_t kFormat = 1;
constexpr size_t kCheckBytes = 16;
constexpr std::string_view kDomain = "evident/v1/page-token";

std::string Check(std::string_view scope, std::string_view position) {
  const Digest digest = HmacSha256(kDomain, {Sha256(scope).view(), position});
  return std::string(digest.view().substr(0, kCheckBytes));
}

}  // namespace

std::string MakePageToken(std::string_view scope, const PagePosition& position) {
  std::string bytes;
  AppendU8(bytes, kFormat);
  AppendU64(bytes, position.next);
  AppendU64(bytes, position.bound);
  bytes += Check(scope, bytes);
  return Base64Encode(bytes);
}

absl::StatusOr<PagePosition> ReadPageToken(std::string_view scope, std::string_view token) {
  const absl::Status invalid =
      MakeError(absl::StatusCode::kInvalidArgument, "PAGE_TOKEN_INVALID",
                "the page token was not made here for this list and these bounds",
                {{"page_token", "not a token of this list with these bounds"}});
  const absl::StatusOr<std::string> bytes = Base64Decode(token);
  if (!bytes.ok() || bytes->size() != 1 + 8 + 8 + kCheckBytes) return invalid;
  ByteReader reader(*bytes);
  const uint8_t format = reader.U8();
  const PagePosition position{reader.U64(), reader.U64()};
  const std::string_view check = reader.rest();
  const std::string_view covered(bytes->data(), bytes->size() - kCheckBytes);
  if (format != kFormat || check != Check(scope, covered)) return invalid;
  return position;
}

absl::StatusOr<int> PageSize(int32_t requested) {
  if (requested == 0) return kPageSizeDefault;
  if (requested >= 1 && requested <= kPageSizeMax) return requested;
  return MakeError(
      absl::StatusCode::kInvalidArgument, "PAGE_SIZE_INVALID",
      "page_size is " + std::to_string(requested),
      {{"page_size", "must be 0 (the default) or 1 to " + std::to_string(kPageSizeMax)}});
}

}  // namespace evident::server
