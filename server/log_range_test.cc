// Which checkpoints of a log tell what they cover.
#include "server/handlers/log_range.h"

#include <gtest/gtest.h>

#include "audit/log/test_log.h"

namespace evident::server {
namespace {

class LogRangeTest : public audit::TestLog {};

// Old checkpoints are kept, and exports begin at them: the key that signed them may have given way.
TEST_F(LogRangeTest, ACheckpointOfBeforeTheKeyWasReplacedStillCovers) {
  std::string old;
  {
    auto log = MustOpen(Options());
    AppendUntilFailure(*log, 3);
    old = log->LatestCheckpoint();
  }
  audit::LogOptions options = Options();
  options.previous_signer_key = options.signer_key;
  options.signer_key =
      audit::NoteSigner::FromSeed("test.example/1", std::string(32, 't'))->ToText();
  auto log = MustOpen(options);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const CoveredSize before, CoveredBy(*log, old));
  EXPECT_EQ(before.size, 4u);
  EVIDENT_ASSERT_OK_AND_ASSIGN(const CoveredSize newest, CoveredByNewest(*log));
  EXPECT_EQ(newest.size, 5u);
  EXPECT_THAT(CoveredBy(*log, "nonsense"), HasReason("NOTE_MALFORMED"));
}

}  // namespace
}  // namespace evident::server
