#include "base/zstd_frames.h"

#include <zstd.h>

#include <memory>

#include "base/status.h"

namespace evident {

absl::StatusOr<std::string> PackZstd(std::string_view text, int level) {
  std::string frame(ZSTD_compressBound(text.size()), '\0');
  const size_t size = ZSTD_compress(frame.data(), frame.size(), text.data(), text.size(), level);
  if (ZSTD_isError(size) != 0) {
    return MakeError(absl::StatusCode::kInternal, "COMPRESSION_FAILED", ZSTD_getErrorName(size));
  }
  frame.resize(size);
  return frame;
}

absl::StatusOr<std::string> UnpackZstd(std::string_view frames, size_t bytes_max) {
  const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(),
                                                                   ZSTD_freeDCtx);
  std::string text;
  std::string piece(ZSTD_DStreamOutSize(), '\0');
  ZSTD_inBuffer in{frames.data(), frames.size(), 0};
  size_t more = 0;  // of the frame that is being read
  for (bool full = false; in.pos < in.size || full;) {
    ZSTD_outBuffer out{piece.data(), piece.size(), 0};
    more = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(more) != 0) break;
    if (text.size() + out.pos > bytes_max) {
      return MakeError(absl::StatusCode::kResourceExhausted, "ZSTD_TOO_LARGE",
                       "zstd frames have more than " + std::to_string(bytes_max) + " bytes");
    }
    text.append(piece.data(), out.pos);
    full = more != 0 && out.pos == out.size;
  }
  if (more == 0) return text;
  return MakeError(absl::StatusCode::kDataLoss, "ZSTD_MALFORMED", "these are no whole zstd frames");
}

}  // namespace evident
