#pragma once
// Memory for records, in chunks of one size that are used again. Taken from the system with all its pages at once: asking for
// each when it is first written to costs more than writing it.

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace handoff::reconcile {

inline constexpr std::size_t kChunk = 8 * 1024;

/// Any thread. Outlives its chunks; gives nothing back to the system before it ends. No memory: std::bad_alloc.
class ChunkPool {
 public:
  struct Return {
    ChunkPool* pool = nullptr;
    void operator()(char* chunk) const { pool->give(chunk); }
  };
  using Chunk = std::unique_ptr<char[], Return>;

  Chunk take();

 private:
  struct Unmap {
    void operator()(char* slab) const;
  };
  void give(char* chunk);

  std::mutex mutex_;
  std::vector<std::unique_ptr<char[], Unmap>> slabs_;
  std::vector<char*> free_;
};

}  // namespace handoff::reconcile
