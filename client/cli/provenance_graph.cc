#include "client/cli/provenance_graph.h"

#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "base/status.h"
#include "client/cli/answer_index.h"
#include "client/cli/text.h"
#include "client/cli/words.h"
#include "graph/model/enum_words.h"
#include "graph/model/standing.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): not in every unistd.h

namespace evident::cli {
namespace {

using graph::EnumWord;

constexpr size_t kColumns = 44;  // of a label
constexpr size_t kSvgBytesMax = 64u << 20;
constexpr unsigned kPrivateFile = 0600;  // an answer tells about a patient

// Text as part of a quoted label.
std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// Words in lines that end left.
std::string Lines(const std::string& words) {
  Text text({false, kColumns});
  text.Wrapped("", words);
  std::string lines;
  for (const char c : Escaped(text.str())) {
    if (c == '\n') {
      lines += "\\l";
    } else {
      lines += c;
    }
  }
  return lines;
}

// Fill and border by what a statement says and how it stands.
std::pair<std::string_view, std::string_view> ColoursOf(const v1::Recommendation& item) {
  if (item.contested()) return {"#fdecea", "#b3261e"};
  if (item.applicability() == v1::APPLICABILITY_UNDECIDED) return {"#fff8e1", "#b06000"};
  switch (item.polarity()) {
    case v1::POLARITY_RECOMMEND:
    case v1::POLARITY_CONSIDER:
      return {"#e6f4ea", "#137333"};
    case v1::POLARITY_ADVISE_AGAINST:
    case v1::POLARITY_STOP:
      return {"#fdecea", "#b3261e"};
    default:
      return {"#f1f3f4", "#5f6368"};
  }
}

class Drawing {
 public:
  explicit Drawing(const v1::Answer& answer) : answer_(answer), index_(answer) {}

  std::string Run() {
    out_ =
        "digraph provenance {\n"
        "  rankdir=LR; ranksep=0.8; nodesep=0.12; bgcolor=white;\n"
        "  node [shape=box, style=\"filled,rounded\", fontname=\"Helvetica\", fontsize=10, "
        "margin=\"0.10,0.05\"];\n"
        "  edge [fontname=\"Helvetica\", fontsize=9, color=\"#5f6368\", arrowsize=0.7];\n";
    for (const v1::Recommendation& item : answer_.recommendations()) AddStatement(item);
    for (const v1::ReferenceCard& card : answer_.references()) AddReference(card);
    for (const v1::Conflict& conflict : answer_.conflicts()) AddConflict(conflict);
    return out_ + "  { rank=min;" + left_ + " }\n  { rank=max;" + right_ + " }\n}\n";
  }

 private:
  // The node's identifier; made when it is asked for first.
  std::string IdOf(const std::string& key) {
    const auto [found, fresh] = ids_.emplace(key, ids_.size());
    return "n" + std::to_string(found->second);
  }

  void Node(const std::string& id, const std::string& label, std::string_view fill,
            std::string_view border, std::string_view shape = "box") {
    out_ += "  " + id + " [label=\"" + label + "\", fillcolor=\"" + std::string(fill) +
            "\", color=\"" + std::string(border) + "\", shape=" + std::string(shape) + "];\n";
  }

  void Edge(const std::string& from, const std::string& to, const std::string& attributes) {
    if (!drawn_.insert(from + " " + to).second) return;
    out_ += "  " + from + " -> " + to + (attributes.empty() ? "" : " [" + attributes + "]") + ";\n";
  }

  void AddStatement(const v1::Recommendation& item) {
    const std::string id = IdOf("s " + item.statement());
    shown_.insert(item.statement());
    left_ += " " + id + ";";
    const auto [fill, border] = ColoursOf(item);
    std::string tag = Slug(item.statement()) + ": " + InWords(item.polarity());
    if (item.contested()) tag += ", contested";
    if (item.applicability() == v1::APPLICABILITY_UNDECIDED) tag += ", undecided";
    Node(id, Lines(tag) + Lines(item.headline().empty() ? "(no wording)" : item.headline()), fill,
         border);
    for (const v1::ProvenancePath& path : item.provenance().paths()) AddPath(id, path);
  }

  void AddPath(const std::string& statement, const v1::ProvenancePath& path) {
    std::string from = statement;
    if (!path.evidence().empty()) {
      from = AddEvidence(path.evidence());
      const bool weakens = path.support().support() == v1::SUPPORT_WEAKENS;
      Edge(statement, from, weakens ? "label=\"weakens\", color=\"#b3261e\"" : "");
    }
    if (!path.has_citation()) return;
    const v1::CitationStep& citation = path.citation();
    if (!citation.reference().empty()) {
      Edge(from, IdOf("r " + citation.reference()), "");
      return;
    }
    const std::string& mark = citation.cites().mark();
    const std::string id = IdOf("u " + mark);
    if (drawn_.insert(id).second) {
      right_ += " " + id + ";";
      Node(id, Lines("mark " + mark + ": leads nowhere"), "#ffffff", "#b3261e", "octagon");
    }
    Edge(from, id, "style=dashed, color=\"#b3261e\"");
  }

  std::string AddEvidence(const std::string& name) {
    const std::string id = IdOf("e " + name);
    if (!drawn_.insert(id).second) return id;
    const v1::EvidenceCard* const card = index_.Evidence(name);
    std::string label = Lines(Slug(name));
    if (card != nullptr) {
      const std::string figures = InWords(card->evidence());
      label = Lines(card->evidence().headline()) + (figures.empty() ? "" : Lines(figures));
    }
    Node(id, label, "#e8f0fe", "#1a56a0", "note");
    return id;
  }

  void AddReference(const v1::ReferenceCard& card) {
    const auto found = ids_.find("r " + card.name());
    if (found == ids_.end()) return;  // nothing that is shown leads to it
    std::string label = "[" + std::to_string(index_.ReferenceNumber(card.name())) + "] " +
                        InWords(card.reference());
    const bool taken_back = graph::IsTakenBack(card.reference());
    if (taken_back) label += ": " + EnumWord(card.reference().standing(), ' ');
    const std::string id = "n" + std::to_string(found->second);
    right_ += " " + id + ";";
    Node(id, Lines(label), taken_back ? "#fdecea" : "#ffffff", taken_back ? "#b3261e" : "#202124",
         "component");
  }

  void AddConflict(const v1::Conflict& conflict) {
    if (shown_.count(conflict.statement()) == 0 || shown_.count(conflict.against()) == 0) return;
    const bool stands = conflict.state() == v1::CONFLICT_STATE_STANDING;
    Edge(IdOf("s " + conflict.statement()), IdOf("s " + conflict.against()),
         std::string("dir=both, constraint=false, color=\"#b3261e\", fontcolor=\"#b3261e\", ") +
             (stands ? "label=\"contradict\"" : "style=dashed, label=\"may contradict\""));
  }

  const v1::Answer& answer_;
  const AnswerIndex index_;
  std::map<std::string, size_t> ids_;  // of nodes, by kind and name
  std::set<std::string> drawn_;        // nodes of their own, and pairs of ends
  std::set<std::string> shown_;        // statements
  std::string left_;                   // nodes of the first column
  std::string right_;                  // and of the last
  std::string out_;
};

// Runs a program of the PATH and waits. Its exit code; -1 when a signal ended it.
absl::StatusOr<int> RunProgram(const std::array<std::string, 5>& words) {
  std::array<char*, 6> arguments{};
  for (size_t i = 0; i < words.size(); ++i) arguments[i] = const_cast<char*>(words[i].c_str());
  pid_t child = 0;
  const int failed =
      posix_spawnp(&child, words[0].c_str(), nullptr, nullptr, arguments.data(), environ);
  if (failed == ENOENT) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "GRAPHVIZ_MISSING",
                     "there is no program 'dot': install Graphviz, or write the text with --dot");
  }
  if (failed != 0) {
    return MakeError(absl::StatusCode::kInternal, "GRAPHVIZ_FAILED",
                     std::string("starting dot: ") + std::strerror(failed));
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return absl::ErrnoToStatus(errno, "waiting for dot");
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

std::string ProvenanceDot(const v1::Answer& answer) { return Drawing(answer).Run(); }

absl::Status WriteSvg(const std::string& dot, const std::string& path) {
  const TempDir folder;
  const std::string source = folder.path() + "/answer.dot";
  const std::string drawn = folder.path() + "/answer.svg";
  EVIDENT_RETURN_IF_ERROR(WriteFileAtomically(source, dot, kPrivateFile));
  EVIDENT_ASSIGN_OR_RETURN(const int code, RunProgram({"dot", "-Tsvg", "-o", drawn, source}));
  if (code != 0) {
    return MakeError(absl::StatusCode::kInternal, "GRAPHVIZ_FAILED",
                     "dot ended with code " + std::to_string(code));
  }
  EVIDENT_ASSIGN_OR_RETURN(const std::string svg, ReadFile(drawn, kSvgBytesMax));
  return WriteFileAtomically(path, svg, kPrivateFile);
}

}  // namespace evident::cli
