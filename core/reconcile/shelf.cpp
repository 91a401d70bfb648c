#include "core/reconcile/shelf.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

#include "core/reconcile/nameless.hpp"

namespace handoff::reconcile {

Shelf::~Shelf() {
  if (file_ >= 0) ::close(file_);
}

bool Shelf::fail(const std::string& what) {
  std::string why = what + folder_ + ": " + std::strerror(errno);
  std::lock_guard lock(error_mutex_);
  if (error_.empty()) error_ = std::move(why);
  return false;
}

std::string Shelf::error() {
  std::lock_guard lock(error_mutex_);
  return error_;
}

std::vector<Shelf::Chunk> Shelf::chunks_of(std::size_t partition) {
  std::lock_guard lock(partitions_[partition].mutex);
  return std::exchange(partitions_[partition].chunks, {});
}

/// All pieces at the end of the file; leaves none.
bool Shelf::write(std::vector<iovec>& pieces) {
  for (std::size_t from = 0; from < pieces.size();) {
    auto count = static_cast<int>(std::min<std::size_t>(pieces.size() - from, IOV_MAX));
    ssize_t wrote = ::pwritev(file_, pieces.data() + from, count, static_cast<off_t>(end_));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return fail("no room to work: cannot write in ");
    end_ += static_cast<std::uint64_t>(wrote);
    for (auto left = static_cast<std::size_t>(wrote); left > 0;) {
      iovec& piece = pieces[from];
      std::size_t part = std::min(left, piece.iov_len);
      piece.iov_base = static_cast<char*>(piece.iov_base) + part;
      piece.iov_len -= part;
      left -= part;
      from += piece.iov_len == 0 ? 1 : 0;
    }
  }
  pieces.clear();
  return true;
}

/// Sets which partitions go to disk, as few as hold so many chunks: those that are there already, and the ones before.
std::size_t Shelf::make_room(std::size_t chunks) {
  std::size_t found = 0;
  auto count = [&](std::size_t partition) {
    std::lock_guard lock(partitions_[partition].mutex);
    found += partitions_[partition].chunks.size();
  };
  for (std::size_t i = first_spilled_; i < kPartitions; ++i) count(i);
  while (found < chunks && first_spilled_ > 0) count(--first_spilled_);
  return first_spilled_;
}

/// Half of what is in memory to the end of the file. While one thread writes the others go on, as long as there is room.
bool Shelf::spill() {
  std::unique_lock lock(spilling_, std::defer_lock);
  if (in_memory_ > memory_bytes_)
    lock.lock();
  else if (!lock.try_lock())
    return true;
  std::size_t held = in_memory_;
  if (held <= begin_spilling_) return true;  // another thread made room
  if (file_ < 0) file_ = nameless_file(folder_);
  if (file_ < 0) return fail("no room to work: cannot make a file in ");
  std::vector<Chunk> going;
  std::vector<iovec> pieces;
  std::uint64_t at = end_;
  for (std::size_t i = make_room(held / 2 / kChunk + 1); i < kPartitions; ++i) {
    std::vector<Chunk> chunks = chunks_of(i);
    if (chunks.empty()) continue;
    std::uint64_t begin = at;
    for (Chunk& chunk : chunks) {
      pieces.push_back({chunk.bytes.get(), chunk.size});
      at += chunk.size;
      going.push_back(std::move(chunk));
    }
    std::lock_guard partition(partitions_[i].mutex);
    partitions_[i].extents.push_back({begin, at - begin});
  }
  if (!write(pieces)) return false;
  in_memory_ -= going.size() * kChunk;
  return true;
}

bool Shelf::put(std::size_t partition, ChunkPool::Chunk bytes, std::size_t size) {
  {
    std::lock_guard lock(partitions_[partition].mutex);
    partitions_[partition].chunks.push_back({std::move(bytes), size});
  }
  return in_memory_.fetch_add(kChunk) + kChunk <= begin_spilling_ || spill();
}

/// Partitions that follow one another lie so in each piece: the system is told of several at once.
void Shelf::read_ahead(std::size_t partition) {
  constexpr std::size_t kAhead = 16;
  if (partition % kAhead != 0) return;
  std::vector<Extent> extents;
  for (std::size_t i = partition; i < std::min(partition + kAhead, kPartitions); ++i) {
    std::lock_guard lock(partitions_[i].mutex);
    extents.insert(extents.end(), partitions_[i].extents.begin(), partitions_[i].extents.end());
  }
  std::ranges::sort(extents, {}, &Extent::offset);
  for (std::size_t i = 0; i < extents.size();) {
    Extent whole = extents[i];
    while (++i < extents.size() && extents[i].offset == whole.offset + whole.size) whole.size += extents[i].size;
    ::posix_fadvise(file_, static_cast<off_t>(whole.offset), static_cast<off_t>(whole.size), POSIX_FADV_WILLNEED);
  }
}

std::vector<Shelf::Extent> Shelf::extents_of(std::size_t partition) {
  std::lock_guard lock(partitions_[partition].mutex);
  return std::exchange(partitions_[partition].extents, {});
}

bool Shelf::take(std::size_t partition, std::vector<char>& out) {
  read_ahead(partition);
  std::vector<Chunk> chunks = chunks_of(partition);
  std::vector<Extent> extents = extents_of(partition);
  std::size_t size = 0;
  for (const Chunk& chunk : chunks) size += chunk.size;
  for (const Extent& extent : extents) size += extent.size;
  out.resize(size);
  char* to = out.data();
  for (const Chunk& chunk : chunks) {
    std::memcpy(to, chunk.bytes.get(), chunk.size);
    to += chunk.size;
  }
  for (const Extent& extent : extents) {
    for (std::size_t done = 0; done < extent.size;) {
      ssize_t got = ::pread(file_, to + done, extent.size - done, static_cast<off_t>(extent.offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return fail("cannot read back what was put aside in ");
      done += static_cast<std::size_t>(got);
    }
    to += extent.size;
  }
  return true;
}

std::size_t Shelf::pieces() const {
  std::size_t out = 0;
  for (const Partition& partition : partitions_) out += partition.extents.size();
  return out;
}

bool ShelfWriter::put(const Record& record, std::size_t partition) {
  if (!place_last()) return false;
  last_size_ = pack(record, last_.data());
  last_partition_ = partition;
  if (const Open& open = open_[partition]; open.bytes) {
    constexpr int kToWrite = 1;
    constexpr std::size_t kLine = 64;
    __builtin_prefetch(open.bytes.get() + open.size, kToWrite);
    __builtin_prefetch(open.bytes.get() + open.size + kLine, kToWrite);
  }
  return true;
}

bool ShelfWriter::place_last() {
  if (last_size_ == 0) return true;
  Open& open = open_[last_partition_];
  if (open.bytes && open.size + last_size_ > kChunk) {
    if (!shelf_.put(last_partition_, std::move(open.bytes), open.size)) return false;
    open.size = 0;
  }
  if (!open.bytes) open.bytes = shelf_.chunk();
  std::memcpy(open.bytes.get() + open.size, last_.data(), last_size_);
  open.size += std::exchange(last_size_, 0);
  return true;
}

bool ShelfWriter::finish() {
  if (!place_last()) return false;
  for (std::size_t i = 0; i < kPartitions; ++i)
    if (open_[i].bytes && !shelf_.put(i, std::move(open_[i].bytes), open_[i].size)) return false;
  return true;
}

}  // namespace handoff::reconcile
