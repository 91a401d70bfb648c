#include "core/reconcile/results.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <optional>

#include "core/crypto/hash.hpp"
#include "core/model/read_file.hpp"
#include "core/report/html.hpp"
#include "core/report/json.hpp"

namespace handoff::reconcile {

namespace {

constexpr const char* kHistory = "history.json";

/// The same for the same results.
std::string id_of(const report::Audit& audit) {
  std::string what = json::write(report::summary_json(audit));
  for (const report::Finding& one : audit.findings)
    what += "|" + one.id + std::to_string(report::at(one.cause)) + "," + std::to_string(one.difference) + "," +
            std::to_string(one.confidence);
  return "au-" + crypto::base32(crypto::bytes(crypto::sha256(what))).substr(0, 16);
}

/// Out of the begin of a file that may be large; nothing if there is no such file.
std::optional<std::string> id_in(const std::filesystem::path& path) {
  constexpr std::size_t kHead = 256;
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string head(kHead, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(in.gcount()));
  std::size_t at = head.find("\"au-");
  return at == std::string::npos ? std::string() : head.substr(at + 1, head.find('"', at + 1) - at - 1);
}

/// A name must not be there before its bytes are: after a power cut it would be an empty file's.
bool synced(const std::filesystem::path& path) {
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  bool good = ::fsync(file) == 0;
  ::close(file);
  return good;
}

}  // namespace

bool write_whole(const std::filesystem::path& path, const std::string& text) { return write_together({{path, text}}); }

bool write_together(const std::vector<NewFile>& files) {
  std::vector<std::filesystem::path> beside;
  for (const NewFile& file : files) {
    beside.push_back(file.path);
    beside.back() += ".new";
    std::ofstream out(beside.back(), std::ios::binary | std::ios::trunc);
    file.text([&out](std::string_view piece) { out << piece; });
    out.close();
    if (!out || !synced(beside.back())) return false;
  }
  std::error_code error;
  for (std::size_t i = 0; i < files.size() && !error; ++i) std::filesystem::rename(beside[i], files[i].path, error);
  return !error;
}

std::string mixed(const std::string& folder) {
  std::filesystem::path in(folder);
  auto findings = id_in(in / "findings.json"), summary = id_in(in / "summary.json");
  if (!findings || !summary || *findings == *summary) return {};
  auto shown = [](const std::string& id) { return id.empty() ? "without an id" : id; };
  return folder + ": findings.json is of one audit (" + shown(*findings) + ") and summary.json of another (" +
         shown(*summary) + "): a run ended while it wrote them; run it again: handoff audit ... -o " + folder;
}

std::expected<void, std::string> write_results(report::Audit& audit, const std::string& folder) {
  audit.id.clear();
  audit.id = id_of(audit);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  std::filesystem::path to(folder);
  auto report = [&](const report::Sink& out) { out(report::html(audit)); };
  bool good =
      !error &&
      write_together({{to / "findings.json", [&](const report::Sink& out) { report::findings_json(audit, out); }},
                      {to / "findings.csv", [&](const report::Sink& out) { report::findings_csv(audit, out); }},
                      {to / "report.html", report},
                      {to / "summary.json", report::pretty(report::summary_json(audit))}});
  if (!good) return std::unexpected(folder + ": cannot be written");
  return {};
}

std::expected<History, std::string> load_history(const std::string& folder) {
  std::filesystem::path path = std::filesystem::path(folder) / kHistory;
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return History();
  std::expected<std::string, Unread> text = read_file(path);
  if (!text) return std::unexpected(text.error().text());
  auto history = read_history(*text);
  if (history) return history;
  return std::unexpected(path.string() + ": " + history.error() +
                         "; put back the one of a backup, or move it away and begin anew");
}

std::expected<void, std::string> save_history(const History& history, const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  std::filesystem::path path = std::filesystem::path(folder) / kHistory;
  if (error || !write_whole(path, write_history(history)))
    return std::unexpected(path.string() + ": cannot be written");
  return {};
}

std::set<std::string> load_unjudged(const std::string& folder) {
  std::set<std::string> out;
  std::ifstream in(std::filesystem::path(folder) / "unjudged.txt");
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) out.insert(line);
  return out;
}

}  // namespace handoff::reconcile
