#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "client/cli/commands.h"
#include "client/cli/identity.h"
#include "client/cli/installation.h"

namespace evident::cli {
namespace {

void PrintJson(const nlohmann::ordered_json& json) {
  std::cout << json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
}

void RunInit(const InstallationOptions& options, Session& session) {
  const absl::Status made = MakeInstallation(options, Clock::System(), Random::System());
  if (!made.ok()) return session.Fail(made);
  const std::string& dir = options.directory;
  if (session.json()) {
    PrintJson({{"directory", dir},
               {"server_config", dir + "/evidentd.yaml"},
               {"contexts", dir + "/config.yaml"},
               {"policy", dir + "/policy.yaml"},
               {"verifier_key", dir + "/log.verifier"},
               {"admin", "cn:admin"}});
  } else {
    std::cout << "made " << dir << ": authority, server and admin certificates, log and body keys\n"
              << "  serve:  evidentd --config " << dir << "/evidentd.yaml\n"
              << "  ask:    EVIDENT_CONFIG=" << dir << "/config.yaml evident status\n"
              << "Keep ca.key offline once all identities are issued, and a copy of kek.key apart "
                 "from backups of the log.\n";
  }
  session.Done();
}

void RunIdentityAdd(const IdentityOptions& options, Session& session) {
  const absl::Status added = AddIdentity(options, Clock::System());
  if (!added.ok()) return session.Fail(added);
  const std::string base = options.directory + "/clients/" + options.name;
  if (session.json()) {
    PrintJson({{"identity", "cn:" + options.name},
               {"roles", options.roles},
               {"context", options.name},
               {"certificate", base + ".crt"},
               {"key", base + ".key"}});
  } else {
    std::cout << "added cn:" << options.name << ", certificate " << base
              << ".crt; use it with --context " << options.name << "\n";
  }
  session.Done();
}

}  // namespace

void AddSetupCommands(CLI::App& app, Session& session) {
  auto init = std::make_shared<InstallationOptions>();
  CLI::App* const command =
      app.add_subcommand("init", "Make a folder with certificates, keys, policy and configuration");
  command->add_option("directory", init->directory, "Folder to make")->required();
  command->add_option("--name", init->log_name, "Name of the audit log: a-z, 0-9, '.', '-'");
  command->add_option("--host", init->hosts, "Name or address of the server; may stand repeatedly")
      ->allow_extra_args(false);
  command->add_option("--listen", init->listen, "host:port that the server listens on");
  command->callback([init, &session] { RunInit(*init, session); });

  CLI::App* const identity = app.add_subcommand("identity", "Callers of an installation");
  identity->require_subcommand(1);
  auto add = std::make_shared<IdentityOptions>();
  CLI::App* const adding =
      identity->add_subcommand("add", "Issue a client certificate and give it roles");
  adding->add_option("directory", add->directory, "Folder that init made")->required();
  adding->add_option("name", add->name, "Common name of the certificate")->required();
  adding->add_option("--roles", add->roles, "Roles, separated by commas")
      ->required()
      ->delimiter(',');
  adding->add_option("--days", add->days, "Validity of the certificate")
      ->check(CLI::Range(1, 3650));
  adding->callback([add, &session] { RunIdentityAdd(*add, session); });
}

}  // namespace evident::cli
