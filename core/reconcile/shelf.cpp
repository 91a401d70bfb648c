#include "core/reconcile/shelf.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/reconcile/nameless.hpp"

namespace handoff::reconcile {

Shelf::~Shelf() {
  if (file_ >= 0) ::close(file_);
}

bool Shelf::fail(const std::string& what) {
  std::string why = what + folder_ + ": " + std::strerror(errno);
  std::lock_guard lock(mutex_);
  if (error_.empty()) error_ = std::move(why);
  return false;
}

std::string Shelf::error() {
  std::lock_guard lock(mutex_);
  return error_;
}

bool Shelf::spill(Chunk& chunk) {
  int file = -1;
  {
    std::lock_guard lock(mutex_);
    if (file_ < 0) file_ = nameless_file(folder_);
    file = file_;
  }
  if (file < 0) return fail("no room to work: cannot make a file in ");
  chunk.offset = spilled_.fetch_add(chunk.size);
  for (std::size_t done = 0; done < chunk.size;) {
    ssize_t wrote =
        ::pwrite(file, chunk.bytes.get() + done, chunk.size - done, static_cast<off_t>(chunk.offset + done));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return fail("no room to work: cannot write in ");
    done += static_cast<std::size_t>(wrote);
  }
  chunk.bytes.reset();
  return true;
}

bool Shelf::put(std::size_t partition, std::unique_ptr<char[]> bytes, std::size_t size) {
  Chunk chunk{std::move(bytes), size, 0};
  if (in_memory_.fetch_add(kChunk) + kChunk > memory_bytes_) {
    in_memory_.fetch_sub(kChunk);
    if (!spill(chunk)) return false;
  }
  Partition& to = partitions_[partition];
  std::lock_guard lock(to.mutex);
  to.chunks.push_back(std::move(chunk));
  return true;
}

bool Shelf::take(std::size_t partition, std::vector<char>& out) {
  std::vector<Chunk> chunks = std::move(partitions_[partition].chunks);
  std::size_t size = 0;
  for (const Chunk& chunk : chunks) size += chunk.size;
  out.resize(size);
  char* to = out.data();
  for (Chunk& chunk : chunks) {
    if (chunk.bytes) {
      std::memcpy(to, chunk.bytes.get(), chunk.size);
      chunk.bytes.reset();
    } else {
      for (std::size_t done = 0; done < chunk.size;) {
        ssize_t got = ::pread(file_, to + done, chunk.size - done, static_cast<off_t>(chunk.offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return fail("cannot read back what was put aside in ");
        done += static_cast<std::size_t>(got);
      }
    }
    to += chunk.size;
  }
  return true;
}

bool ShelfWriter::put(const Record& record, std::size_t partition) {
  Open& open = open_[partition];
  if (open.bytes && open.size + kPackedMax > kChunk) {
    if (!shelf_.put(partition, std::move(open.bytes), open.size)) return false;
    open.size = 0;
  }
  if (!open.bytes) open.bytes = std::make_unique_for_overwrite<char[]>(kChunk);
  open.size += pack(record, open.bytes.get() + open.size);
  return true;
}

bool ShelfWriter::finish() {
  for (std::size_t i = 0; i < kPartitions; ++i)
    if (open_[i].bytes && !shelf_.put(i, std::move(open_[i].bytes), open_[i].size)) return false;
  return true;
}

}  // namespace handoff::reconcile
