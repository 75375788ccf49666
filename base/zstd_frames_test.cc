#include "base/zstd_frames.h"

#include <gtest/gtest.h>

#include "base/status_matchers.h"

namespace evident {
namespace {

TEST(ZstdFramesTest, FramesBehindOneAnotherAreTheirContentsBehindOneAnother) {
  const std::string large(3 << 20, 'a');  // more than one piece of output
  const std::string frames = *PackZstd("one\n") + *PackZstd("") + *PackZstd(large);
  EXPECT_LT(frames.size(), size_t{1} << 16);
  EXPECT_EQ(*UnpackZstd(frames, 4 << 20), "one\n" + large);
  EXPECT_EQ(*UnpackZstd("", 1), "");
}

TEST(ZstdFramesTest, RefusesWhatIsCutOffForeignOrTooLarge) {
  const std::string frame = *PackZstd("some text that is long enough to be cut");
  for (size_t size = 1; size < frame.size(); ++size) {
    EXPECT_THAT(UnpackZstd(frame.substr(0, size), 1 << 20), HasReason("ZSTD_MALFORMED")) << size;
  }
  EXPECT_THAT(UnpackZstd("{\"entry_index\":0}\n", 1 << 20), HasReason("ZSTD_MALFORMED"));
  EXPECT_THAT(UnpackZstd(frame + "x", 1 << 20), HasReason("ZSTD_MALFORMED"));
  EXPECT_THAT(UnpackZstd(frame, 10), HasReason("ZSTD_TOO_LARGE"));
}

}  // namespace
}  // namespace evident
