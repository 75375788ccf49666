#include "server/tls_files.h"

#include <filesystem>
#include <utility>

#include "base/file.h"
#include "base/log.h"
#include "base/status.h"
#include "server/file_stamp.h"
#include "server/tls_check.h"

namespace evident::server {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kPrivateFolder = 0700;
constexpr unsigned kPrivateFile = 0600;
constexpr char kMarker[] = "evident-serving-tls";
constexpr char kCertificate[] = "/certificate.pem";
constexpr char kKey[] = "/key.pem";
constexpr char kClientCa[] = "/client-ca.pem";

absl::Status WriteSet(const std::string& folder, const TlsTexts& texts) {
  EVIDENT_RETURN_IF_ERROR(MakeDirectories(folder, kPrivateFolder));
  EVIDENT_RETURN_IF_ERROR(
      WriteFileAtomically(folder + kCertificate, texts.certificate, kPrivateFile));
  EVIDENT_RETURN_IF_ERROR(WriteFileAtomically(folder + kKey, texts.key, kPrivateFile));
  return WriteFileAtomically(folder + kClientCa, texts.client_ca, kPrivateFile);
}

absl::Status PointTo(const std::string& link, const std::string& target) {
  const std::string fresh = link + ".next";
  std::error_code error;
  fs::remove(fresh, error);
  fs::create_symlink(target, fresh, error);
  if (!error) fs::rename(fresh, link, error);
  if (!error) return absl::OkStatus();
  return MakeError(absl::StatusCode::kUnavailable, "TLS_COPY_FAILED",
                   link + ": " + error.message());
}

bool IsOurs(const std::string& folder) {
  std::error_code ignored;
  return fs::is_directory(fs::symlink_status(folder, ignored)) &&
         fs::exists(folder + "/" + kMarker, ignored);
}

void Remove(const std::string& path) {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

}  // namespace

TlsFiles::TlsFiles(const TlsConfig& tls, std::string folder, const Clock& clock)
    : tls_(tls),
      folder_(std::move(folder)),
      clock_(clock),
      served_{folder_ + "/current" + kCertificate, folder_ + "/current" + kKey,
              folder_ + "/current" + kClientCa} {}

TlsFiles::~TlsFiles() { RemoveCopy(folder_); }

void TlsFiles::RemoveCopy(const std::string& folder) {
  if (!IsOurs(folder)) return;
  // The marker goes last, so that what a kill leaves is still known for ours.
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().filename() != kMarker) Remove(entry.path().string());
  }
  Remove(folder);
}

absl::StatusOr<std::unique_ptr<TlsFiles>> TlsFiles::Create(const TlsConfig& tls, std::string folder,
                                                           const Clock& clock) {
  RemoveCopy(folder);
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(folder, ignored)) && !fs::is_empty(folder, ignored)) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "TLS_FOLDER_FOREIGN",
                     folder + ": is for the server's own copies, but holds something else");
  }
  EVIDENT_RETURN_IF_ERROR(MakeDirectories(folder, kPrivateFolder));
  EVIDENT_RETURN_IF_ERROR(CreateFile(folder + "/" + kMarker, "", kPrivateFile));
  std::unique_ptr<TlsFiles> files(new TlsFiles(tls, std::move(folder), clock));
  EVIDENT_RETURN_IF_ERROR(files->Reload());
  return files;
}

std::string TlsFiles::Stamp() const {
  return FileStamp(tls_.certificate_file) + " " + FileStamp(tls_.key_file) + " " +
         FileStamp(tls_.client_ca_file);
}

absl::Status TlsFiles::Reload() {
  stamp_ = Stamp();
  const absl::Status status = Serve();
  error_ = std::string(status.message());
  return status;
}

absl::Status TlsFiles::Serve() {
  EVIDENT_ASSIGN_OR_RETURN(const TlsTexts texts, ReadTlsFiles(tls_));
  EVIDENT_RETURN_IF_ERROR(CheckTlsTexts(tls_, texts, clock_.NowNs()));
  const auto set = [this](uint64_t number) { return folder_ + "/" + std::to_string(number); };
  const uint64_t next = sets_ + 1;
  EVIDENT_RETURN_IF_ERROR(WriteSet(set(next), texts));
  EVIDENT_RETURN_IF_ERROR(PointTo(folder_ + "/current", std::to_string(next)));
  sets_ = next;
  // The set before may be read just now.
  if (sets_ > 2) Remove(set(sets_ - 2));
  return absl::OkStatus();
}

void TlsFiles::ReloadAndLog() { ReloadAndLogUnless(""); }

// A failure with the message `known` is not logged.
void TlsFiles::ReloadAndLogUnless(const std::string& known) {
  const absl::Status status = Reload();
  if (status.ok()) {
    Log(LogLevel::kInfo, "certificates reloaded", {{"certificate", tls_.certificate_file}});
  } else if (error_ != known) {
    Log(LogLevel::kError, "certificates not reloaded: those before stay in use",
        {{"error", error_}});
  }
}

bool TlsFiles::ReloadIfChanged() {
  if (error_.empty() && Stamp() == stamp_) return false;
  ReloadAndLogUnless(std::string(error_));
  return true;
}

}  // namespace evident::server
