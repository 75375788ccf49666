#include "graph/model/row_digester.h"

#include "graph/model/rows.h"

namespace evident::graph {

void RowDigester::Take(std::string_view row, std::string_view record) {
  bytes_.clear();
  AppendRow(bytes_, row, record);
  std::unique_ptr<Sha256Stream>& bucket = buckets_[BucketOf(LeadingId(row))];
  if (bucket == nullptr) bucket = std::make_unique<Sha256Stream>();
  bucket->Add(bytes_);
}

void RowDigester::AddNode(std::string_view row, std::string_view record) {
  Take(row, record);
  if (nodes_.size() == used_) nodes_.emplace_back();
  nodes_[used_].first.assign(row);
  nodes_[used_++].second.Add(bytes_);
}

void RowDigester::AddEdge(std::string_view row, std::string_view record, bool is_review) {
  Take(row, record);
  while (at_ < used_ && nodes_[at_].first < row.substr(0, kIdBytes)) ++at_;
  if (at_ < used_ && nodes_[at_].first == row.substr(0, kIdBytes) && !is_review) {
    nodes_[at_].second.Add(bytes_);
  }
}

void RowDigester::EndGroup(const std::function<void(const NodeId&, const Digest&)>& tell) {
  for (size_t i = 0; i < used_; ++i) {
    tell(LeadingId(nodes_[i].first), nodes_[i].second.Finish());
  }
  used_ = at_ = 0;
}

std::vector<Digest> RowDigester::Buckets() {
  std::vector<Digest> digests(kBucketCount);
  for (size_t i = 0; i < buckets_.size(); ++i) {
    if (buckets_[i] != nullptr) digests[i] = buckets_[i]->Finish();
  }
  return digests;
}

}  // namespace evident::graph
