// Text as zstd frames (RFC 8878).
#ifndef EVIDENT_BASE_ZSTD_FRAMES_H_
#define EVIDENT_BASE_ZSTD_FRAMES_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace evident {

// One frame. Frames may be put behind one another: the content is then that of all of them.
// `level` is zstd's own: a higher one is slower, and the frame smaller. INTERNAL
// (COMPRESSION_FAILED).
absl::StatusOr<std::string> PackZstd(std::string_view text, int level = 3);

// The content of frames. DATA_LOSS (ZSTD_MALFORMED): they are none, or end in the middle of one;
// RESOURCE_EXHAUSTED (ZSTD_TOO_LARGE): more than `bytes_max`.
absl::StatusOr<std::string> UnpackZstd(std::string_view frames, size_t bytes_max);

}  // namespace evident

#endif  // EVIDENT_BASE_ZSTD_FRAMES_H_
