#include "server/handlers/read_frame.h"

#include <memory>

#include "base/status.h"

namespace evident::server {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const FieldDescriptor* FieldOf(const Message& message, const char* name) {
  return message.GetDescriptor()->FindFieldByName(name);
}

}  // namespace

std::string PageScope(const graph::ReleaseManager& releases, const Call& call,
                      const Message& request, std::initializer_list<const char*> places) {
  const std::unique_ptr<Message> filter(request.New());
  filter->CopyFrom(request);
  for (const char* name : places) {
    filter->GetReflection()->ClearField(filter.get(), FieldOf(*filter, name));
  }
  return call.method() + "\n" + releases.database_id() + "\n" + filter->SerializeAsString();
}

std::string ReleasePage::TokenFor(uint64_t position) const {
  return MakePageToken(scope, {position, release->release().number()});
}

absl::StatusOr<ReleasePage> OpenPage(const graph::ReleaseManager& releases, Call& call,
                                     const Message& request) {
  const google::protobuf::Reflection& reflection = *request.GetReflection();
  ReleasePage page;
  EVIDENT_ASSIGN_OR_RETURN(page.size,
                           PageSize(reflection.GetInt32(request, FieldOf(request, "page_size"))));
  page.scope = PageScope(releases, call, request, {"release", "page_size", "page_token"});
  const std::string token = reflection.GetString(request, FieldOf(request, "page_token"));
  if (token.empty()) {
    const auto& selector = dynamic_cast<const v1::ReleaseSelector&>(
        reflection.GetMessage(request, FieldOf(request, "release")));
    EVIDENT_ASSIGN_OR_RETURN(page.release, PinRelease(releases, selector, "release", call));
    return page;
  }
  EVIDENT_ASSIGN_OR_RETURN(const PagePosition position, ReadPageToken(page.scope, token));
  page.next = position.next;
  if (position.bound == 0) {  // the empty graph before the first release
    EVIDENT_ASSIGN_OR_RETURN(page.release, PinRelease(releases, graph::ReleaseSelector(), call));
    return page;
  }
  const ReleaseNumber number(static_cast<uint32_t>(position.bound));
  EVIDENT_ASSIGN_OR_RETURN(page.release, PinRelease(releases, number, call));
  return page;
}

}  // namespace evident::server
