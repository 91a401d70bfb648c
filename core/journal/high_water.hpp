#pragma once
// How far the journal has come, kept in a small file beside the store ("handoff.db.head") after each commit. A store
// whose journal does not hold that row is an older copy, put back by hand, and is treated like a restore (INVARIANTS
// J10). The file is not synced: after a power cut it may be behind, which proves nothing and harms nothing.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace handoff::journal {

struct ChainHead {
  std::int64_t seq = 0;
  std::string hash;  // 32 bytes
};

class HighWater {
 public:
  struct Mark {
    std::int64_t seq = 0, epoch = 0;
    std::string hash;  // hex
  };

  HighWater() = default;
  ~HighWater();
  HighWater(const HighWater&) = delete;
  HighWater& operator=(const HighWater&) = delete;

  /// Makes the file if it is missing. What it says; nothing if it is new or torn.
  std::expected<std::optional<Mark>, std::string> open(const std::string& path);
  /// Does nothing before open().
  void set(std::int64_t seq, std::int64_t epoch, std::string_view hash);

  static std::optional<Mark> read(const std::string& path);

 private:
  int file_ = -1;
};

}  // namespace handoff::journal
