#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "audit/log/guard.h"
#include "audit/log/key_ring.h"
#include "audit/proof/checkpoint.h"
#include "audit/proof/entry_name.h"
#include "audit/proof/log_keys.h"
#include "audit/proof/note.h"
#include "base/file.h"
#include "base/random.h"
#include "base/status.h"
#include "client/cli/commands.h"
#include "client/cli/key_chain.h"
#include "client/cli/receipt_check.h"

namespace evident::cli {
namespace {

constexpr unsigned kSecret = 0600;
constexpr unsigned kPublic = 0644;

struct KeyFiles {
  std::string origin;
  std::string signer;
  std::string verifier;
};

absl::Status MakeKey(const KeyFiles& files, const Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::LogId log, audit::ParseOrigin(files.origin));
  EVIDENT_ASSIGN_OR_RETURN(const audit::NoteSigner signer,
                           audit::NoteSigner::Generate(log.Origin(), Random::System()));
  // The public one first: a secret that nobody can check signatures of is of no use.
  const std::string verifier = signer.verifier().ToText();
  EVIDENT_RETURN_IF_ERROR(CreateFile(files.verifier, verifier + "\n", kPublic));
  EVIDENT_RETURN_IF_ERROR(CreateFile(files.signer, signer.ToText() + "\n", kSecret));
  if (session.json()) {
    std::cout << nlohmann::ordered_json{{"log", log.Origin()},
                                        {"signer", files.signer},
                                        {"verifier_key", verifier}}
                     .dump(2)
              << "\n";
  } else {
    std::cout << "made a key of " << log.Origin() << ": " << files.signer
              << ", to be kept secret, and " << files.verifier << "\n"
              << verifier << "\n";
  }
  return absl::OkStatus();
}

// The log's keys, proven from those that are known.
absl::Status ShowKeys(const std::string& out, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::LogKeys known, NeededKeys(session));
  EVIDENT_ASSIGN_OR_RETURN(const auto client, session.Connect());
  const absl::StatusOr<audit::LogKeys> keys = FollowRotations(*client, known);
  if (!keys.ok() && absl::IsDataLoss(keys.status())) {
    session.FailVerification(keys.status());
    return absl::OkStatus();
  }
  if (!keys.ok()) return keys.status();
  if (!out.empty()) EVIDENT_RETURN_IF_ERROR(WriteFileAtomically(out, keys->ToText(), kPublic));
  if (!session.json()) {
    std::cout << keys->ToText();
    return absl::OkStatus();
  }
  std::vector<std::string> texts;
  for (const audit::NoteVerifier& key : keys->all()) texts.push_back(key.ToText());
  std::cout << nlohmann::ordered_json{{"log", keys->name()}, {"verifier_keys", texts}}.dump(2)
            << "\n";
  return absl::OkStatus();
}

// What a guard's file holds: the last checkpoint that is known of a log, when it is gone itself.
absl::Status ShowGuard(const std::string& path, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::LogKeys keys, NeededKeys(session));
  EVIDENT_ASSIGN_OR_RETURN(const std::string note, audit::ReadGuard(path));
  const auto checkpoint = audit::OpenCheckpoint(note, keys);
  if (!checkpoint.ok()) {
    session.FailVerification(Annotate(checkpoint.status(), path));
    return absl::OkStatus();
  }
  if (session.json()) {
    std::cout << nlohmann::ordered_json{{"log", checkpoint->origin},
                                        {"size", checkpoint->size},
                                        {"checkpoint", note}}
                     .dump(2)
              << "\n";
  } else {
    std::cout << note;
  }
  return absl::OkStatus();
}

struct RewrapFiles {
  std::string keys;
  std::string kek;
  std::string new_kek;
};

// Wraps the keys of a stopped server's bodies by another key-encryption key, which is made where
// there is none yet.
absl::Status Rewrap(const RewrapFiles& files, Session& session) {
  EVIDENT_ASSIGN_OR_RETURN(const audit::LogKeys log_keys, NeededKeys(session));
  audit::KeyRingOptions options;
  options.path = files.keys;
  options.origin = log_keys.name();
  options.random = &Random::System();
  EVIDENT_ASSIGN_OR_RETURN(options.key_encryption_key, audit::ReadKeyEncryptionKey(files.kek));
  const absl::Status made =
      CreateFile(files.new_kek, audit::NewKeyEncryptionKeyFile(Random::System()), kSecret);
  if (!made.ok() && !absl::IsAlreadyExists(made)) return made;
  EVIDENT_ASSIGN_OR_RETURN(const std::string new_kek, audit::ReadKeyEncryptionKey(files.new_kek));
  EVIDENT_ASSIGN_OR_RETURN(const uint64_t keys, audit::RewrapKeys(options, new_kek));
  if (session.json()) {
    std::cout << nlohmann::ordered_json{{"keys", keys}}.dump(2) << "\n";
  } else {
    std::cout << keys << " keys of bodies are wrapped by " << files.new_kek
              << "; name it as audit.kek_file before the server starts\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddLogKeyCommands(CLI::App& audit, Session& session) {
  const auto run = [&session](const absl::Status& status) {
    if (!status.ok()) session.Fail(status);
  };

  auto files = std::make_shared<KeyFiles>();
  CLI::App* const make = audit.add_subcommand("make-key", "Make a key that signs a log");
  make->add_option("log", files->origin, "Log and incarnation, as NAME/NUMBER")->required();
  make->add_option("--signer", files->signer, "File to make for the server")->required();
  make->add_option("--verifier", files->verifier, "File to make for those who verify")->required();
  make->callback([=, &session] { run(MakeKey(*files, session)); });

  auto out = std::make_shared<std::string>();
  CLI::App* const keys = audit.add_subcommand(
      "keys", "The log's verifier keys, proven from one of them that is known");
  keys->add_option("--out", *out, "File to write them to, one a line");
  keys->callback([=, &session] { run(ShowKeys(*out, session)); });

  auto rewrap = std::make_shared<RewrapFiles>();
  CLI::App* const wrapping = audit.add_subcommand(
      "rewrap-keys", "Wrap the keys of a stopped server's bodies by another key-encryption key");
  wrapping->add_option("keys", rewrap->keys, "Folder of the wrapped keys")->required();
  wrapping->add_option("--kek", rewrap->kek, "File of the key that wraps them now")->required();
  wrapping
      ->add_option("--new-kek", rewrap->new_kek, "File of the other one, made when there is none")
      ->required();
  wrapping->callback([=, &session] { run(Rewrap(*rewrap, session)); });

  auto guard = std::make_shared<std::string>();
  CLI::App* const last = audit.add_subcommand(
      "last-checkpoint", "The checkpoint that a guard's file holds, of a log that is not running");
  last->add_option("guard", *guard, "The guard's file")->required();
  last->callback([=, &session] { run(ShowGuard(*guard, session)); });
}

}  // namespace evident::cli
