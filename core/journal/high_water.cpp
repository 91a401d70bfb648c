#include "core/journal/high_water.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include "core/crypto/hash.hpp"

namespace handoff::journal {

namespace {

constexpr std::size_t kBytes = 192;  // always as many, so that a full disk has room for it

std::string check_of(std::string_view text) { return crypto::hex(crypto::bytes(crypto::sha256(text))).substr(0, 16); }

/// "SEQ EPOCH HASH CHECK", filled up with blanks.
std::optional<HighWater::Mark> parse(std::string_view text) {
  HighWater::Mark out;
  const char *at = text.data(), *end = at + text.size();
  auto seq = std::from_chars(at, end, out.seq);
  if (seq.ec != std::errc() || seq.ptr == end) return std::nullopt;
  auto epoch = std::from_chars(seq.ptr + 1, end, out.epoch);
  if (epoch.ec != std::errc() || end - epoch.ptr < 1 + 64 + 1 + 16) return std::nullopt;
  out.hash = std::string(epoch.ptr + 1, 64);
  auto said = static_cast<std::size_t>(epoch.ptr + 1 + 64 - at);
  if (text.substr(said + 1, 16) != check_of(text.substr(0, said))) return std::nullopt;
  return out;
}

std::optional<HighWater::Mark> read_from(int file) {
  char text[kBytes];
  ssize_t got = pread(file, text, sizeof text, 0);
  return got > 0 ? parse({text, static_cast<std::size_t>(got)}) : std::nullopt;
}

}  // namespace

HighWater::~HighWater() {
  if (file_ >= 0) ::close(file_);
}

std::expected<std::optional<HighWater::Mark>, std::string> HighWater::open(const std::string& path) {
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file_ < 0) return std::unexpected(path + ": " + std::strerror(errno));
  return read_from(file_);
}

void HighWater::set(std::int64_t seq, std::int64_t epoch, std::string_view hash) {
  if (file_ < 0) return;
  std::string text = std::to_string(seq) + " " + std::to_string(epoch) + " " + crypto::hex(hash);
  text += " " + check_of(text);
  text.resize(kBytes, ' ');
  text.back() = '\n';
  // Written or not: an old mark is a true mark.
  if (pwrite(file_, text.data(), text.size(), 0) < 0) errno = 0;
}

std::optional<HighWater::Mark> HighWater::read(const std::string& path) {
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  std::optional<Mark> out = read_from(file);
  ::close(file);
  return out;
}

}  // namespace handoff::journal
