#include "graph/model/canonical.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/unknown_field_set.h>

#include <vector>

#include "base/limits.h"
#include "base/unicode.h"

namespace evident::graph {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

absl::Status Refuse(const Message& message, const std::string& why) {
  return MakeError(absl::StatusCode::kInvalidArgument, "RECORD_NOT_CANONICAL",
                   message.GetTypeName() + ": " + why);
}

absl::Status CheckText(const Message& message, const FieldDescriptor& field,
                       const std::string& text) {
  if (text.find('\0') != std::string::npos) {
    return Refuse(message, field.name() + " has a NUL byte");
  }
  if (!IsNfc(text)) return Refuse(message, field.name() + " is not UTF-8 text in form NFC");
  return absl::OkStatus();
}

absl::Status CheckMessage(const Message& message, size_t depth);

absl::Status CheckField(const Message& message, const FieldDescriptor& field, size_t depth) {
  const Reflection& reflection = *message.GetReflection();
  const int count = field.is_repeated() ? reflection.FieldSize(message, &field) : 1;
  for (int i = 0; i < count; ++i) {
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      EVIDENT_RETURN_IF_ERROR(CheckMessage(field.is_repeated()
                                               ? reflection.GetRepeatedMessage(message, &field, i)
                                               : reflection.GetMessage(message, &field),
                                           depth + 1));
    } else if (field.type() == FieldDescriptor::TYPE_STRING) {
      EVIDENT_RETURN_IF_ERROR(CheckText(message, field,
                                        field.is_repeated()
                                            ? reflection.GetRepeatedString(message, &field, i)
                                            : reflection.GetString(message, &field)));
    }
  }
  return absl::OkStatus();
}

// `depth` counts from 0 for the record itself.
absl::Status CheckMessage(const Message& message, size_t depth) {
  if (depth > kRecordDepthMax) {
    return MakeError(absl::StatusCode::kResourceExhausted, "RECORD_TOO_DEEP",
                     "messages are nested more than " + std::to_string(kRecordDepthMax) +
                         " deep in a record (kRecordDepthMax)");
  }
  const Reflection& reflection = *message.GetReflection();
  if (!reflection.GetUnknownFields(message).empty()) {
    return Refuse(message, "it has fields that this program does not know");
  }
  if (const auto* const decimal = dynamic_cast<const v1::Decimal*>(&message)) {
    if (decimal->scale() < 0 || decimal->scale() > kDecimalScaleMax) {
      return Refuse(message, "scale " + std::to_string(decimal->scale()) + " is out of range");
    }
  }
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* const field : fields) {
    EVIDENT_RETURN_IF_ERROR(CheckField(message, *field, depth));
  }
  return absl::OkStatus();
}

std::string Encode(const Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return bytes;
}

}  // namespace

absl::StatusOr<std::string> CanonicalBytes(const Message& record) {
  EVIDENT_RETURN_IF_ERROR(CheckMessage(record, 0));
  const size_t size = record.ByteSizeLong();
  if (size > kRecordBytesMax) {
    return MakeError(absl::StatusCode::kResourceExhausted, "RECORD_TOO_LARGE",
                     record.GetTypeName() + " has " + std::to_string(size) + " bytes; at most " +
                         std::to_string(kRecordBytesMax) + " (kRecordBytesMax)");
  }
  return Encode(record);
}

absl::Status ParseCanonical(std::string_view bytes, Message& record) {
  const bool parsed = bytes.size() <= kRecordBytesMax &&
                      record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  if (parsed && CheckMessage(record, 0).ok() && Encode(record) == bytes) return absl::OkStatus();
  return MakeError(absl::StatusCode::kDataLoss, "RECORD_CORRUPT",
                   "a stored " + record.GetTypeName() + " is not in its canonical bytes");
}

}  // namespace evident::graph
