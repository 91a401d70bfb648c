#pragma once
// The machine's disk, and the page cache before it (INVARIANTS K, D01 to D10). What was written and not synced may be
// lost, torn or kept out of order when the power fails; a process that merely dies loses nothing. SQLite reaches it
// through a VFS of its own (vfs.hpp).

#include <array>
#include <map>
#include <memory>
#include <utility>

#include "tests/simulation/catalogue.hpp"
#include "tests/simulation/world.hpp"

namespace handoff::simulation {

/// How an operation on a file came out.
enum class Io { fine, full, error, read_only };

class Disk {
 public:
  /// One file: what a reader sees, what would survive, and the difference.
  struct File {
    struct Write {
      std::size_t offset;
      std::string bytes;      // of a write
      bool truncate = false;  // cut or grown to `offset` instead
    };
    std::string name, seen, durable;
    std::vector<Write> unsynced;
    std::vector<std::unique_ptr<std::string>> shared_memory;  // the index of a write-ahead log; gone with the process
    std::array<int, 8> shared_locks{}, exclusive_locks{};
    int shared = 0;
    bool reserved = false, pending = false, exclusive = false;
  };

  Disk(World& world, FaultBook& book);

  std::shared_ptr<File> find(const std::string& name) const;
  std::shared_ptr<File> open(const std::string& name);
  void remove(const std::string& name) { files_.erase(name); }
  /// What somebody beside the hub does to whole files: the copy is synced; what had the other name is gone.
  Io copy(const std::string& from, const std::string& to);
  void rename(const std::string& from, const std::string& to);

  Io write(File& file, std::size_t offset, std::string_view bytes);
  Io truncate(File& file, std::size_t size);
  Io sync(File& file);
  /// Whether a file may be opened for writing now.
  bool writable() const { return !within(read_only_); }

  /// How the process that holds the files ends. Its handles are dead from here on.
  enum class End { process_died, power_failed };
  void end(End how);
  std::uint64_t generation() const { return generation_; }
  /// The machine stops by itself at the n-th write or sync from here: inside a commit, a checkpoint, a recovery.
  void stop_after(std::int64_t operations) { stop_in_ = operations; }
  void stop_now() { stopped_ = true; }
  bool stopped() const { return stopped_; }
  const std::string& stopped_at() const { return stopped_at_; }  // the file it was busy with
  bool disarm();

  void draw_faults(Stream& dice, Time chaos);
  void calm() { calm_ = true; }
  bool full() const { return within(full_); }
  /// Something of the disk's failed since the last call.
  bool failed() { return std::exchange(failed_, false); }
  /// Called for the time that a slow sync takes.
  void on_wait(std::function<void(Time)> wait) { wait_ = std::move(wait); }
  /// Turns one bit of what is stored (D04). False if there is nothing.
  bool flip_bit(const std::string& name, std::uint64_t where);
  std::uint64_t syncs() const { return syncs_; }
  std::uint64_t random() { return dice_.next(); }

 private:
  struct Window {
    Time from, until;
  };
  bool within(const std::vector<Window>& windows) const;
  bool operation(const File& file);  // false: the machine is off
  void lose_unsynced(File& file);

  World& world_;
  FaultBook& book_;
  Stream dice_;
  std::map<std::string, std::shared_ptr<File>> files_;
  std::vector<Window> full_, read_only_;
  std::int64_t error_per_billion_ = 0, slow_per_million_ = 0;
  std::function<void(Time)> wait_;
  bool calm_ = false, failed_ = false, stopped_ = false;
  std::int64_t stop_in_ = 0;
  std::string stopped_at_;
  std::uint64_t generation_ = 1, syncs_ = 0;
};

}  // namespace handoff::simulation
