#include "core/reconcile/chunk_pool.hpp"

#include <sys/mman.h>

namespace handoff::reconcile {

namespace {

constexpr std::size_t kSlab = 1 << 20;

}  // namespace

void ChunkPool::Unmap::operator()(char* slab) const { ::munmap(slab, kSlab); }

ChunkPool::Chunk ChunkPool::take() {
  std::unique_lock lock(mutex_);
  if (free_.empty()) {
    lock.unlock();  // others may give some back meanwhile; a slab too many is used later
    void* pages = ::mmap(nullptr, kSlab, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (pages == MAP_FAILED) throw std::bad_alloc();
    std::unique_ptr<char[], Unmap> slab(static_cast<char*>(pages));
    lock.lock();
    slabs_.push_back(std::move(slab));
    free_.reserve(slabs_.size() * (kSlab / kChunk));  // so that give() needs none
    for (std::size_t at = kSlab; at > 0; at -= kChunk) free_.push_back(slabs_.back().get() + at - kChunk);
  }
  char* chunk = free_.back();
  free_.pop_back();
  return Chunk(chunk, Return{this});
}

void ChunkPool::give(char* chunk) {
  std::lock_guard lock(mutex_);
  free_.push_back(chunk);
}

}  // namespace handoff::reconcile
