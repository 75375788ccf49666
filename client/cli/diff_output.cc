#include "client/cli/diff_output.h"

#include "graph/model/enum_words.h"

namespace evident::cli {

using graph::EnumWord;

void PrintFields(Text& text, const std::string& indent,
                 const google::protobuf::RepeatedPtrField<v1::FieldChange>& fields) {
  for (const v1::FieldChange& field : fields) {
    text.Wrapped(indent, field.path());
    if (!field.before().empty()) text.Wrapped(indent + "  - ", field.before());
    if (!field.after().empty()) text.Wrapped(indent + "  + ", field.after());
  }
}

void PrintDifferences(Text& text,
                      const google::protobuf::RepeatedPtrField<v1::NodeDifference>& differences) {
  for (const v1::NodeDifference& node : differences) {
    text.Line(EnumWord(node.change()) + " " + text.Styled(Style::kBold, node.name()));
    if (node.change() == v1::CHANGE_KIND_CHANGED) PrintFields(text, "  ", node.fields());
    for (const v1::EdgeChange& edge : node.edges()) {
      text.Line("  " + EnumWord(edge.change()) + " " + EnumWord(edge.kind()) + " -> " +
                edge.target());
      if (edge.change() == v1::CHANGE_KIND_CHANGED) PrintFields(text, "    ", edge.fields());
    }
  }
}

}  // namespace evident::cli
