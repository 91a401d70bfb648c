#pragma once
// Packed records by the digest of their key, in memory up to a limit and beyond it in one file that has no name: what
// is left of a killed run is nothing.
//
// What goes to disk goes there as half of the memory at once, partition after partition. Chunk by chunk the records of one
// partition would lie 8 KiB here and 8 KiB there, and each would be a place that the disk has to find.

#include <sys/uio.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <expected>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/reconcile/chunk_pool.hpp"
#include "core/reconcile/record.hpp"

namespace handoff::reconcile {

// Each open one is a place to write to: more of them leave the cache, fewer make large ones.
inline constexpr std::size_t kPartitions = 512;

/// The partition of a key. A record without a key goes where those lead that two files may repeat.
inline std::size_t partition_of(std::string_view key) { return digest(key) % kPartitions; }
inline std::size_t partition_of(const Record& record) {
  if (!record.key.empty()) return partition_of(record.key);
  std::uint64_t apart =
      record.time_s == 0 ? record.place : static_cast<std::uint64_t>(record.amount) << 32 ^ record.time_s;
  return (apart * 0x9e3779b97f4a7c15 >> 32) % kPartitions;
}

class Shelf {
 public:
  /// `memory_bytes` for records; `folder` takes the file, if one is needed.
  Shelf(std::size_t memory_bytes, std::string folder)
      : memory_bytes_(memory_bytes), begin_spilling_(memory_bytes / 8 * 7), folder_(std::move(folder)) {}
  Shelf(const Shelf&) = delete;
  Shelf& operator=(const Shelf&) = delete;
  ~Shelf();

  /// Any thread. False if the file cannot take it; error() says why.
  bool put(std::size_t partition, ChunkPool::Chunk chunk, std::size_t size);
  /// The records of a partition one after the other, in no order; the shelf forgets them. Any thread, each partition
  /// once.
  bool take(std::size_t partition, std::vector<char>& out);
  std::string error();
  /// How many places of the file there are to read. When nobody puts or takes.
  std::size_t pieces() const;
  /// An empty one, for put().
  ChunkPool::Chunk chunk() { return pool_.take(); }

 private:
  struct Chunk {
    ChunkPool::Chunk bytes;
    std::size_t size = 0;
  };
  /// Of a partition, in the file.
  struct Extent {
    std::uint64_t offset = 0;
    std::size_t size = 0;
  };
  struct Partition {
    std::mutex mutex;
    std::vector<Chunk> chunks;
    std::vector<Extent> extents;
  };
  bool spill();
  std::size_t make_room(std::size_t chunks);
  std::vector<Chunk> chunks_of(std::size_t partition);
  std::vector<Extent> extents_of(std::size_t partition);
  bool write(std::vector<iovec>& pieces);
  void read_ahead(std::size_t partition);
  bool fail(const std::string& what);

  ChunkPool pool_;
  std::size_t memory_bytes_, begin_spilling_;
  std::string folder_;
  std::atomic<std::size_t> in_memory_ = 0;
  std::mutex spilling_;  // file_, end_ and first_spilled_
  int file_ = -1;
  std::uint64_t end_ = 0;                    // of the file
  std::size_t first_spilled_ = kPartitions;  // those below it are whole in memory
  std::mutex error_mutex_;
  std::string error_;
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
    ChunkPool::Chunk bytes;
    std::size_t size = 0;
  };
  bool place_last();

  Shelf& shelf_;
  std::array<Open, kPartitions> open_;
  // The record before, packed: while the next one is read its place comes into the cache.
  std::array<char, kPackedMax> last_;
  std::size_t last_size_ = 0, last_partition_ = 0;
};

}  // namespace handoff::reconcile
