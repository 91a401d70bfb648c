#pragma once
// Finding, judging and loading connectors. Nothing of a connector runs before its file, its manifest and its header
// have been checked; a connector that ran is never unloaded (PLUGIN-ABI: unloading crashes, reloading loads beside).

#include <handoff/abi.h>

#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/model/manifest.hpp"

namespace handoff::plugin_host {

/// The JSON text of the ELF note, without running any code of the file.
std::expected<std::string, std::string> read_note(const std::filesystem::path& file);

/// The file's dynamic symbols by name: what it takes from other libraries, and what it gives. Runs none of its code.
struct Symbols {
  std::vector<std::string> imported, exported;
};
std::expected<Symbols, std::string> dynamic_symbols(const std::filesystem::path& file);

/// Refuses a file, or a folder it lies in, that someone besides its owner may write, or that belongs to a third.
std::expected<void, std::string> check_permissions(const std::filesystem::path& file);

/// "Do these two fit?" The message names both numbers, whose each is, and what to do. Empty if they fit.
std::string negotiate(const handoff_plugin& header, const std::string& file);

/// The i-th operation of a header that was checked, however large its connector's struct is. `i` below n_operations.
const handoff_operation& operation_at(const handoff_plugin& header, std::uint32_t i);

/// A loaded connector. Lives until the process ends.
class Plugin {
 public:
  static std::expected<const Plugin*, std::string> load(const std::filesystem::path& file);

  const Manifest& manifest() const { return manifest_; }
  const handoff_plugin& header() const { return *header_; }
  const std::filesystem::path& file() const { return file_; }

 private:
  Plugin() = default;
  std::expected<void, std::string> check_operations() const;
  std::filesystem::path file_;
  Manifest manifest_;
  const handoff_plugin* header_ = nullptr;
};

/// The connectors in the configured folders: manifests now, code when it is asked for.
class Catalogue {
 public:
  /// Later folders do not override earlier ones. Files that cannot be read are remembered with the reason.
  explicit Catalogue(const std::vector<std::filesystem::path>& folders);

  struct Entry {
    std::filesystem::path file;
    Manifest manifest;
  };
  const std::map<std::string, Entry>& entries() const { return entries_; }
  const std::map<std::string, std::string>& unreadable() const { return unreadable_; }

  std::expected<const Manifest*, std::string> manifest(std::string_view id) const;
  std::expected<const Plugin*, std::string> plugin(std::string_view id) const;

 private:
  std::expected<const Entry*, std::string> find(std::string_view id) const;
  std::map<std::string, Entry> entries_;
  std::map<std::string, std::string> unreadable_;  // file -> why
  std::string folders_;
};

}  // namespace handoff::plugin_host
