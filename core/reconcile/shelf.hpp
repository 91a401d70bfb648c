#pragma once
// Packed records by the digest of their key, in memory up to a limit and beyond it in one file that has no name: what
// is left of a killed run is nothing.

#include <array>
#include <atomic>
#include <cstdint>
#include <expected>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/reconcile/record.hpp"

namespace handoff::reconcile {

inline constexpr std::size_t kPartitions = 1024;  // of 10 million credits one fits into a processor's cache
inline constexpr std::size_t kChunk = 8 * 1024;

/// The partition of a key. A record without a key goes where its place leads: it has no like.
inline std::size_t partition_of(std::string_view key) { return digest(key) % kPartitions; }
inline std::size_t partition_of(const Record& record) {
  return record.key.empty() ? (record.place * 0x9e3779b97f4a7c15 >> 32) % kPartitions : partition_of(record.key);
}

class Shelf {
 public:
  /// `memory_bytes` for records; `folder` takes the file, if one is needed.
  Shelf(std::size_t memory_bytes, std::string folder) : memory_bytes_(memory_bytes), folder_(std::move(folder)) {}
  Shelf(const Shelf&) = delete;
  Shelf& operator=(const Shelf&) = delete;
  ~Shelf();

  /// Any thread. False if the file cannot take it; error() says why.
  bool put(std::size_t partition, std::unique_ptr<char[]> chunk, std::size_t size);
  /// The records of a partition one after the other, in no order; the shelf forgets them. Any thread, each partition
  /// once.
  bool take(std::size_t partition, std::vector<char>& out);
  std::string error();
  std::uint64_t spilled() const { return spilled_; }

 private:
  struct Chunk {
    std::unique_ptr<char[]> bytes;  // null: in the file at `offset`
    std::size_t size = 0;
    std::uint64_t offset = 0;
  };
  bool spill(Chunk& chunk);
  bool fail(const std::string& what);

  std::size_t memory_bytes_;
  std::string folder_;
  std::atomic<std::size_t> in_memory_ = 0;
  std::atomic<std::uint64_t> spilled_ = 0;
  std::mutex mutex_;  // file_ and error_
  int file_ = -1;
  std::string error_;
  struct Partition {
    std::mutex mutex;
    std::vector<Chunk> chunks;
  };
  std::array<Partition, kPartitions> partitions_;
};

/// One thread's way onto the shelf.
class ShelfWriter {
 public:
  explicit ShelfWriter(Shelf& shelf) : shelf_(shelf) {}
  bool put(const Record& record) { return put(record, partition_of(record)); }
  bool put(const Record& record, std::size_t partition);
  /// The rest. Last.
  bool finish();

 private:
  struct Open {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };
  Shelf& shelf_;
  std::array<Open, kPartitions> open_;
};

}  // namespace handoff::reconcile
