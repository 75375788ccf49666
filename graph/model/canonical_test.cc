#include "graph/model/canonical.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/status_matchers.h"
#include "google/protobuf/stubs/logging.h"
#include "google/protobuf/unknown_field_set.h"

namespace evident::graph {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Fills messages with values that may be stored.
class Filler {
 public:
  explicit Filler(uint64_t seed) : random_(seed) {}

  void Fill(Message& message, int depth) {
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor& field = *message.GetDescriptor()->field(i);
      if (Below(3) != 0) continue;
      for (uint32_t n = field.is_repeated() ? Below(4) : 1; n > 0; --n) Set(message, field, depth);
    }
    if (auto* const decimal = dynamic_cast<v1::Decimal*>(&message)) {
      decimal->set_scale(static_cast<int32_t>(Below(kDecimalScaleMax + 1)));
    }
  }

  uint32_t Below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }

 private:
  std::string Text() {
    static const char* const kPieces[] = {"a",      "Z",          " ",  "\u00e9",
                                          "\u4e2d", "\U0001f9ea", "\n", "\u2264"};
    std::string text;
    for (uint32_t n = Below(6); n > 0; --n) text += kPieces[Below(std::size(kPieces))];
    return text;
  }
  // Numbers of all sizes, with the ends.
  uint64_t Number() {
    const uint64_t number = random_() >> Below(64);
    return Below(8) == 0 ? ~uint64_t{0} : number;
  }

  void Set(Message& message, const FieldDescriptor& field, int depth) {
    const google::protobuf::Reflection& reflection = *message.GetReflection();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (depth == 0) return;
        Fill(field.is_repeated() ? *reflection.AddMessage(&message, &field)
                                 : *reflection.MutableMessage(&message, &field),
             depth - 1);
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        if (field.is_repeated()) {
          reflection.AddString(&message, &field, Text());
        } else {
          reflection.SetString(&message, &field, Text());
        }
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        reflection.SetBool(&message, &field, Below(2) == 0);
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        reflection.SetInt32(&message, &field, static_cast<int32_t>(Number()));
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        reflection.SetInt64(&message, &field, static_cast<int64_t>(Number()));
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        reflection.SetUInt32(&message, &field, static_cast<uint32_t>(Number()));
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        reflection.SetUInt64(&message, &field, Number());
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        reflection.SetEnumValue(&message, &field, static_cast<int>(Below(300)));
        break;
      default:
        FAIL() << field.full_name() << " has a type that no record may have";
    }
  }

  std::mt19937_64 random_;
};

std::vector<std::unique_ptr<Message>> RecordTypes() {
  std::vector<std::unique_ptr<Message>> types;
  types.push_back(std::make_unique<v1::NodeRecord>());
  types.push_back(std::make_unique<v1::EdgeRecord>());
  types.push_back(std::make_unique<storage::v1::ReleaseRecord>());
  return types;
}

// Decoding never crashes; what it takes is canonical, and the rest is DATA_LOSS.
void ExpectRefusedOrCanonical(const std::string& bytes, const Message& type) {
  const std::unique_ptr<Message> record(type.New());
  const absl::Status parsed = ParseCanonical(bytes, *record);
  if (parsed.ok()) {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string again, CanonicalBytes(*record));
    ASSERT_EQ(again, bytes);
  } else {
    ASSERT_THAT(parsed, FailsWith(absl::StatusCode::kDataLoss, type.GetTypeName()));
    ASSERT_THAT(parsed, HasReason("RECORD_CORRUPT"));
  }
}

class RandomRecordTest : public testing::TestWithParam<uint64_t> {
 private:
  const google::protobuf::LogSilencer no_word_of_broken_text_;
};

TEST_P(RandomRecordTest, EncodesAndDecodesToItself) {
  Filler filler(GetParam());
  for (const auto& record : RecordTypes()) {
    for (int round = 0; round < 20; ++round) {
      record->Clear();
      filler.Fill(*record, 7);
      EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string bytes, CanonicalBytes(*record));
      const std::unique_ptr<Message> parsed(record->New());
      EVIDENT_ASSERT_OK(ParseCanonical(bytes, *parsed));
      ASSERT_EQ(parsed->DebugString(), record->DebugString());
      EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string again, CanonicalBytes(*parsed));
      ASSERT_EQ(again, bytes);
    }
  }
}

TEST_P(RandomRecordTest, EveryCutAndFlippedBitsAreRefusedOrAnotherRecord) {
  Filler filler(GetParam());
  for (const auto& record : RecordTypes()) {
    filler.Fill(*record, 4);
    EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string bytes, CanonicalBytes(*record));
    for (size_t size = 0; size < bytes.size(); ++size) {
      ExpectRefusedOrCanonical(bytes.substr(0, size), *record);
    }
    for (int round = 0; round < 300 && !bytes.empty(); ++round) {
      std::string flipped = bytes;
      flipped[filler.Below(static_cast<uint32_t>(bytes.size()))] ^=
          static_cast<char>(1 << filler.Below(8));
      ExpectRefusedOrCanonical(flipped, *record);
    }
  }
}

TEST_P(RandomRecordTest, RandomBytesAreRefusedOrCanonical) {
  Filler filler(GetParam());
  for (const auto& record : RecordTypes()) {
    for (int round = 0; round < 300; ++round) {
      std::string bytes;
      for (uint32_t n = filler.Below(40); n > 0; --n) bytes += static_cast<char>(filler.Below(256));
      ExpectRefusedOrCanonical(bytes, *record);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomRecordTest, testing::Range(uint64_t{1}, uint64_t{21}));

TEST(CanonicalTest, EveryCutInsideAFieldIsRefused) {
  v1::NodeRecord record;
  record.mutable_proposition()->set_text("one field");
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string bytes, CanonicalBytes(record));
  for (size_t size = 1; size < bytes.size(); ++size) {
    v1::NodeRecord parsed;
    EXPECT_THAT(ParseCanonical(std::string_view(bytes).substr(0, size), parsed),
                HasReason("RECORD_CORRUPT"));
  }
}

TEST(CanonicalTest, BytesThatAreNotTheOnlyEncodingAreRefused) {
  const std::pair<const char*, const char*> kRefused[] = {
      {"a default written out", "0a00"},
      {"fields out of order", "1201620a0161"},
      {"a field twice", "0a01610a0162"},
      {"a length of two bytes for 1", "0a810061"},
      {"a tag of two bytes for field 1", "8a000161"},
      {"an unknown field", "0a0161fa0100"},
      {"two bodies", "22002a00"},
      {"a body in two pieces", "2202080122021001"},
      {"true as 2", "32025002"},
      {"an enum of five bytes for 1", "2206088180808000"},
      {"text not in NFC", "0a0365cc81"},
      {"text with a NUL", "0a0100"},
  };
  for (const auto& [what, hex] : kRefused) {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string bytes, HexDecode(hex));
    v1::NodeRecord record;
    EXPECT_TRUE(record.ParseFromString(bytes)) << what;
    EXPECT_THAT(ParseCanonical(bytes, record), FailsWith(absl::StatusCode::kDataLoss, "NodeRecord"))
        << what;
  }
  v1::NodeRecord record;
  EVIDENT_EXPECT_OK(ParseCanonical(*HexDecode("0a0161120162"), record));
  EVIDENT_EXPECT_OK(ParseCanonical("", record));
}

TEST(CanonicalTest, RecordsThatCannotBeStoredAreRefused) {
  const auto refuses = [](const v1::NodeRecord& record, const char* why) {
    const auto bytes = CanonicalBytes(record);
    EXPECT_THAT(bytes, FailsWith(absl::StatusCode::kInvalidArgument, why));
    EXPECT_THAT(bytes, HasReason("RECORD_NOT_CANONICAL"));
  };
  v1::NodeRecord record;
  record.set_name(std::string("a\0b", 3));
  refuses(record, "name has a NUL");
  record.set_name("e\u0301");
  refuses(record, "name is not UTF-8 text in form NFC");
  record.set_name("\xff");
  refuses(record, "name is not UTF-8 text in form NFC");
  record.set_name("a");
  record.mutable_clinical_concept()->add_synonyms("fine");
  record.mutable_clinical_concept()->add_synonyms("e\u0301");
  refuses(record, "synonyms is not");
  record.mutable_evidence()->mutable_effect()->mutable_value()->set_scale(kDecimalScaleMax + 1);
  refuses(record, "scale 19");
  record.mutable_evidence()->mutable_effect()->mutable_value()->set_scale(-1);
  refuses(record, "scale -1");
  record.mutable_evidence()->clear_effect();
  google::protobuf::UnknownFieldSet& unknown =
      *record.GetReflection()->MutableUnknownFields(&record);
  unknown.AddVarint(900, 1);
  refuses(record, "fields that this program does not know");
}

TEST(CanonicalTest, SizeIsCappedToTheByte) {
  v1::NodeRecord record;
  record.mutable_proposition();
  record.mutable_proposition()->set_text(std::string(kRecordBytesMax, 'x'));
  const size_t overhead = record.ByteSizeLong() - kRecordBytesMax;
  EXPECT_THAT(CanonicalBytes(record), HasReason("RECORD_TOO_LARGE"));
  v1::NodeRecord parsed;
  EXPECT_THAT(ParseCanonical(record.SerializeAsString(), parsed), HasReason("RECORD_CORRUPT"));
  record.mutable_proposition()->set_text(std::string(kRecordBytesMax - overhead, 'x'));
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string bytes, CanonicalBytes(record));
  EXPECT_EQ(bytes.size(), kRecordBytesMax);
  EVIDENT_EXPECT_OK(ParseCanonical(bytes, parsed));
}

// What is written must be readable: protobuf refuses deeper messages when it parses.
TEST(CanonicalTest, DepthIsCappedWhereParsingEnds) {
  v1::NodeRecord record;
  v1::Criterion* criterion = record.mutable_statement()->mutable_criterion();
  for (size_t depth = 3; depth <= kRecordDepthMax; ++depth)
    criterion = criterion->mutable_negation();
  EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string bytes, CanonicalBytes(record));
  v1::NodeRecord parsed;
  EVIDENT_EXPECT_OK(ParseCanonical(bytes, parsed));
  criterion->mutable_negation();
  EXPECT_THAT(CanonicalBytes(record), HasReason("RECORD_TOO_DEEP"));
  EXPECT_FALSE(parsed.ParseFromString(record.SerializeAsString()));
}

}  // namespace
}  // namespace evident::graph
