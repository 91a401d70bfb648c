#include "core/plugin_host/plugin.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/dll/shared_library.hpp>
#include <cerrno>
#include <cstring>
#include <mutex>

#include "core/plugin_host/growth.hpp"

namespace handoff::plugin_host {

namespace {

std::expected<void, std::string> judge(const std::string& path, const struct stat& status) {
  bool sticky_folder = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0;  // nobody may replace another's file
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0 && !sticky_folder)
    return std::unexpected(path + ": others may write it, so they could change a connector; run: chmod go-w " + path);
  if (status.st_uid != 0 && status.st_uid != geteuid())
    return std::unexpected(path + ": belongs to another user (" + std::to_string(status.st_uid) +
                           "); connectors must belong to root or to the user handoff runs as");
  return {};
}

std::expected<void, std::string> check_one(const std::filesystem::path& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) return std::unexpected(path.string() + ": " + std::strerror(errno));
  return judge(path.string(), status);
}

std::string number(std::uint32_t major, std::uint32_t minor) {
  return std::to_string(major) + "." + std::to_string(minor);
}

}  // namespace

std::expected<void, std::string> check_permissions(const std::filesystem::path& file) {
  std::error_code error;
  std::filesystem::path real = std::filesystem::canonical(file, error);
  if (error) return std::unexpected(file.string() + ": " + error.message());
  auto checked = check_one(real);
  return checked ? check_one(real.parent_path()) : checked;
}

std::expected<void, std::string> check_permissions(int descriptor, const std::filesystem::path& file) {
  struct stat status = {};
  if (fstat(descriptor, &status) != 0) return std::unexpected(file.string() + ": " + std::strerror(errno));
  auto checked = judge(file.string(), status);
  if (!checked) return checked;
  std::error_code error;
  std::filesystem::path real = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor), error);
  return error ? std::unexpected(file.string() + ": " + error.message()) : check_one(real.parent_path());
}

std::string negotiate(const handoff_plugin& header, const std::string& file) {
  if (header.magic != HANDOFF_ABI_MAGIC)
    return file + ": " HANDOFF_ENTRY_SYMBOL " does not start with the handoff magic";
  if (header.abi_major != HANDOFF_ABI_MAJOR)
    return file + ": the connector speaks ABI " + number(header.abi_major, header.abi_minor) +
           ", this handoff speaks " + number(HANDOFF_ABI_MAJOR, HANDOFF_ABI_MINOR) +
           "; rebuild the connector with this handoff's SDK" +
           (header.abi_major > HANDOFF_ABI_MAJOR ? " or use a newer handoff" : "");
  if (header.abi_minor_needed > HANDOFF_ABI_MINOR)
    return file + ": the connector needs ABI " + number(header.abi_major, header.abi_minor_needed) +
           " or newer, this handoff has " + number(HANDOFF_ABI_MAJOR, HANDOFF_ABI_MINOR) +
           "; use a newer handoff, or rebuild the connector with an older SDK";
  if (header.struct_size < kSizeIn1_0<handoff_plugin>)
    return file + ": its " HANDOFF_ENTRY_SYMBOL " has " + std::to_string(header.struct_size) +
           " bytes, this handoff needs " + std::to_string(kSizeIn1_0<handoff_plugin>) +
           "; rebuild the connector with this handoff's SDK";
  if (!header.create || !header.destroy || !header.operations)
    return file + ": a function or its operations are missing";
  std::uint32_t stride = header.n_operations > 0 ? header.operations->struct_size : sizeof(handoff_operation);
  if (stride < kSizeIn1_0<handoff_operation> || stride > 4096 || stride % alignof(handoff_operation) != 0)
    return file + ": its operations have a struct_size of " + std::to_string(stride) + ", which cannot be";
  return {};
}

namespace {

// All that was ever loaded: never emptied, never destroyed.
struct Loaded {
  std::mutex mutex;
  std::map<std::string, std::unique_ptr<Plugin>> plugins;
  std::vector<std::unique_ptr<boost::dll::shared_library>> libraries;
  std::vector<std::shared_ptr<const Image>> images;  // the loader knows a library by its path: no number may come again
};

Loaded& all() {
  static Loaded& loaded = *std::make_unique<Loaded>().release();
  return loaded;
}

}  // namespace

std::expected<const Plugin*, std::string> Plugin::load(const std::filesystem::path& file) {
  Loaded& loaded = all();
  std::scoped_lock lock(loaded.mutex);
  if (auto found = loaded.plugins.find(file.string()); found != loaded.plugins.end()) return found->second.get();
  auto allowed = check_permissions(file);
  if (!allowed) return std::unexpected(allowed.error());
  auto note = read_note(file);
  if (!note) return std::unexpected(note.error());
  auto plugin = map(file, file.string(), *note);
  if (!plugin) return std::unexpected(plugin.error());
  return (loaded.plugins[file.string()] = std::move(*plugin)).get();
}

std::expected<const Plugin*, std::string> Plugin::load(const std::shared_ptr<const Image>& image) {
  Loaded& loaded = all();
  std::scoped_lock lock(loaded.mutex);
  std::string key = image->file().string() + "@" + image->sha256();
  if (auto found = loaded.plugins.find(key); found != loaded.plugins.end()) return found->second.get();
  loaded.images.push_back(image);
  auto plugin = map(image->file(), "/proc/self/fd/" + std::to_string(image->descriptor()), image->note());
  if (!plugin) return std::unexpected(plugin.error());
  return (loaded.plugins[key] = std::move(*plugin)).get();
}

/// Maps the code at `path`; it is called `file`. [the lock of all() is held]
std::expected<std::unique_ptr<Plugin>, std::string> Plugin::map(const std::filesystem::path& file,
                                                                const std::string& path, const std::string& note) {
  auto manifest = parse_manifest(note);
  if (!manifest) return std::unexpected(file.string() + ": connector.json: " + manifest.error());
  boost::dll::fs::error_code error;
  auto library = std::make_unique<boost::dll::shared_library>();
  library->load(boost::dll::fs::path(path), error, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  if (error) return std::unexpected(file.string() + ": cannot be loaded: " + error.message());
  if (!library->has(HANDOFF_ENTRY_SYMBOL))
    return std::unexpected(file.string() +
                           ": exports no " HANDOFF_ENTRY_SYMBOL
                           "; end plugin.cpp with HANDOFF_CONNECTOR(...) and build it with this handoff's SDK");

  std::unique_ptr<Plugin> plugin(new Plugin());
  plugin->file_ = file;
  plugin->manifest_ = std::move(*manifest);
  plugin->header_ = &library->get<const handoff_plugin>(HANDOFF_ENTRY_SYMBOL);
  all().libraries.push_back(std::move(library));
  std::string misfit = negotiate(*plugin->header_, file.string());
  if (!misfit.empty()) return std::unexpected(misfit);
  auto complete = plugin->check_operations();
  if (!complete) return std::unexpected(complete.error());
  return plugin;
}

const handoff_operation& operation_at(const handoff_plugin& header, std::uint32_t i) {
  const char* first = reinterpret_cast<const char*>(header.operations);
  return *reinterpret_cast<const handoff_operation*>(first + std::size_t{i} * header.operations->struct_size);
}

std::expected<void, std::string> Plugin::check_operations() const {
  for (const auto& [name, sheet] : manifest_.operations) {
    std::string id = name + "/" + std::to_string(sheet.revision);
    bool found = false;
    for (std::uint32_t i = 0; i < header_->n_operations; ++i) {
      const handoff_str& have = operation_at(*header_, i).id;
      found = found || std::string_view(have.ptr, have.len) == id;
    }
    if (!found)
      return std::unexpected(file_.string() + ": connector.json promises the operation " + id + ", the code has none");
  }
  return {};
}

Catalogue::Catalogue(const std::vector<std::filesystem::path>& folders) {
  for (const std::filesystem::path& folder : folders) {
    folders_ += (folders_.empty() ? "" : ", ") + folder.string();
    std::error_code error;
    for (const auto& item : std::filesystem::directory_iterator(folder, error)) {
      std::string name = item.path().filename().string();
      if (!name.starts_with("libhandoff-") || !name.ends_with(".so")) continue;
      auto note = read_note(item.path());
      auto manifest = note ? parse_manifest(*note) : std::unexpected(note.error());
      if (!manifest) {
        unreadable_[item.path().string()] = manifest.error();
        continue;
      }
      std::string id = manifest->id;  // before the manifest is moved away
      auto [entry, first] = entries_.try_emplace(id, Entry{item.path(), std::move(*note), std::move(*manifest)});
      // A folder that is named twice, or by two names, holds nothing twice.
      if (first || std::filesystem::equivalent(entry->second.file, item.path(), error)) continue;
      if (std::filesystem::equivalent(entry->second.file.parent_path(), folder, error))
        take_for_doubtful(id, entry->second.file, item.path());
    }
  }
}

/// A folder has no order: which of the two was meant only its owner knows.
void Catalogue::take_for_doubtful(const std::string& id, const std::filesystem::path& one,
                                  const std::filesystem::path& other) {
  auto [first, second] = std::minmax(one, other);
  doubtful_[id] =
      first.string() + " and " + second.string() + " are both the connector '" + id + "'; take one of them away";
}

std::expected<const Catalogue::Entry*, std::string> Catalogue::find(std::string_view id) const {
  if (auto doubt = doubtful_.find(std::string(id)); doubt != doubtful_.end()) return std::unexpected(doubt->second);
  auto found = entries_.find(std::string(id));
  if (found != entries_.end()) return &found->second;
  for (const auto& [file, why] : unreadable_)
    if (file.find("libhandoff-" + std::string(id) + ".so") != std::string::npos)
      return std::unexpected(why.starts_with(file) ? why : file + ": " + why);
  return std::unexpected("no connector '" + std::string(id) + "' (libhandoff-" + std::string(id) + ".so) in " +
                         folders_);
}

std::expected<const Manifest*, std::string> Catalogue::manifest(std::string_view id) const {
  auto entry = find(id);
  if (!entry) return std::unexpected(entry.error());
  return &(*entry)->manifest;
}

std::expected<const Plugin*, std::string> Catalogue::plugin(std::string_view id) const {
  auto entry = find(id);
  if (!entry) return std::unexpected(entry.error());
  return Plugin::load((*entry)->file);
}

std::expected<std::shared_ptr<const Image>, std::string> Catalogue::image(std::string_view id) const {
  auto entry = find(id);
  if (!entry) return std::unexpected(entry.error());
  auto out = Image::open((*entry)->file);
  if (out && (*out)->note() != (*entry)->note)
    return std::unexpected((*entry)->file.string() + ": was replaced while it was read; start again");
  return out;
}

}  // namespace handoff::plugin_host
