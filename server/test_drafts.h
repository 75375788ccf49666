// A fixture that carries drafts through their handlers. Tests only.
#ifndef EVIDENT_SERVER_TEST_DRAFTS_H_
#define EVIDENT_SERVER_TEST_DRAFTS_H_

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "base/file.h"
#include "base/status_matchers.h"
#include "graph/model/node_id.h"
#include "graph/release/release_manager.h"
#include "server/handlers/draft_edits.h"
#include "server/handlers/publish_draft.h"
#include "server/release_importer.h"
#include "server/test_pack.h"

namespace evident::server {

inline constexpr char kFirst[] = "duskmoth/amberol-first";
inline constexpr char kCases[] = R"(low-score:
  description: A patient with a low wing score
  concepts: [duskmoth-fever]
  facts: {wing_score: 2, amberol_intolerant: false}
  expect: {applies: [amberol-first], outcomes: {therapy: recommended}}
)";

inline std::map<std::string, std::string> Files(const std::string& when = "wing_score <= 3") {
  auto files = TestPackFiles();
  files["cases/all.yaml"] = kCases;
  std::string& text = files["statements/treatment.yaml"];
  text.replace(text.find("wing_score <= 3"), 15, when);
  return files;
}

class DraftsTest : public testing::Test {
 protected:
  void SetUp() override { Open(false); }

  void Open(bool four_eyes) {
    graph::GraphDatabaseOptions options;
    options.path = dir_.path() + (four_eyes ? "/strict" : "/knowledge");
    options.create = true;
    sources_.reset();
    EVIDENT_ASSERT_OK_AND_ASSIGN(releases_, graph::ReleaseManager::Open(options));
    sources_ = std::make_unique<DraftSources>(DraftSources{*releases_, four_eyes});
    EVIDENT_ASSERT_OK(Import(Files(), true));
  }

  // Publishes the pack, or makes it a draft.
  absl::StatusOr<v1::ImportPackResponse> Import(const std::map<std::string, std::string>& files,
                                                bool publish, const v1::Draft& draft = {}) {
    ReleaseImporter importer(*releases_, clock_, false);
    v1::ImportPackHeader header;
    header.set_pack(kTestPack);
    header.set_publish(publish);
    header.set_draft(draft.name());
    header.set_draft_etag(draft.etag());
    EVIDENT_ASSIGN_OR_RETURN(const auto prepared,
                             importer.Prepare(header, files, [] { return absl::OkStatus(); }));
    return prepared->Publish({"cn:ann", "entries/test.1-1"});
  }

  Call As(const std::string& identity) {
    Call call("id", "/evident.v1.CurationService/X", clock_.NowNs(), INT64_MAX, nullptr, clock_);
    call.set_caller({identity, {Role::kCurator, Role::kReviewer, Role::kPublisher}, "", "peer"});
    return call;
  }

  // Prepares it, and carries it out as the call path would.
  template <typename Response, typename Handler, typename Request>
  absl::StatusOr<Response> Do(Handler handler, Call call, const Request& request) {
    EVIDENT_ASSIGN_OR_RETURN(Reply reply, handler(*sources_, call, request));
    std::string bytes = reply.bytes;
    if (reply.change != nullptr) {
      effect_ = reply.change->Effect();
      EVIDENT_ASSIGN_OR_RETURN(
          bytes, reply.change->Apply(call, "entries/test.1-" + std::to_string(++intents_)));
      done_ = call.notes().effect;
    }
    Response response;
    EXPECT_TRUE(response.ParseFromString(bytes));
    return response;
  }

  v1::Draft Begin(const std::string& who, const std::string& title = "A new bound") {
    v1::CreateDraftRequest request;
    request.set_title(title);
    auto response = Do<v1::CreateDraftResponse>(CreateDraft, As(who), request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response->draft();
  }

  // The first statement with another headline.
  v1::NodeEdit Headline(const std::string& headline) {
    v1::NodeEdit edit;
    edit.set_kind(v1::NODE_KIND_STATEMENT);
    edit.set_name(kFirst);
    const NodeId id = graph::MakeNodeId(v1::NODE_KIND_STATEMENT, kFirst);
    *edit.mutable_put()->mutable_node() = **releases_->Head()->GetNode(id);
    edit.mutable_put()->mutable_node()->mutable_statement()->mutable_wordings(0)->set_headline(
        headline);
    const auto edges = releases_->Head()->Out(id, std::nullopt);
    for (const graph::Edge& out : *edges) {
      v1::NodeEdge& edge = *edit.mutable_put()->add_edges();
      edge.set_kind(out.kind);
      const graph::NodePtr target = *releases_->Head()->GetNode(out.dst);
      edge.set_target_kind(graph::KindOf(*target));
      edge.set_target(target->name());
      if (out.record->ByteSizeLong() > 0) *edge.mutable_record() = *out.record;
    }
    return edit;
  }

  absl::StatusOr<v1::Draft> Apply(const std::string& who, const v1::Draft& draft,
                                  const v1::NodeEdit& edit) {
    v1::ApplyChangesRequest request;
    request.set_draft(draft.name());
    request.set_etag(draft.etag());
    *request.add_edits() = edit;
    EVIDENT_ASSIGN_OR_RETURN(const auto response,
                             Do<v1::ApplyChangesResponse>(ApplyChanges, As(who), request));
    return response.draft();
  }

  absl::StatusOr<v1::Draft> Submit(const std::string& who, const v1::Draft& draft) {
    v1::SubmitDraftRequest request;
    request.set_draft(draft.name());
    request.set_etag(draft.etag());
    EVIDENT_ASSIGN_OR_RETURN(const auto response,
                             Do<v1::SubmitDraftResponse>(SubmitDraft, As(who), request));
    return response.draft();
  }

  absl::StatusOr<v1::Draft> Review(const std::string& who, const v1::Draft& draft, bool approve) {
    v1::ReviewDraftRequest request;
    request.set_draft(draft.name());
    request.set_etag(draft.etag());
    request.set_approve(approve);
    request.set_reason("read it");
    EVIDENT_ASSIGN_OR_RETURN(const auto response,
                             Do<v1::ReviewDraftResponse>(ReviewDraft, As(who), request));
    return response.draft();
  }

  absl::StatusOr<v1::PublishDraftResponse> Publish(const std::string& who, const v1::Draft& draft,
                                                   bool validate_only = false,
                                                   const std::string& accept = "") {
    v1::PublishDraftRequest request;
    request.set_draft(draft.name());
    request.set_etag(draft.etag());
    request.mutable_frame()->set_validate_only(validate_only);
    request.set_accept_failing_cases(accept);
    return Do<v1::PublishDraftResponse>(PublishDraft, As(who), request);
  }

  template <typename Response, typename Request>
  absl::StatusOr<Response> Read(absl::StatusOr<Response> (*handler)(const DraftSources&, Call&,
                                                                    const Request&),
                                const std::string& draft, Request request = {}) {
    request.set_draft(draft);
    Call call = As("cn:ann");
    return handler(*sources_, call, request);
  }

  std::string HeadlineOfHead() {
    const auto node =
        releases_->Head()->GetNode(graph::MakeNodeId(v1::NODE_KIND_STATEMENT, kFirst));
    return (*node)->statement().wordings(0).headline();
  }

  TempDir dir_;
  const Clock& clock_ = Clock::System();
  std::unique_ptr<graph::ReleaseManager> releases_;
  std::unique_ptr<DraftSources> sources_;
  std::string effect_;
  std::string done_;
  int intents_ = 10;
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_TEST_DRAFTS_H_
