// Every cap of the system, each named in docs/limits.md. Hitting one is RESOURCE_EXHAUSTED (or
// INVALID_ARGUMENT for a malformed input) that names it, never a silently shorter answer.
#ifndef EVIDENT_BASE_LIMITS_H_
#define EVIDENT_BASE_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace evident {

// Calls
inline constexpr size_t kRequestBytesMax = 4u << 20;            // ours; checked in the call path
inline constexpr size_t kTransportMessageBytesMax = 16u << 20;  // gRPC's own, above ours
inline constexpr size_t kTransportMemoryBytesMax = 512u << 20;  // what gRPC holds for all calls
inline constexpr size_t kMetadataBytesMax = 8u << 10;
inline constexpr size_t kMethodBytesMax = 256;  // of a method's name as recorded
inline constexpr size_t kInFlightCallsMax = 1024;
inline constexpr size_t kConcurrentStreamsMax = 256;  // calls under way on one connection
inline constexpr size_t kUnknownStreamsMax = 256;     // of unknown methods, awaiting their message
inline constexpr size_t kOverflowQueueMax = 8192;     // refusals of an overloaded server, to record
inline constexpr size_t kAggregateCountersMax = 4096;        // beyond it peers share one
inline constexpr size_t kImportsInFlightMax = 2;             // each may hold kPackBytesMax
inline constexpr size_t kServerStreamsMax = 128;             // streams of answers under way
inline constexpr size_t kBatchesInFlightMax = 16;            // streams of questions under way
inline constexpr size_t kBatchWindowMax = 32;                // items of one, taken and not yet sent
inline constexpr size_t kWaitingReadsMax = 2;                // that wait for a release, on workers
inline constexpr size_t kCompiledReleasesMax = 4;            // in memory
inline constexpr size_t kSettingsFileBytesMax = 1u << 20;    // configuration, policy, contexts
inline constexpr size_t kViolationsShownMax = 20;            // then "and N more"
inline constexpr size_t kReceiptTrailerBytesMax = 6u << 10;  // receipt and details together
inline constexpr int64_t kDeadlineDefaultMs = 30'000;        // for a caller that set none
inline constexpr int64_t kDeadlineMaxMs = 300'000;
inline constexpr int kPageSizeDefault = 100;
inline constexpr int kPageSizeMax = 1000;

// Questions
inline constexpr size_t kQuestionTextBytesMax = 8u << 10;
inline constexpr size_t kConceptsPerQuestionMax = 64;
inline constexpr size_t kIssuersPerQuestionMax = 64;  // that a question is filtered by
inline constexpr size_t kFactsPerQuestionMax = 1024;
inline constexpr size_t kObservationsPerQuestionMax = 1024;
inline constexpr size_t kAlternativesMax = 16;            // of one what-if
inline constexpr size_t kSiteMappingsMax = 20'000;        // codes that a site binds to facts
inline constexpr size_t kSiteMappingBytesMax = 4u << 20;  // of that file
inline constexpr size_t kDecisionsExaminedMax = 200'000;  // in search of those a draft touches
inline constexpr size_t kDecisionsRerunMax = 10'000;      // decided again over a draft
inline constexpr size_t kDecisionsNamedMax = 1'000;       // of those that come out otherwise
inline constexpr size_t kNameBytesMax = 256;
inline constexpr size_t kSubjectBytesMax = 256;
inline constexpr size_t kTenantBytesMax = 64;
inline constexpr size_t kClientReferenceBytesMax = 256;
inline constexpr size_t kReplayDifferencesShownMax = 100;  // then "and N more"
inline constexpr size_t kFeedbackStatementsMax = 1000;     // of one decision
inline constexpr size_t kFeedbackCommentBytesMax = 2000;   // on one statement
inline constexpr size_t kFeedbackReasonsMax = 100;         // on a site's list

// Criteria
inline constexpr size_t kCriterionDepthMax = 32;
inline constexpr size_t kCriterionNodesMax = 512;
inline constexpr size_t kCriterionTextBytesMax = 4096;
inline constexpr size_t kDecidingFactsExactMax = 12;  // beyond it the deciding sets are a bound
inline constexpr size_t kDecidingSetsMax = 64;
inline constexpr size_t kDecidingEvaluationsMax = 200'000;  // of one search; beyond it a bound
inline constexpr size_t kChangedFactsMax = 3;               // of a nearest change
inline constexpr size_t kChangesTriedMax = 64;              // in search of one
inline constexpr int64_t kWithinAmountMax = 100'000;        // days, weeks, months or years
inline constexpr size_t kDerivationDepthMax = 64;           // facts derived one from another

// Knowledge
inline constexpr size_t kRecordBytesMax = 1u << 20;  // one node or edge record
inline constexpr size_t kRecordDepthMax = 100;       // messages in one another, as protobuf parses
inline constexpr size_t kOutDegreeMax = 1u << 16;    // of one kind; ordinals are 16 bits
inline constexpr size_t kPackFilesMax = 10'000;
inline constexpr size_t kPackFileBytesMax = 1u << 20;
inline constexpr size_t kPackBytesMax = 256u << 20;
inline constexpr size_t kPackErrorsMax = 100;             // then "and N more"
inline constexpr size_t kYamlDepthMax = 16;               // levels of one file of a pack
inline constexpr size_t kYamlNodesMax = 100'000;          // values of one file of a pack
inline constexpr size_t kPhraseFormsMax = 2'000;          // of one phrase of a fact
inline constexpr size_t kViewBytesDefault = 2048u << 20;  // of the compiled head, in memory
inline constexpr size_t kHeadlineCharsMax = 140;
inline constexpr size_t kStatementsPerAnswerMax = 4096;
inline constexpr size_t kProvenancePathsMax = 256;  // of one statement
inline constexpr size_t kIsADepthMax = 64;
inline constexpr int32_t kDecimalScaleMax = 18;
inline constexpr size_t kNodesScannedMax = 20'000;  // that one page of nodes or a diff looks at
inline constexpr size_t kPageBytesMax = 8u << 20;   // of nodes or differences on one page
inline constexpr size_t kTokenDigestBytes = 8;      // of a release digest, in a consistency token
inline constexpr size_t kSearchHitsMax = 10'000;    // concepts that one search finds
inline constexpr uint32_t kWalkDepthMax = 64;       // edges from a start of a walk
inline constexpr size_t kWalkFanOutMax = 1u << 17;  // edges that a walk leaves one node by
inline constexpr size_t kWalkStepsMax = 100'000;    // of one walk
inline constexpr size_t kWalkStartsMax = 64;
inline constexpr size_t kDraftEditsMax = 1'000;           // of one ApplyChanges
inline constexpr size_t kDraftChangesMax = 20'000;        // nodes that one draft changes
inline constexpr size_t kDraftEventsMax = 1'000;          // acts on one draft
inline constexpr size_t kDraftsScannedMax = 1'000;        // that one page of drafts looks at
inline constexpr size_t kDraftRenderedMax = 1'000;        // nodes of a draft that is rendered
inline constexpr size_t kDraftFindingsShownMax = 10'000;  // of a draft
inline constexpr size_t kRequestIdBytesMax = 128;         // a caller's id of a change
inline constexpr int kRequestIdHours = 24;                // for which it is remembered
inline constexpr size_t kActTextBytesMax = 4096;          // why, notes: of an act of a curator
inline constexpr size_t kReviewsPerCallMax = 256;         // revisions reviewed in one call
inline constexpr size_t kReviewInterestsMax = 16;         // declared with one vote
inline constexpr size_t kReviewsScannedMax = 10'000;      // nodes that one page of reviews looks at
inline constexpr size_t kAffectedShownMax = 1000;         // statements named, beside their count

// Audit log
inline constexpr size_t kLogNameBytesMax = 100;
inline constexpr size_t kRecordedRequestBytesMax = 64u << 10;  // above: length and SHA-256
inline constexpr size_t kRecordedReasonBytesMax = 1024;  // why a call was refused, in its entry
inline constexpr size_t kCachedKeysMax = 10'000;         // unwrapped body keys in memory
inline constexpr size_t kAppendQueueMax = 8192;
inline constexpr size_t kAppendBatchMax = 1024;
inline constexpr size_t kAppendBatchBytesMax = 32u << 20;    // of sealed bodies, or one entry
inline constexpr size_t kFsckProblemsMax = 100;              // reported by one check
inline constexpr size_t kExportLeavesEach = 256;             // leaves in one message of an export
inline constexpr size_t kExportEntriesEach = 64;             // whole entries in one message
inline constexpr size_t kExportEntriesBytesEach = 1u << 20;  // after which a message takes no more
inline constexpr size_t kExportStretchEntries = 65'536;      // of an export, between checkpoints
inline constexpr size_t kTableRowsEach = 64;                 // entries in one message of rows
inline constexpr size_t kDimensionRowsEach = 256;            // of a release, in one message
inline constexpr size_t kKnownReleasesMax = 10'000;          // whose dimensions a caller has
inline constexpr int64_t kHeartbeatDefaultMs = 15'000;       // of a stream that follows the log
inline constexpr int64_t kHeartbeatMaxMs = 60'000;
inline constexpr size_t kAnalyticsFactsMax = 1000;      // whose values a policy lists for analyses
inline constexpr size_t kTileStretchMax = 131'072;      // leaves held until a checkpoint comes
inline constexpr size_t kIndexSegmentEntries = 65'536;  // of the log's index, packed together
inline constexpr size_t kIndexIntakeMax = 65'536;  // entries on their way from the log to the index
inline constexpr size_t kIndexHashesKept = 16'384;        // of recurring terms
inline constexpr size_t kAffectedStatementsMax = 10'000;  // that rest on one node, over releases
inline constexpr size_t kArchiveBytesEach = 1u << 20;     // in one message of sealed bodies, about
inline constexpr int64_t kRetentionDaysMin = 30;          // that a site may configure
inline constexpr size_t kProofHashesMax = 64;  // of an inclusion proof: a tree of 2^64 leaves
inline constexpr size_t kNoteSignaturesMax = 64;
inline constexpr size_t kNoteBytesMax = 64u << 10;
inline constexpr size_t kReceiptBytesMax = 16u << 10;  // one serialised receipt
inline constexpr size_t kBodyBytesMax = 16u << 20;     // one entry's body, unsealed

}  // namespace evident

#endif  // EVIDENT_BASE_LIMITS_H_
