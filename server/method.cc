#include "server/method.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/unknown_field_set.h>
#include <google/protobuf/wire_format_lite.h>

#include <cstdint>
#include <limits>
#include <vector>

#include "base/limits.h"
#include "base/status.h"

namespace evident::server {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::internal::WireFormatLite;

// Where a message stands in the request; paths are spelled for the few that are shown.
struct Place {
  const Place* outer = nullptr;  // null: the request itself
  const FieldDescriptor* field = nullptr;
  int index = -1;  // of a repeated field
};

std::string PathOf(const Place& place) {
  std::string path;
  for (const Place* at = &place; at->outer != nullptr; at = at->outer) {
    const std::string index = at->index < 0 ? "" : "[" + std::to_string(at->index) + "]";
    path.insert(0, at->field->name() + index + ".");
  }
  return path;
}

struct UnknownFields {
  std::vector<Violation> shown;  // at most kViolationsShownMax
  size_t omitted = 0;
};

void AddUnknown(const Message& message, const Place& place, UnknownFields& found) {
  const auto& unknown = message.GetReflection()->GetUnknownFields(message);
  for (int i = 0; i < unknown.field_count(); ++i) {
    if (found.shown.size() == kViolationsShownMax) {
      found.omitted += static_cast<size_t>(unknown.field_count() - i);
      return;
    }
    found.shown.push_back(
        {PathOf(place) + std::to_string(unknown.field(i).number()),
         "there is no field of this number in " + message.GetDescriptor()->full_name()});
  }
}

// Recursion ends at the depth that protobuf parses.
void FindUnknown(const Message& message, const Place& place, UnknownFields& found) {
  AddUnknown(message, place, found);
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      FindUnknown(reflection.GetMessage(message, field), {&place, field, -1}, found);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      FindUnknown(reflection.GetRepeatedMessage(message, field, i), {&place, field, i}, found);
    }
  }
}

void WriteBytesField(int number, std::string_view bytes,
                     google::protobuf::io::CodedOutputStream& out) {
  out.WriteTag(WireFormatLite::MakeTag(number, WireFormatLite::WIRETYPE_LENGTH_DELIMITED));
  out.WriteVarint32(static_cast<uint32_t>(bytes.size()));
  out.WriteRaw(bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace

absl::Status ParseRequest(std::string_view bytes, Message& request) {
  const std::string& name = request.GetDescriptor()->full_name();
  if (!request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return MakeError(
        absl::StatusCode::kInvalidArgument, "REQUEST_MALFORMED",
        "the " + std::to_string(bytes.size()) + " bytes of the request are not a " + name);
  }
  UnknownFields unknown;
  FindUnknown(request, {}, unknown);
  if (unknown.shown.empty()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "UNKNOWN_FIELD",
                   "the request holds fields that " + name + " does not have here", unknown.shown,
                   unknown.omitted);
}

std::string ReceiptField(std::string_view receipt) {
  std::string field;
  {
    google::protobuf::io::StringOutputStream stream(&field);
    google::protobuf::io::CodedOutputStream out(&stream);
    WriteBytesField(2, receipt, out);
  }
  return field;
}

std::string AnswerResponse(std::string_view answer, std::string_view receipt) {
  std::string response;
  response.reserve(answer.size() + receipt.size() + 12);
  {
    google::protobuf::io::StringOutputStream stream(&response);
    google::protobuf::io::CodedOutputStream out(&stream);
    WriteBytesField(1, answer, out);
    WriteBytesField(2, receipt, out);
  }
  return response;
}

}  // namespace evident::server
