#include "tests/simulation/vfs.hpp"

#include <sqlite3.h>

#include <cstring>
#include <memory>

namespace handoff::simulation {

namespace {

constexpr int kLockSlots = 8;  // of a write-ahead log's index
constexpr std::size_t kSectorSize = 4096;

Disk* disk = nullptr;
World* world = nullptr;

/// SQLite hands out the memory; this lies in it.
struct Handle : sqlite3_file {
  std::shared_ptr<Disk::File> file;
  std::string name;
  std::uint64_t generation = 0;
  bool observer = false, read_only = false, remove = false;
  int level = SQLITE_LOCK_NONE;
  unsigned shm_shared = 0, shm_exclusive = 0;

  bool dead() const { return !observer && (!disk || generation != disk->generation() || disk->stopped()); }
};

Handle& handle(sqlite3_file* file) { return *static_cast<Handle*>(file); }

int code(Io io, int error) {
  switch (io) {
    case Io::fine:
      return SQLITE_OK;
    case Io::full:
      return SQLITE_FULL;
    case Io::read_only:
      return SQLITE_READONLY;
    case Io::error:
      break;
  }
  return error;
}

// ---- files ----

void release_shm(Handle& h) {
  for (int slot = 0; slot < kLockSlots; ++slot) {
    auto at = static_cast<std::size_t>(slot);
    if (h.shm_shared & (1u << slot)) --h.file->shared_locks[at];
    if (h.shm_exclusive & (1u << slot)) --h.file->exclusive_locks[at];
  }
  h.shm_shared = h.shm_exclusive = 0;
}

int unlock(sqlite3_file* file, int level) {
  Handle& h = handle(file);
  if (h.level >= SQLITE_LOCK_RESERVED && level < SQLITE_LOCK_RESERVED) h.file->reserved = false;
  if (h.level >= SQLITE_LOCK_PENDING && level < SQLITE_LOCK_PENDING) h.file->pending = false;
  if (h.level >= SQLITE_LOCK_EXCLUSIVE && level < SQLITE_LOCK_EXCLUSIVE) h.file->exclusive = false;
  if (h.level >= SQLITE_LOCK_SHARED && level < SQLITE_LOCK_SHARED) --h.file->shared;
  if (level < h.level) h.level = level;
  return SQLITE_OK;
}

int close(sqlite3_file* file) {
  Handle& h = handle(file);
  release_shm(h);
  unlock(file, SQLITE_LOCK_NONE);
  if (h.remove && disk) disk->remove(h.name);
  h.~Handle();
  return SQLITE_OK;
}

int read(sqlite3_file* file, void* into, int amount, sqlite3_int64 offset) {
  Handle& h = handle(file);
  if (h.dead()) return SQLITE_IOERR_READ;
  const std::string& bytes = h.file->seen;
  auto from = static_cast<std::size_t>(offset), wanted = static_cast<std::size_t>(amount);
  std::size_t there = from < bytes.size() ? std::min(wanted, bytes.size() - from) : 0;
  if (there > 0) std::memcpy(into, bytes.data() + from, there);
  if (there == wanted) return SQLITE_OK;
  std::memset(static_cast<char*>(into) + there, 0, wanted - there);
  return SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file* file, const void* from, int amount, sqlite3_int64 offset) {
  Handle& h = handle(file);
  if (h.read_only) return SQLITE_READONLY;
  if (h.dead()) return SQLITE_IOERR_WRITE;
  std::string_view bytes(static_cast<const char*>(from), static_cast<std::size_t>(amount));
  return code(disk->write(*h.file, static_cast<std::size_t>(offset), bytes), SQLITE_IOERR_WRITE);
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  Handle& h = handle(file);
  if (h.read_only) return SQLITE_READONLY;
  if (h.dead()) return SQLITE_IOERR_TRUNCATE;
  return code(disk->truncate(*h.file, static_cast<std::size_t>(size)), SQLITE_IOERR_TRUNCATE);
}

int sync(sqlite3_file* file, int) {
  Handle& h = handle(file);
  if (h.dead()) return SQLITE_IOERR_FSYNC;
  return code(disk->sync(*h.file), SQLITE_IOERR_FSYNC);
}

int size(sqlite3_file* file, sqlite3_int64* out) {
  Handle& h = handle(file);
  if (h.dead()) return SQLITE_IOERR_FSTAT;
  *out = static_cast<sqlite3_int64>(h.file->seen.size());
  return SQLITE_OK;
}

int lock(sqlite3_file* file, int level) {
  Handle& h = handle(file);
  if (h.dead()) return SQLITE_IOERR_LOCK;
  if (level <= h.level) return SQLITE_OK;
  Disk::File& f = *h.file;
  if (h.level == SQLITE_LOCK_NONE) {
    if (f.exclusive || f.pending) return SQLITE_BUSY;
    ++f.shared;
    h.level = SQLITE_LOCK_SHARED;
  }
  if (level >= SQLITE_LOCK_RESERVED && h.level < SQLITE_LOCK_RESERVED) {
    if (f.reserved) return SQLITE_BUSY;
    f.reserved = true;
    h.level = SQLITE_LOCK_RESERVED;
  }
  if (level < SQLITE_LOCK_EXCLUSIVE) return SQLITE_OK;
  f.pending = true;
  h.level = SQLITE_LOCK_PENDING;
  if (f.shared > 1) return SQLITE_BUSY;
  f.exclusive = true;
  h.level = SQLITE_LOCK_EXCLUSIVE;
  return SQLITE_OK;
}

int check_reserved(sqlite3_file* file, int* out) {
  *out = handle(file).file->reserved ? 1 : 0;
  return SQLITE_OK;
}

int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return static_cast<int>(kSectorSize); }
/// As the system's own VFS says of itself: a write touches no byte beside its own.
int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

// ---- the index of the write-ahead log ----

int shm_map(sqlite3_file* file, int region, int bytes, int extend, void volatile** out) {
  Handle& h = handle(file);
  *out = nullptr;
  if (h.dead()) return SQLITE_IOERR_SHMMAP;
  auto at = static_cast<std::size_t>(region);
  auto& memory = h.file->shared_memory;
  if (memory.size() <= at && !extend) return SQLITE_OK;
  while (memory.size() <= at) memory.push_back(std::make_unique<std::string>(static_cast<std::size_t>(bytes), '\0'));
  *out = memory[at]->data();
  return SQLITE_OK;
}

int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  Handle& h = handle(file);
  unsigned mask = ((1u << count) - 1) << offset;
  auto& shared = h.file->shared_locks;
  auto& exclusive = h.file->exclusive_locks;
  auto each = [&](auto&& what) {
    for (int slot = offset; slot < offset + count; ++slot) what(static_cast<std::size_t>(slot));
  };
  if (flags & SQLITE_SHM_UNLOCK) {
    each([&](std::size_t slot) {
      if (h.shm_shared & (1u << slot)) --shared[slot];
      if (h.shm_exclusive & (1u << slot)) --exclusive[slot];
    });
    h.shm_shared &= ~mask;
    h.shm_exclusive &= ~mask;
    return SQLITE_OK;
  }
  if (h.dead()) return SQLITE_IOERR_SHMLOCK;
  bool busy = false;
  bool wants_shared = flags & SQLITE_SHM_SHARED;
  each([&](std::size_t slot) {
    int own = (h.shm_shared >> slot) & 1;
    int own_exclusive = (h.shm_exclusive >> slot) & 1;
    busy = busy || exclusive[slot] > own_exclusive || (!wants_shared && shared[slot] > own);
  });
  if (busy) return SQLITE_BUSY;
  each([&](std::size_t slot) {
    if (wants_shared && !(h.shm_shared & (1u << slot))) ++shared[slot];
    if (!wants_shared && !(h.shm_exclusive & (1u << slot))) ++exclusive[slot];
  });
  (wants_shared ? h.shm_shared : h.shm_exclusive) |= mask;
  return SQLITE_OK;
}

void shm_barrier(sqlite3_file*) {}

int shm_unmap(sqlite3_file* file, int remove) {
  Handle& h = handle(file);
  release_shm(h);
  if (remove && !h.dead()) h.file->shared_memory.clear();
  return SQLITE_OK;
}

const sqlite3_io_methods kMethods = {
    2,         close,          read,    write,       truncate,        sync,    size,     lock,
    unlock,    check_reserved, control, sector_size, characteristics, shm_map, shm_lock, shm_barrier,
    shm_unmap, nullptr,        nullptr};

// ---- the file system ----

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;
  auto* h = std::construct_at(static_cast<Handle*>(file));  // in SQLite's memory; close() ends it
  h->pMethods = nullptr;
  h->observer = vfs->pAppData != nullptr;
  h->name = name ? name : "";
  bool there = name && disk->find(h->name) != nullptr;
  bool wants_write = (flags & SQLITE_OPEN_READWRITE) != 0;
  bool refused = (!there && name && !(flags & SQLITE_OPEN_CREATE)) ||
                 (!h->observer && (disk->stopped() || (wants_write && !disk->writable())));
  if (refused) {
    h->~Handle();
    file->pMethods = nullptr;
    return SQLITE_CANTOPEN;
  }
  h->file = name ? disk->open(h->name) : std::make_shared<Disk::File>();
  h->generation = disk->generation();
  h->read_only = !wants_write;
  h->remove = (flags & SQLITE_OPEN_DELETEONCLOSE) && name;
  h->pMethods = &kMethods;
  if (out_flags) *out_flags = flags;
  return SQLITE_OK;
}

int remove(sqlite3_vfs* vfs, const char* name, int) {
  if (!vfs->pAppData && disk->stopped()) return SQLITE_IOERR_DELETE;
  disk->remove(name);
  return SQLITE_OK;
}

int access(sqlite3_vfs*, const char* name, int, int* out) {
  *out = disk->find(name) ? 1 : 0;
  return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}

int random(sqlite3_vfs*, int size, char* out) {
  for (int i = 0; i < size; ++i) out[i] = static_cast<char>(disk->random());
  return size;
}

int sleep(sqlite3_vfs*, int microseconds) { return microseconds; }

int time_of_day(sqlite3_vfs*, sqlite3_int64* out) {
  constexpr sqlite3_int64 kUnixEpoch = 24405875ll * 8'640'000;  // Julian days in milliseconds
  *out = kUnixEpoch + kEpochMs + world->now();
  return SQLITE_OK;
}

sqlite3_vfs make_vfs(const char* name, void* is_observer) {
  sqlite3_vfs out{};
  out.iVersion = 2;
  out.szOsFile = sizeof(Handle);
  out.mxPathname = 256;
  out.zName = name;
  out.pAppData = is_observer;
  out.xOpen = open;
  out.xDelete = remove;
  out.xAccess = access;
  out.xFullPathname = full_path;
  out.xRandomness = random;
  out.xSleep = sleep;
  out.xCurrentTimeInt64 = time_of_day;
  return out;
}

}  // namespace

Mounted::Mounted(World& of, Disk& with) {
  static char yes;
  static sqlite3_vfs hub = make_vfs(kHubVfs, nullptr), observer = make_vfs(kObserverVfs, &yes);
  static bool registered =
      sqlite3_vfs_register(&hub, 0) == SQLITE_OK && sqlite3_vfs_register(&observer, 0) == SQLITE_OK;
  disk = registered ? &with : nullptr;
  world = &of;
}

Mounted::~Mounted() {
  disk = nullptr;
  world = nullptr;
}

}  // namespace handoff::simulation
