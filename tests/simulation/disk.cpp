#include "tests/simulation/disk.hpp"

#include <algorithm>

namespace handoff::simulation {

namespace {

void put(std::string& into, const Disk::File::Write& write, std::size_t from, std::size_t size) {
  std::size_t end = write.offset + from + size;
  if (into.size() < end) into.resize(end, '\0');
  into.replace(write.offset + from, size, write.bytes, from, size);
}

void lay_down(std::string& into, const Disk::File::Write& write) {
  if (write.truncate) return into.resize(write.offset, '\0');
  put(into, write, 0, write.bytes.size());
}

}  // namespace

Disk::Disk(World& world, FaultBook& book) : world_(world), book_(book), dice_(world.stream("disk")) {}

std::shared_ptr<Disk::File> Disk::find(const std::string& name) const {
  auto found = files_.find(name);
  return found == files_.end() ? nullptr : found->second;
}

std::shared_ptr<Disk::File> Disk::open(const std::string& name) {
  std::shared_ptr<File>& file = files_[name];
  if (!file) {
    file = std::make_shared<File>();
    file->name = name;
  }
  return file;
}

bool Disk::within(const std::vector<Window>& windows) const {
  if (calm_) return false;
  return std::ranges::any_of(windows,
                             [&](const Window& w) { return w.from <= world_.now() && world_.now() < w.until; });
}

bool Disk::operation(const File& file) {
  if (stop_in_ > 0 && --stop_in_ == 0) {
    stopped_ = true;
    stopped_at_ = file.name;
  }
  return !stopped_;
}

bool Disk::disarm() {
  stop_in_ = 0;
  stopped_at_.clear();
  return std::exchange(stopped_, false);
}

Io Disk::write(File& file, std::size_t offset, std::string_view bytes) {
  if (!operation(file)) return Io::error;
  if (within(full_)) {
    book_.hit(Fault::disk_full);
    failed_ = true;
    return Io::full;
  }
  if (within(read_only_)) {
    book_.hit(Fault::disk_read_only);
    failed_ = true;
    return Io::read_only;
  }
  if (!calm_ && error_per_billion_ > 0 && dice_.below(1'000'000'000) < error_per_billion_) {
    book_.hit(Fault::disk_error);
    failed_ = true;
    return Io::error;
  }
  file.unsynced.push_back({offset, std::string(bytes)});
  lay_down(file.seen, file.unsynced.back());
  return Io::fine;
}

Io Disk::truncate(File& file, std::size_t size) {
  if (!operation(file)) return Io::error;
  file.unsynced.push_back({size, {}, true});
  file.seen.resize(size, '\0');
  return Io::fine;
}

/// A sync that fails has lost the pages, and the next one says that all is well (D02): what was not written stays
/// visible to whoever reads, until the power fails.
Io Disk::sync(File& file) {
  if (!operation(file)) return Io::error;
  ++syncs_;
  if (!calm_ && slow_per_million_ > 0 && dice_.chance(slow_per_million_)) {
    book_.hit(Fault::disk_slow);
    if (wait_) wait_(dice_.scale(kSecond, 30 * kSecond));
  }
  if (!calm_ && error_per_billion_ > 0 && !file.unsynced.empty() &&
      dice_.below(1'000'000'000) < 100 * error_per_billion_) {
    book_.hit(Fault::disk_error);
    world_.note("disk", "a sync failed");
    failed_ = true;
    file.unsynced.clear();
    return Io::error;
  }
  for (const File::Write& write : file.unsynced) lay_down(file.durable, write);
  file.unsynced.clear();
  return Io::fine;
}

Io Disk::copy(const std::string& from, const std::string& to) {
  remove(to);
  std::shared_ptr<File> source = find(from), target = open(to);
  Io written = source ? write(*target, 0, source->seen) : Io::error;
  if (written == Io::fine) written = sync(*target);
  if (written != Io::fine) remove(to);
  return written;
}

void Disk::rename(const std::string& from, const std::string& to) {
  std::shared_ptr<File> file = open(from);
  remove(from);
  file->name = to;
  files_[to] = file;
}

/// Each page of each write has its own fate, and a page may be torn at a sector of 512 bytes.
void Disk::lose_unsynced(File& file) {
  constexpr std::size_t kPage = 4096, kSector = 512;
  std::int64_t kept = dice_.below(4) * 333'333;  // none, some, most, all
  bool torn = dice_.below(2) == 0;
  std::uint64_t lost = 0;
  for (const File::Write& write : file.unsynced) {
    if (write.truncate) {
      if (dice_.chance(kept)) lay_down(file.durable, write);
      continue;
    }
    for (std::size_t at = 0; at < write.bytes.size(); at += kPage) {
      std::size_t size = std::min(kPage, write.bytes.size() - at);
      if (dice_.chance(kept)) {
        put(file.durable, write, at, size);
      } else if (torn && dice_.below(4) == 0) {
        put(file.durable, write, at, std::min(size, kSector * static_cast<std::size_t>(dice_.between(1, 7))));
        book_.hit(Fault::disk_torn);
      } else {
        ++lost;
      }
    }
  }
  if (lost > 0) book_.hit(Fault::disk_lost);
  file.unsynced.clear();
  file.seen = file.durable;
}

void Disk::end(End how) {
  ++generation_;
  disarm();
  for (auto& [name, file] : files_) {
    auto fresh = std::make_shared<File>();  // dead handles keep the old one
    fresh->name = name;
    fresh->seen = file->seen;
    fresh->durable = file->durable;
    fresh->unsynced = file->unsynced;
    file = fresh;
    if (how == End::power_failed) lose_unsynced(*file);
  }
  if (how == End::power_failed) book_.hit(Fault::power_loss);
}

void Disk::draw_faults(Stream& dice, Time chaos) {
  auto windows = [&](Fault fault, std::vector<Window>& into, std::int64_t most, Time longest) {
    if (dice.below(4) != 0) return;
    book_.armed(fault);
    for (std::int64_t n = dice.between(1, most); n > 0; --n) {
      Time from = dice.below(chaos);
      into.push_back({from, from + dice.scale(kSecond, longest)});
    }
  };
  windows(Fault::disk_full, full_, 5, 2 * kHour);
  windows(Fault::disk_read_only, read_only_, 1, 6 * kHour);
  if (dice.below(3) == 0) {
    book_.armed(Fault::disk_error);
    error_per_billion_ = dice.scale(1'000, 100'000);
  }
  if (dice.below(3) == 0) {
    book_.armed(Fault::disk_slow);
    slow_per_million_ = dice.scale(100, 10'000);
  }
}

bool Disk::flip_bit(const std::string& name, std::uint64_t where) {
  std::shared_ptr<File> file = find(name);
  if (!file || file->seen.empty()) return false;
  std::size_t at = static_cast<std::size_t>(where / 8 % file->seen.size());
  file->seen[at] = static_cast<char>(file->seen[at] ^ (1 << (where % 8)));
  return true;
}

}  // namespace handoff::simulation
