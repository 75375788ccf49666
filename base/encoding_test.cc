#include "base/encoding.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "base/status_matchers.h"

namespace evident {
namespace {

std::string AllBytes() {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  return bytes;
}

TEST(HexTest, ReadsBackWhatItWrote) {
  EXPECT_EQ(HexEncode(std::string_view("\x00\x9f\xff", 3)), "009fff");
  for (const std::string& bytes : {std::string(), AllBytes()}) {
    EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string again, HexDecode(HexEncode(bytes)));
    EXPECT_EQ(again, bytes);
  }
}

TEST(HexTest, RefusesUpperCaseOddLengthAndOtherCharacters) {
  for (const char* text : {"0", "0F", "AB", "0x", "g0", "a b", " ab", "ab\n"}) {
    EXPECT_THAT(HexDecode(text), HasReason("ENCODING_INVALID")) << text;
  }
}

// RFC 4648 section 10.
TEST(Base64Test, GivesThePublishedValues) {
  const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(Base64Encode(bytes), text);
    EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string again, Base64Decode(text));
    EXPECT_EQ(again, bytes);
  }
}

TEST(Base64Test, ReadsBackEveryByteAndLength) {
  const std::string all = AllBytes();
  for (size_t n = 0; n <= all.size(); ++n) {
    const std::string bytes = all.substr(all.size() - n);
    EVIDENT_ASSERT_OK_AND_ASSIGN(const std::string again, Base64Decode(Base64Encode(bytes)));
    EXPECT_EQ(again, bytes);
  }
}

TEST(Base64Test, RefusesEveryTextButTheCanonicalOne) {
  for (const char* text : {
           "Zg",      // no padding
           "Zg=",     // half of it
           "Zh==",    // stray bits under one byte
           "Zm9=",    // stray bits under two
           "Zm9v\n",  // white space at the end
           "Zm9v\n\n\n\n",
           " Zm9v",
           "    Zm9v",
           "Zm 9v",
           "Zm9-",  // the other alphabet
           "Zm9_",
           "====",
           "Z===",
           "    ",
           "Zg==Zg==",  // padding inside
           "Zm9v====",
           "=m9v",
           "Z\xC3\xBC==",
       }) {
    EXPECT_THAT(Base64Decode(text), HasReason("ENCODING_INVALID")) << text;
  }
  EXPECT_THAT(Base64Decode(std::string_view("Zm9\0", 4)), HasReason("ENCODING_INVALID"));
}

TEST(BytesTest, IntegersAreBigEndian) {
  std::string out;
  AppendU8(out, 0x01);
  AppendU16(out, 0x0203);
  AppendU32(out, 0x04050607);
  AppendU64(out, 0x08090a0b0c0d0eff);
  EXPECT_EQ(HexEncode(out), "0102030405060708090a0b0c0d0eff");
  ByteReader reader(out);
  EXPECT_EQ(reader.U8(), 0x01);
  EXPECT_EQ(reader.U16(), 0x0203);
  EXPECT_EQ(reader.U32(), 0x04050607u);
  EXPECT_EQ(reader.U64(), 0x08090a0b0c0d0effu);
  EXPECT_TRUE(reader.done());
}

TEST(BytesTest, ExtremesComeBack) {
  std::string out;
  AppendU64(out, UINT64_MAX);
  AppendU64(out, 0);
  ByteReader reader(out);
  EXPECT_EQ(reader.U64(), UINT64_MAX);
  EXPECT_EQ(reader.U64(), 0u);
  EXPECT_TRUE(reader.done());
}

TEST(BytesTest, ReaderStaysBrokenAfterTheFirstShortRead) {
  ByteReader reader("abc");
  EXPECT_EQ(reader.Bytes(2), "ab");
  EXPECT_EQ(reader.U32(), 0u);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.U8(), 0);
  EXPECT_EQ(reader.Bytes(0), "");
  EXPECT_FALSE(reader.ok());
  EXPECT_FALSE(reader.done());
}

TEST(BytesTest, ReaderIsNotDoneWhileBytesAreLeft) {
  ByteReader reader("abc");
  EXPECT_EQ(reader.Bytes(1), "a");
  EXPECT_TRUE(reader.ok());
  EXPECT_FALSE(reader.done());
  EXPECT_EQ(reader.rest(), "bc");
  EXPECT_EQ(reader.Bytes(SIZE_MAX), "");
  EXPECT_FALSE(reader.ok());
}

}  // namespace
}  // namespace evident
