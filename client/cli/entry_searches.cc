#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/unicode.h"
#include "client/cli/commands.h"
#include "client/cli/entry_line.h"
#include "client/cli/time_argument.h"
#include "graph/model/enum_words.h"

namespace evident::cli {
namespace {

struct ListOptions {
  uint64_t begin = 0;
  std::optional<uint64_t> end;
  CommitTimes times;
  int limit = 100;
  v1::EntryFilter filter;
  std::string kind;
  std::string outcome;
  std::vector<std::string> roles;
};

// Asks for page after page until `limit` items are there or the last page is. `items` gives those
// of a page, `take` is given each page.
template <typename Request, typename Call, typename Count, typename Take>
absl::Status TakePages(Request request, int limit, Call call, Count count, Take take) {
  for (int left = limit; left > 0;) {
    request.set_page_size(std::min(left, kPageSizeMax));
    EVIDENT_ASSIGN_OR_RETURN(const auto page, call(request));
    take(page);
    left -= count(page);
    if (page.next_page_token().empty()) break;
    request.set_page_token(page.next_page_token());
  }
  return absl::OkStatus();
}

absl::Status ListEntries(const ListOptions& options, Session& session) {
  v1::ListEntriesRequest request;
  request.set_begin(options.begin);
  if (options.end.has_value()) request.set_end(*options.end);
  EVIDENT_RETURN_IF_ERROR(SetCommitTimes(options.times, request));
  v1::EntryFilter filter = options.filter;
  filter.set_kind(graph::EnumOf<v1::EntryKind>(options.kind));
  filter.set_outcome(graph::EnumOf<v1::Outcome>(options.outcome));
  for (const std::string& role : options.roles) {
    filter.add_statement_roles(graph::EnumOf<v1::StatementRole>(role));
  }
  if (filter.ByteSizeLong() > 0) *request.mutable_filter() = std::move(filter);
  EVIDENT_ASSIGN_OR_RETURN(const auto client, session.Connect());
  v1::ListEntriesResponse all;
  EVIDENT_RETURN_IF_ERROR(TakePages(
      std::move(request), options.limit,
      [&](const v1::ListEntriesRequest& page) { return client->ListEntries(page); },
      [](const v1::ListEntriesResponse& page) { return page.entries_size(); },
      [&](const v1::ListEntriesResponse& page) {
        if (session.json()) return all.MergeFrom(page);
        for (const v1::Entry& entry : page.entries()) std::cout << EntryLine(entry) << "\n";
      }));
  if (session.json()) session.PrintJson(all);
  return absl::OkStatus();
}

struct AffectedOptions {
  std::string node;
  std::vector<std::string> roles;
  CommitTimes times;
  int limit = 1000;
};

void PrintAffected(const v1::FindAffectedDecisionsResponse& page) {
  for (const v1::AffectedDecision& decision : page.decisions()) {
    std::cout << Printable(decision.name()) << "  " << FormatTimeNs(decision.commit_time_ns())
              << "  "
              << (decision.release() == 0 ? std::string("a release that is not here")
                                          : "releases/" + std::to_string(decision.release()));
    for (const v1::StatementUse& use : decision.uses()) {
      std::cout << "  " << Printable(use.statement()) << " " << graph::EnumWord(use.role(), ' ');
    }
    std::cout << "\n";
  }
}

absl::Status FindAffected(const AffectedOptions& options, Session& session) {
  v1::FindAffectedDecisionsRequest request;
  request.set_node(options.node);
  for (const std::string& role : options.roles) {
    request.add_statement_roles(graph::EnumOf<v1::StatementRole>(role));
  }
  EVIDENT_RETURN_IF_ERROR(SetCommitTimes(options.times, request));
  EVIDENT_ASSIGN_OR_RETURN(const auto client, session.Connect());
  v1::FindAffectedDecisionsResponse all;
  EVIDENT_RETURN_IF_ERROR(TakePages(
      std::move(request), options.limit,
      [&](const v1::FindAffectedDecisionsRequest& page) {
        return client->FindAffectedDecisions(page);
      },
      [](const v1::FindAffectedDecisionsResponse& page) { return page.decisions_size(); },
      [&](const v1::FindAffectedDecisionsResponse& page) {
        if (!session.json()) PrintAffected(page);
        *all.mutable_statements() = page.statements();
        all.mutable_decisions()->MergeFrom(page.decisions());
        all.set_next_page_token(page.next_page_token());
      }));
  if (session.json()) {
    session.PrintJson(all);
    return absl::OkStatus();
  }
  std::cout << all.decisions_size() << (all.next_page_token().empty() ? "" : " or more")
            << " decisions";
  if (!all.statements().empty())
    std::cout << ", through " << all.statements_size()
              << (all.statements_size() == 1 ? " statement" : " statements");
  std::cout << "\n";
  return absl::OkStatus();
}

void AddRoles(CLI::App& command, std::vector<std::string>& roles, const std::string& what) {
  command.add_option("--role", roles, what)
      ->check(CLI::IsMember(graph::EnumWords<v1::StatementRole>()));
}

// A text of the filter as an option.
void AddText(CLI::App& command, const std::string& name, std::string* text,
             const std::string& what) {
  command.add_option(name, *text, what);
}

void AddListCommand(CLI::App& audit, Session& session) {
  auto options = std::make_shared<ListOptions>();
  CLI::App* const list = audit.add_subcommand("list", "Entries, oldest first");
  list->add_option("--begin", options->begin, "First index");
  list->add_option("--end", options->end, "One past the last index");
  AddCommitTimes(*list, options->times);
  list->add_option("--limit", options->limit, "At most so many")->check(CLI::Range(1, 1'000'000));
  v1::EntryFilter& filter = options->filter;
  AddText(*list, "--caller", filter.mutable_caller(), "Identity of the caller");
  AddText(*list, "--tenant", filter.mutable_tenant(), "Tenant of the caller");
  AddText(*list, "--method", filter.mutable_method(), "Full method");
  list->add_option("--kind", options->kind, "What is recorded")
      ->check(CLI::IsMember(graph::EnumWords<v1::EntryKind>()));
  list->add_option("--outcome", options->outcome, "Roll-up outcome of a decision")
      ->check(CLI::IsMember(graph::EnumWords<v1::Outcome>()));
  AddText(*list, "--subject", filter.mutable_subject(), "Subject reference, as it was sent");
  AddText(*list, "--subject-tenant", filter.mutable_subject_tenant(),
          "Whose subject it is; else the caller's own tenant's");
  AddText(*list, "--client-reference", filter.mutable_client_reference(),
          "The caller's own reference");
  AddText(*list, "--concept", filter.mutable_concept_name(), "Concept that was asked about");
  AddText(*list, "--statement", filter.mutable_statement(), "Statement that a decision used");
  AddText(*list, "--follows", filter.mutable_follows(), "Decision that an entry follows");
  AddRoles(*list, options->roles, "How it used the statement; may be given again");
  list->callback([options, &session] {
    const absl::Status status = ListEntries(*options, session);
    if (!status.ok()) session.Fail(status);
  });
}

void AddAffectedCommand(CLI::App& audit, Session& session) {
  auto options = std::make_shared<AffectedOptions>();
  CLI::App* const affected = audit.add_subcommand(
      "affected", "Decisions that rested on a statement, concept, evidence or reference");
  affected->add_option("node", options->node, "Its full name")->required();
  AddRoles(*affected, options->roles,
           "How the statement was used; else returned or in conflict. May be given again");
  AddCommitTimes(*affected, options->times);
  affected->add_option("--limit", options->limit, "At most so many")
      ->check(CLI::Range(1, 1'000'000));
  affected->callback([options, &session] {
    const absl::Status status = FindAffected(*options, session);
    if (!status.ok()) session.Fail(status);
  });
}

}  // namespace

void AddEntrySearches(CLI::App& audit, Session& session) {
  AddListCommand(audit, session);
  AddAffectedCommand(audit, session);
}

}  // namespace evident::cli
