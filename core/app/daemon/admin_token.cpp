#include "core/app/daemon/admin_token.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "core/serve/views_token.hpp"

namespace handoff::app {

namespace {

constexpr std::string_view kName = "local-admin-";

/// Empty: there is no such file.
std::string first_line(const std::string& path) {
  std::string line;
  std::ifstream file(path);
  std::getline(file, line);
  return line;
}

bool is_there(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

/// Whole and on disk, or not at all.
bool write_whole(const std::string& path, const std::string& text) {
  std::string fresh = path + ".new";
  int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return false;
  bool whole = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  ::close(file);
  if (whole && ::rename(fresh.c_str(), path.c_str()) == 0) return true;
  ::unlink(fresh.c_str());
  return false;
}

}  // namespace

void keep_admin_token(journal::Store& store, const std::string& path, std::int64_t now_ms) {
  std::vector<journal::TokenRow> known = store.read().tokens();
  std::string hash = serve::token_hash(first_line(path));
  auto here = [&](const journal::TokenRow& row) { return row.hash == hash; };
  auto local = [](const journal::TokenRow& row) { return row.name.starts_with(kName); };
  std::optional<journal::RestoreRow> restore = store.read().last_restore();
  bool restored_just_now = restore && restore->epoch == store.epoch();  // which put the file aside
  bool had_one = std::ranges::any_of(known, local) && !restored_just_now;
  if (is_there(path) ? std::ranges::any_of(known, here) : had_one) return;
  serve::NewToken token = serve::make_token(crypto::system_random);
  if (!write_whole(path, token.text + "\n")) return;
  journal::TokenAdded added;
  added.hash = token.hash;
  added.name = std::string(kName) + added.hash.substr(0, 8);
  added.role = "admin";
  store.append(now_ms, "", "handoffd", added);
}

}  // namespace handoff::app
