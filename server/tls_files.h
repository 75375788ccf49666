// The certificates that are served: a checked copy of the operator's, so that a pair that does not
// fit never reaches gRPC, which would refuse every handshake until it is mended.
#ifndef EVIDENT_SERVER_TLS_FILES_H_
#define EVIDENT_SERVER_TLS_FILES_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "server/config.h"

namespace evident::server {

// Used by one thread at a time. While it lives, its folder holds a copy of the private key.
class TlsFiles {
 public:
  // Makes the first copy in `folder`, private to this user; what is left there of an earlier
  // process is removed. CheckTlsFiles' errors; FAILED_PRECONDITION (TLS_FOLDER_FOREIGN) when the
  // folder holds anything that no server put there; UNAVAILABLE when it cannot be written.
  static absl::StatusOr<std::unique_ptr<TlsFiles>> Create(const TlsConfig& tls, std::string folder,
                                                          const Clock& clock);
  ~TlsFiles();  // RemoveCopy

  // Removes the folder of an earlier process, killed or not. One without a server's marker,
  // whatever it is, stays as it is. Not while a server runs on it.
  static void RemoveCopy(const std::string& folder);

  // The copies, by paths that stay the same: a new set takes the place of the old one as a whole.
  const TlsConfig& served() const { return served_; }

  // Checks the operator's files, changed or not, and serves them from now on; bad ones are logged,
  // and those before stay.
  void ReloadAndLog();

  // The same when one of the files, its owner or mode is another than when it was looked at last;
  // after a failure always, since a clock, a folder on the path or a full disk may have been what
  // was wrong. The same failure is logged once. Whether the files were read.
  bool ReloadIfChanged();

 private:
  TlsFiles(const TlsConfig& tls, std::string folder, const Clock& clock);
  std::string Stamp() const;
  absl::Status Reload();
  absl::Status Serve();
  void ReloadAndLogUnless(const std::string& known);

  const TlsConfig tls_;
  const std::string folder_;
  const Clock& clock_;
  const TlsConfig served_;
  std::string stamp_;
  std::string error_;  // what the last look ended in; empty: all is served
  uint64_t sets_ = 0;  // made so far
};

}  // namespace evident::server

#endif  // EVIDENT_SERVER_TLS_FILES_H_
